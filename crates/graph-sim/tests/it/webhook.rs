//! A subscriber: takes what is posted, and answers the validation unless it is told otherwise.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::{
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinHandle,
};

/// How the next requests are answered.
#[derive(Clone, Debug)]
pub enum Answer {
    Status(u16),
    /// To a validation: status, content type, body.
    Exactly(u16, &'static str, &'static str),
    /// Not in any time worth waiting for.
    Never,
}

pub struct Posted {
    pub path: String,
    pub query: String,
    pub content_type: String,
    pub body: String,
}

impl Posted {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

pub struct Webhook {
    pub url: String,
    /// Notifications only.
    posted: UnboundedReceiver<Posted>,
    validations: UnboundedReceiver<Posted>,
    answers: Arc<Mutex<Vec<Answer>>>,
    task: JoinHandle<()>,
}

impl Drop for Webhook {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[derive(Clone)]
struct Inbox {
    posted: UnboundedSender<Posted>,
    validations: UnboundedSender<Posted>,
    answers: Arc<Mutex<Vec<Answer>>>,
}

impl Webhook {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (posted, got) = unbounded_channel();
        let (validations, validated) = unbounded_channel();
        let answers = Arc::default();
        let inbox = Inbox {
            posted,
            validations,
            answers: Arc::clone(&answers),
        };
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let inbox = inbox.clone();
                tokio::spawn(async move {
                    let service = service_fn(|request| inbox.take(request));
                    let _ = http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Self {
            url,
            posted: got,
            validations: validated,
            answers,
            task,
        }
    }

    /// The answers to the next requests, one after the other; then 202, and 200 to validations.
    pub fn answer(&self, answers: impl IntoIterator<Item = Answer>) {
        *self.answers.lock().unwrap() = answers.into_iter().collect();
    }

    pub async fn next(&mut self) -> Posted {
        let next = tokio::time::timeout(Duration::from_secs(20), self.posted.recv());
        next.await.expect("a notification should have come").unwrap()
    }

    /// What has come up to now. Let the simulator settle first.
    pub fn so_far(&mut self) -> Vec<Posted> {
        std::iter::from_fn(|| self.posted.try_recv().ok()).collect()
    }

    pub fn validations(&mut self) -> Vec<Posted> {
        std::iter::from_fn(|| self.validations.try_recv().ok()).collect()
    }
}

impl Inbox {
    async fn take(&self, request: http::Request<Incoming>) -> Result<http::Response<Full<Bytes>>, Infallible> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let query = head.uri.query().unwrap_or_default().to_owned();
        let token = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("validationToken="))
            .map(|token| {
                let token = token.replace('+', " ");
                percent_encoding::percent_decode_str(&token)
                    .decode_utf8()
                    .unwrap()
                    .into_owned()
            });
        let posted = Posted {
            path: head.uri.path().to_owned(),
            query,
            content_type: head.headers["content-type"].to_str().unwrap().to_owned(),
            body: String::from_utf8(body.to_vec()).unwrap(),
        };
        let scripted = {
            let mut answers = self.answers.lock().unwrap();
            (!answers.is_empty()).then(|| answers.remove(0))
        };
        let _ = match token {
            Some(_) => self.validations.send(posted),
            None => self.posted.send(posted),
        };
        let (status, kind, body) = match (scripted, token) {
            (Some(Answer::Never), _) => std::future::pending().await,
            (Some(Answer::Status(status)), _) => (status, "text/plain", String::new()),
            (Some(Answer::Exactly(status, kind, body)), _) => (status, kind, body.to_owned()),
            (None, Some(token)) => (200, "text/plain; charset=utf-8", token),
            (None, None) => (202, "text/plain", String::new()),
        };
        let answer = http::Response::builder().status(status).header("content-type", kind);
        Ok(answer.body(Full::new(body.into())).unwrap())
    }
}
