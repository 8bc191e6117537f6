use std::io;

use http_body_util::{BodyExt, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::{
    request::Request,
    service::{Dropped, Shared, answer},
};

const MAX_BODY: usize = 4 * 1024 * 1024;

/// Serves until the future is dropped, and every connection with it.
pub(crate) async fn serve(listener: TcpListener, state: Shared) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(connection(stream, state.clone()));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// A service error makes hyper close the connection without an answer, which is how one is dropped here.
async fn connection(stream: TcpStream, state: Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let service = service_fn(move |incoming: http::Request<Incoming>| {
        let state = state.clone();
        async move {
            let (head, body) = incoming.into_parts();
            let body = Limited::new(body, MAX_BODY)
                .collect()
                .await
                .map_err(|_| Dropped)?
                .to_bytes();
            let request = Request {
                method: head.method,
                path: head.uri.path().to_owned(),
                query: head.uri.query().unwrap_or_default().to_owned(),
                headers: head.headers,
                body,
            };
            answer(&state, request).await
        }
    });
    let served = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
    served.map_err(io::Error::other)
}
