//! One HTTP exchange and what its answer means.

use bytes::{Bytes, BytesMut};
use reqwest::{
    RequestBuilder, StatusCode,
    header::{AsHeaderName, HeaderMap},
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::{
    ErrorKind, Forbidden, GraphError,
    content_client::{ContentClient, Unanswered},
    refusal::Refusal,
    retry,
};

/// No answer of these calls is near this size.
const MAX_BODY: usize = 8 * 1024 * 1024;
const MAX_MESSAGE: usize = 500;
const REQUEST_IDS: [&str; 2] = ["request-id", "x-ms-request-id"];

/// A complete answer, whatever its status.
pub(crate) struct Answer {
    call: &'static str,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
    client_request_id: Uuid,
    /// Content that is yet to be read, in place of `body`.
    pub content: Option<reqwest::Response>,
    /// The request was a write, so an answer that cannot be read leaves its outcome open.
    pub wrote: bool,
}

/// An exchange that ended without a complete answer.
pub(crate) struct Broken {
    pub error: GraphError,
    /// The request may have arrived.
    pub sent: bool,
}

impl Broken {
    fn by(error: reqwest::Error, call: &'static str, client_request_id: Uuid) -> Self {
        let sent = !error.is_connect() && !error.is_builder();
        let kind = if error.is_builder() {
            ErrorKind::Protocol
        } else {
            ErrorKind::Unavailable
        };
        // The URL may hold a join link.
        let mut wrapped = GraphError::new(kind, call).with_source(error.without_url());
        wrapped.client_request_id = Some(client_request_id);
        Self { error: wrapped, sent }
    }
}

impl Answer {
    pub fn new(call: &'static str, status: StatusCode, headers: HeaderMap, client_request_id: Uuid) -> Self {
        Self {
            call,
            status,
            headers,
            body: Bytes::new(),
            client_request_id,
            content: None,
            wrote: false,
        }
    }

    /// Reads the body.
    pub async fn read(&mut self, mut response: reqwest::Response) -> Result<(), Broken> {
        let mut body = BytesMut::new();
        let broken = |error| Broken::by(error, self.call, self.client_request_id);
        while let Some(chunk) = response.chunk().await.map_err(broken)? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BODY {
                let error = self.error(ErrorKind::Protocol).with_message("the answer is too large");
                return Err(Broken { error, sent: true });
            }
        }
        self.body = body.freeze();
        Ok(())
    }

    /// Takes over the head of the answer to which this one redirected. The id of the request stays the one that Microsoft knows.
    pub fn moved(&mut self, response: &reqwest::Response) {
        let mut headers = response.headers().clone();
        for name in REQUEST_IDS {
            match self.headers.remove(name) {
                Some(id) => headers.insert(name, id),
                None => headers.remove(name),
            };
        }
        (self.status, self.headers) = (response.status(), headers);
    }

    /// A header's value, if it is text.
    pub fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn json<T: DeserializeOwned>(&self) -> Result<T, GraphError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            // The error's own text may quote the body.
            let place = format!(
                "{:?} error at line {} column {}",
                error.classify(),
                error.line(),
                error.column()
            );
            self.error(ErrorKind::Protocol)
                .with_message(place)
                .or_unknown(self.wrote)
        })
    }

    pub fn error(&self, kind: ErrorKind) -> GraphError {
        let mut error = GraphError::new(kind, self.call).with_retry_after(retry::retry_after(&self.headers));
        error.status = Some(self.status.as_u16());
        error.request_id = self.request_id().map(str::to_owned);
        error.client_request_id = Some(self.client_request_id);
        error
    }

    /// What the status says, before anything is read from the body.
    pub fn kind_by_status(&self) -> ErrorKind {
        match self.status.as_u16() {
            401 => ErrorKind::Unauthorized,
            403 => ErrorKind::Forbidden(Forbidden::Other),
            404 => ErrorKind::NotFound,
            410 => ErrorKind::Gone,
            409 | 412 => ErrorKind::Conflict,
            429 | 509 => ErrorKind::Throttled {
                retry_after: retry::retry_after(&self.headers),
            },
            408 | 500..=599 => ErrorKind::Unavailable,
            400..=499 => ErrorKind::Invalid,
            _ => ErrorKind::Protocol,
        }
    }

    pub fn request_id(&self) -> Option<&str> {
        REQUEST_IDS.into_iter().find_map(|name| self.header(name))
    }

    pub fn client_request_id(&self) -> Uuid {
        self.client_request_id
    }

    /// Reads Graph's error envelope; the body may as well be empty or HTML.
    pub fn refused(&self, secrets: &[&str]) -> GraphError {
        let refusal = Refusal::parse(&self.body);
        let kind = refusal.kind(self.kind_by_status());
        let clean = |text: &str| clean(text, secrets);
        let mut refused = self
            .error(kind)
            .explained(refusal.code.as_deref(), refusal.message.as_deref(), secrets)
            .with_inner_codes(refusal.inner_codes.iter().map(|code| clean(code)).collect());
        refused.request_id = refused.request_id.or_else(|| refusal.request_id.as_deref().map(clean));
        refused.or_unknown(self.wrote && kind == ErrorKind::Unavailable)
    }
}

/// Somebody else's words, cut to a sane length and on one line, without the secrets of the exchange in case they were echoed.
pub(crate) fn clean(text: &str, secrets: &[&str]) -> String {
    let hidden = secrets.iter().filter(|secret| !secret.is_empty());
    let text = hidden.fold(text.to_owned(), |text, secret| text.replace(*secret, "***"));
    let line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    line.take(MAX_MESSAGE).collect()
}

impl GraphError {
    /// Adds Microsoft's words.
    pub(crate) fn explained(mut self, code: Option<&str>, message: Option<&str>, secrets: &[&str]) -> Self {
        self.code = code.map(|code| clean(code, secrets));
        match message {
            Some(message) => self.with_message(clean(message, secrets)),
            None => self,
        }
    }
}

/// Sends one request and reads its whole answer.
pub(crate) async fn exchange(
    http: &reqwest::Client,
    request: RequestBuilder,
    call: &'static str,
) -> Result<Answer, Broken> {
    let (mut answer, response) = open(http, request, call, client_request_id()).await?;
    answer.read(response).await?;
    Ok(answer)
}

pub(crate) fn client_request_id() -> Uuid {
    uuid::Builder::from_random_bytes(rand::random()).into_uuid()
}

/// Sends one request and reads the head of its answer.
pub(crate) async fn open(
    http: &reqwest::Client,
    request: RequestBuilder,
    call: &'static str,
    client_request_id: Uuid,
) -> Result<(Answer, reqwest::Response), Broken> {
    let request = build(request, call, client_request_id)?;
    let response = http
        .execute(request)
        .await
        .map_err(|error| Broken::by(error, call, client_request_id))?;
    Ok(opened(response, call, client_request_id))
}

/// The same, for content.
pub(crate) async fn open_content(
    http: &ContentClient,
    request: RequestBuilder,
    call: &'static str,
    client_request_id: Uuid,
) -> Result<(Answer, reqwest::Response), Broken> {
    let request = build(request, call, client_request_id)?;
    let response = http.execute(request).await.map_err(|Unanswered { source, sent }| {
        let mut error = GraphError::new(ErrorKind::Unavailable, call).with_source(source);
        error.client_request_id = Some(client_request_id);
        Broken { error, sent }
    })?;
    Ok(opened(response, call, client_request_id))
}

fn build(request: RequestBuilder, call: &'static str, client_request_id: Uuid) -> Result<reqwest::Request, Broken> {
    request
        .header("client-request-id", client_request_id.to_string())
        .build()
        .map_err(|error| Broken::by(error, call, client_request_id))
}

fn opened(response: reqwest::Response, call: &'static str, client_request_id: Uuid) -> (Answer, reqwest::Response) {
    let answer = Answer::new(call, response.status(), response.headers().clone(), client_request_id);
    tracing::debug!(
        graph.call = call,
        graph.status = answer.status.as_u16(),
        graph.request_id = answer.request_id(),
        graph.client_request_id = %client_request_id,
        "Microsoft answered {call} with {}", answer.status
    );
    (answer, response)
}
