use std::borrow::Cow;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderValue, Response, StatusCode, header::HeaderName};
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use serde_json::{Value, json};

use crate::{
    CannedAnswer, Transfer,
    content::{File, Sending, Streamed},
    request::Request,
    service::Dropped,
};

/// The body of an answer on its way.
pub(crate) type Outgoing = BoxBody<Bytes, Dropped>;

/// What is answered, before the headers every answer has are added.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Body,
    /// The rule of the contract the request broke.
    pub broke: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    Empty,
    Json(Value),
    /// Graph's envelope. In a box, since every refusal of the simulator goes through results.
    Error(Box<Envelope>),
    Raw(String),
    /// A file of this content type.
    Bytes(&'static str, Bytes),
    /// An artifact's content, before it is delivered.
    File(Box<File>),
    /// Streamed.
    Sending(Box<Sending>),
}

/// Ids and date are filled in when it is sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Envelope {
    code: String,
    message: String,
    /// `innerError.code`
    inner_code: Option<Cow<'static, str>>,
    /// What `innerError` is called, if not that.
    inner_key: Option<String>,
}

impl Reply {
    pub fn new(status: u16, body: Body) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body,
            broke: None,
        }
    }

    pub fn json(status: u16, body: Value) -> Self {
        Self::new(status, Body::Json(body))
    }

    pub fn empty(status: u16) -> Self {
        Self::new(status, Body::Empty)
    }

    pub fn refusal(status: u16, code: &str, message: impl Into<String>) -> Self {
        let envelope = Envelope {
            code: code.to_owned(),
            message: message.into(),
            ..Envelope::default()
        };
        Self::new(status, Body::Error(Box::new(envelope)))
    }

    /// Settles which part of an artifact's content is sent, and how; leaves other replies as they are.
    pub fn delivered(mut self, request: &Request, fault: Option<Transfer>) -> Self {
        match self.body {
            Body::File(file) => {
                let mut reply = file.answer(request, fault);
                reply.broke = self.broke;
                reply.headers.append(&mut self.headers);
                reply
            }
            _ => self,
        }
    }

    /// Adds `innerError.code` to a refusal.
    pub fn with_inner_code(mut self, code: &'static str) -> Self {
        if let Body::Error(envelope) = &mut self.body {
            envelope.inner_code = Some(code.into());
        }
        self
    }

    /// Notes in the log that the request broke a rule of the contract.
    pub fn breaking(mut self, rule: &'static str) -> Self {
        self.broke = Some(rule);
        self
    }

    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The prepared answer of a fault, if it is more than a delay.
    pub fn canned(answer: &CannedAnswer) -> Option<Self> {
        let mut reply = match (&answer.body_raw, answer.status) {
            (None, None) => return None,
            (Some(raw), status) => Self::new(status.unwrap_or(200), Body::Raw(raw.clone())),
            (None, Some(status)) => {
                let code = answer.code.clone().unwrap_or_else(|| usual_code(status).to_owned());
                let envelope = Envelope {
                    code,
                    message: answer
                        .message
                        .clone()
                        .unwrap_or_else(|| "A simulated fault.".to_owned()),
                    inner_code: answer.inner_code.clone().map(Cow::Owned),
                    inner_key: answer.inner_key.clone(),
                };
                Self::new(status, Body::Error(Box::new(envelope)))
            }
        };
        reply.headers = answer.headers.clone().into_iter().collect();
        Some(match answer.retry_after {
            Some(seconds) => reply.with_header("Retry-After", seconds.to_string()),
            None => reply,
        })
    }

    /// Seconds the client is told to wait.
    pub fn told_to_wait(&self) -> Option<u64> {
        let throttled = [429, 503].contains(&self.status);
        let mut headers = self.headers.iter().filter(|_| throttled);
        let (_, value) = headers.find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))?;
        value.parse().ok()
    }

    /// The answer after a request took effect all the same.
    pub fn after_commit(status: u16) -> Self {
        Self::refusal(status, usual_code(status), "A simulated fault.")
    }

    pub fn into_response(self, request: &Request, request_id: &str, now: DateTime<Utc>) -> Response<Outgoing> {
        let client_request_id = request.header("client-request-id").unwrap_or(request_id);
        let json_type =
            "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
        let whole = |bytes: Bytes| Full::new(bytes).map_err(|never| match never {}).boxed();
        let (content_type, body) = match self.body {
            Body::Empty | Body::File(_) => (None, whole(Bytes::new())),
            Body::Json(value) => (Some(json_type.to_owned()), whole(value.to_string().into())),
            Body::Bytes(kind, bytes) => (Some(kind.to_owned()), whole(bytes)),
            Body::Sending(what) => (Some(what.content_type.clone()), Streamed::new(*what).boxed()),
            Body::Raw(text) => (Some("text/plain; charset=utf-8".to_owned()), whole(text.into())),
            Body::Error(envelope) => {
                let Envelope {
                    code,
                    message,
                    inner_code,
                    inner_key,
                } = *envelope;
                let date = now.format("%Y-%m-%dT%H:%M:%S").to_string();
                let mut inner =
                    json!({ "date": date, "request-id": request_id, "client-request-id": client_request_id });
                if let Some(inner_code) = inner_code {
                    inner["code"] = json!(inner_code);
                }
                let mut body = json!({ "error": { "code": code, "message": message } });
                body["error"][inner_key.as_deref().unwrap_or("innerError")] = inner;
                (Some("application/json".to_owned()), whole(body.to_string().into()))
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let date = now.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let standard = [
            ("content-type", content_type.as_deref()),
            ("date", Some(date.as_str())),
            ("request-id", Some(request_id)),
            ("client-request-id", Some(client_request_id)),
            (
                "x-ms-ags-diagnostic",
                Some(r#"{"ServerInfo":{"DataCenter":"Simulated","Slice":"E","Ring":"1"}}"#),
            ),
        ];
        let standard = standard
            .iter()
            .filter_map(|(name, value)| Some(((*name).to_owned(), (*value)?.to_owned())));
        for (name, value) in standard.chain(self.headers) {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

fn usual_code(status: u16) -> &'static str {
    match status {
        400 => "BadRequest",
        401 => "InvalidAuthenticationToken",
        403 => "Forbidden",
        404 => "ResourceNotFound",
        409 => "Conflict",
        412 => "PreconditionFailed",
        429 => "TooManyRequests",
        503 => "ServiceUnavailable",
        504 => "GatewayTimeout",
        _ => "UnknownError",
    }
}
