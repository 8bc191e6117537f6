//! A server that says exactly what a test wants, byte by byte, in place of the simulator. It takes any app's word for a token.

use std::sync::{Arc, Mutex};

use graph::{Endpoints, GraphClient, GraphSession, RetryPolicy};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

use crate::support::credentials;

/// What is done with a connection after its request has been read.
#[derive(Clone)]
pub enum Say {
    /// These bytes, then the connection is closed.
    Bytes(Vec<u8>),
    /// These bytes, then nothing until the client goes.
    Stall(Vec<u8>),
    /// These bytes, and zeros as long as the client takes them.
    Endless(Vec<u8>),
}

pub struct Raw {
    pub url: String,
    heads: Arc<Mutex<Vec<String>>>,
    gone: Arc<Semaphore>,
}

/// An answer with these header lines.
pub fn answer(status: &str, headers: &[&str], body: &str) -> Say {
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    Say::Bytes(format!("HTTP/1.1 {status}\r\nconnection: close\r\n{headers}\r\n{body}").into_bytes())
}

impl Say {
    pub fn bytes(self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) | Self::Stall(bytes) | Self::Endless(bytes) => bytes,
        }
    }
}

impl Raw {
    /// `script` is given the number of the request, from 0, and its head.
    pub async fn start(script: impl Fn(usize, &str) -> Say + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let raw = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            heads: Arc::default(),
            gone: Arc::new(Semaphore::new(0)),
        };
        let (heads, gone, script) = (Arc::clone(&raw.heads), Arc::clone(&raw.gone), Arc::new(script));
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (heads, gone, script) = (Arc::clone(&heads), Arc::clone(&gone), Arc::clone(&script));
                tokio::spawn(async move {
                    serve(socket, &heads, &*script).await;
                    gone.add_permits(1);
                });
            }
        });
        raw
    }

    /// A session of a client that takes this for Graph.
    pub fn session(&self, policy: RetryPolicy) -> GraphSession {
        let endpoints = Endpoints {
            graph: self.url.parse().unwrap(),
            login: self.url.parse().unwrap(),
        };
        GraphClient::new(graph::http_client().unwrap(), endpoints)
            .with_policy(policy)
            .session(credentials())
    }

    /// The heads of the requests that arrived, those for tokens apart.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    /// Waits until a client has left a connection on which there was more to come.
    pub async fn client_gone(&self) {
        self.gone.acquire().await.unwrap().forget();
    }
}

async fn serve(mut socket: TcpStream, heads: &Mutex<Vec<String>>, script: &(impl Fn(usize, &str) -> Say + Sync)) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match socket.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return std::future::pending().await,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let say = if head.starts_with("POST ") {
        let token = r#"{"access_token":"raw-token","expires_in":3600}"#;
        answer("200 OK", &[&format!("content-length: {}", token.len())], token)
    } else {
        let mut heads = heads.lock().unwrap();
        heads.push(head.to_ascii_lowercase());
        script(heads.len() - 1, &head)
    };
    let (endless, stall) = (matches!(say, Say::Endless(_)), matches!(say, Say::Stall(_)));
    let written = socket.write_all(&say.bytes()).await;
    if stall {
        while socket.read_u8().await.is_ok() {}
    } else if endless {
        while socket.write_all(&[0; 8 * 1024]).await.is_ok() {}
    } else {
        written.unwrap();
        // What the client still sent must have been read, or closing would take the answer back.
        socket.shutdown().await.unwrap();
        while socket.read_u8().await.is_ok() {}
        std::future::pending::<()>().await;
    }
}
