//! Content as a stream. Whatever its length, no more than a few chunks of it are held at a time.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures::{
    Stream,
    stream::{self, BoxStream},
};
use reqwest::{
    Method, RequestBuilder, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, LAST_MODIFIED, LOCATION},
};
use tokio::time::timeout;
use url::Url;
use uuid::Uuid;

use crate::{
    ArtifactKind, ByteRange, ErrorKind, Extent, GraphError, GraphSession,
    answer::{self, Answer, Broken, clean},
    retry::Pacing,
    transport::{Call, Effect},
};

const MAX_REDIRECTS: usize = 3;

/// A file that is being read. Dropping it ends the transfer.
///
/// The stream ends without an error only when all that was announced has come. [`ErrorKind::Unavailable`]: the connection broke
/// or stalled; what came before is right, and a range can ask for the rest.
pub struct ContentStream {
    pub extent: Extent,
    /// As sent.
    pub content_type: Option<String>,
    /// Bytes that will come, if it was told.
    pub length: Option<u64>,
    /// As sent, quotes included.
    pub etag: Option<String>,
    /// As sent: an HTTP date.
    pub last_modified: Option<String>,
    body: BoxStream<'static, Result<Bytes, GraphError>>,
}

impl GraphSession {
    /// The video of a recording, or a part of it (Graph docs: "Get callRecording", `callrecording-get`, example "Get the content
    /// of a recording").
    ///
    /// Microsoft documents neither ranges nor lengths nor redirects: [`ContentStream::extent`] says whether the range was
    /// heeded. Redirects are followed up to three times, to https addresses (or to others of Graph's own scheme, where that is
    /// not https), without the token.
    ///
    /// The call deadline is for the beginning of the answer; until then it is retried on 429, 5xx and lost connections. The
    /// content may take any time as long as some of it comes within [`crate::RetryPolicy::content_idle_timeout`], and is not
    /// retried. [`ErrorKind::NotFound`] and [`ErrorKind::Gone`]: not ready yet, or deleted by the tenant's retention rules.
    pub async fn recording_content(
        &self,
        organizer_object_id: &str,
        meeting_id: &str,
        recording_id: &str,
        range: Option<ByteRange>,
    ) -> Result<ContentStream, GraphError> {
        const CALL: &str = "get-recording-content";
        let rest = [recording_id, "content"];
        let url = self.artifact_url(CALL, ArtifactKind::Recording, organizer_object_id, meeting_id, &rest)?;
        let call = Call::new(CALL, Method::GET, url, Effect::Read).content("video/mp4, */*;q=0.5", range);
        let answer = self.send(&call).await?;
        let kind = essence(answer.header(CONTENT_TYPE));
        if kind.starts_with("text/") || kind == "application/json" {
            return Err(wrong_type(&answer, &kind));
        }
        self.stream(answer)
    }

    /// The stream of an answer that has content.
    pub(crate) fn stream(&self, mut answer: Answer) -> Result<ContentStream, GraphError> {
        let protocol = |answer: &Answer, what: &str| answer.error(ErrorKind::Protocol).with_message(what);
        let text = |name| answer.header(name).map(str::to_owned);
        let extent = match answer.status {
            StatusCode::PARTIAL_CONTENT => answer
                .header(CONTENT_RANGE)
                .and_then(Extent::part)
                .ok_or_else(|| protocol(&answer, "the part does not say which part it is"))?,
            StatusCode::RANGE_NOT_SATISFIABLE => Extent::out_of_range(answer.header(CONTENT_RANGE)),
            _ => Extent::Whole,
        };
        let announced = answer.header(CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let nothing = matches!(extent, Extent::OutOfRange { .. });
        let length = if nothing {
            Some(0)
        } else {
            announced.or(extent.length())
        };
        if extent.length().is_some_and(|part| Some(part) != length) {
            return Err(protocol(&answer, "the part and its length do not agree"));
        }
        let (content_type, etag, last_modified) = (text(CONTENT_TYPE), text(ETAG), text(LAST_MODIFIED));
        let response = answer.content.take().filter(|_| !nothing);
        let reading = response.map(|response| Reading {
            answer,
            response,
            received: 0,
            length,
            idle: self.client.policy.content_idle_timeout,
        });
        let body = stream::try_unfold(reading, async |reading| match reading {
            Some(reading) => reading.next().await,
            None => Ok(None),
        });
        Ok(ContentStream {
            extent,
            content_type,
            length,
            etag,
            last_modified,
            body: Box::pin(body),
        })
    }

    /// Sends a request for content and leaves the content to be read; any other answer is read here.
    pub(crate) async fn open_content(
        &self,
        call: &Call<'_>,
        request: RequestBuilder,
        pacing: &Pacing,
    ) -> Result<Answer, Broken> {
        let id = answer::client_request_id();
        let opened = timeout(pacing.attempt_timeout(), self.open_redirected(call, request, id)).await;
        opened.unwrap_or_else(|_| {
            let mut error = GraphError::new(ErrorKind::Unavailable, call.name()).with_message("no answer in time");
            error.client_request_id = Some(id);
            Err(Broken { error, sent: true })
        })
    }

    async fn open_redirected(&self, call: &Call<'_>, request: RequestBuilder, id: Uuid) -> Result<Answer, Broken> {
        let http = &self.client.http;
        let refused = |answer: &Answer, kind: ErrorKind, what: String| Broken {
            error: answer.error(kind).with_message(what),
            sent: true,
        };
        let content = &self.client.content;
        let (mut answer, mut response) = answer::open_content(content, request, call.name(), id).await?;
        let (mut at, mut elsewhere) = (call.url().clone(), false);
        for _ in 0..MAX_REDIRECTS {
            if !is_redirect(response.status()) {
                break;
            }
            let location = response.headers().get(LOCATION).and_then(|target| target.to_str().ok());
            at = location
                .and_then(|target| redirected(self.client.endpoints.graph.scheme(), &at, target))
                .ok_or_else(|| refused(&answer, ErrorKind::Protocol, "the redirect is not followed".to_owned()))?;
            elsewhere = true;
            // Not the token, and nothing else that tells who asks.
            let request = call.wish(http.get(at.clone())).build();
            let request = request.map_err(|error| Broken {
                // The address may be a key to the content.
                error: answer.error(ErrorKind::Protocol).with_source(error.without_url()),
                sent: true,
            })?;
            response = content.execute(request).await.map_err(|unanswered| Broken {
                error: answer.error(ErrorKind::Unavailable).with_source(unanswered.source),
                sent: true,
            })?;
        }
        let status = response.status();
        let is_content = status == StatusCode::OK
            || (call.range().is_some()
                && matches!(status, StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE));
        if elsewhere {
            answer.moved(&response);
        }
        if is_content {
            answer.content = Some(response);
        } else if elsewhere {
            let kind = match answer.kind_by_status() {
                // The address was good for a while only: the next attempt gets a new one.
                ErrorKind::Unauthorized | ErrorKind::Forbidden(_) => ErrorKind::Unavailable,
                ErrorKind::Invalid => ErrorKind::Protocol,
                other => other,
            };
            return Err(refused(
                &answer,
                kind,
                "so answered the place of the redirect".to_owned(),
            ));
        } else if status.is_success() {
            return Err(refused(
                &answer,
                ErrorKind::Protocol,
                "there is no content in the answer".to_owned(),
            ));
        } else {
            answer.read(response).await?;
        }
        Ok(answer)
    }
}

/// Where a redirect may lead. `own` is the scheme of Graph's address.
fn redirected(own: &str, from: &Url, target: &str) -> Option<Url> {
    let target = from.join(target).ok()?;
    let safe = target.scheme() == "https" || (target.scheme() == own && from.scheme() == own);
    let plain = target.username().is_empty() && target.password().is_none();
    (safe && plain && target.has_host()).then_some(target)
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// A content type without its parameters, in small letters.
pub(crate) fn essence(content_type: Option<&str>) -> String {
    let kind = content_type.unwrap_or_default().split(';').next().unwrap_or_default();
    kind.trim().to_ascii_lowercase()
}

pub(crate) fn wrong_type(answer: &Answer, kind: &str) -> GraphError {
    let message = format!("the content is of the type '{}'", clean(kind, &[]));
    answer.error(ErrorKind::Protocol).with_message(message)
}

struct Reading {
    answer: Answer,
    response: reqwest::Response,
    received: u64,
    length: Option<u64>,
    idle: Duration,
}

impl Reading {
    async fn next(mut self) -> Result<Option<(Bytes, Option<Self>)>, GraphError> {
        let chunk = match timeout(self.idle, self.response.chunk()).await {
            Ok(Ok(chunk)) => chunk,
            Ok(Err(error)) => return Err(self.broke_off().with_source(error.without_url())),
            Err(_) => return Err(self.broke_off().with_source("nothing came in time")),
        };
        match chunk {
            Some(chunk) => {
                self.received += chunk.len() as u64;
                if self.length.is_some_and(|length| self.received > length) {
                    let error = self.answer.error(ErrorKind::Protocol);
                    return Err(error.with_message("more came than was announced"));
                }
                Ok(Some((chunk, Some(self))))
            }
            None if self.length.is_some_and(|length| self.received < length) => Err(self.broke_off()),
            None => Ok(None),
        }
    }

    fn broke_off(&self) -> GraphError {
        let length = self.length.map_or("unknown".to_owned(), |length| length.to_string());
        let message = format!("the content broke off at byte {} of {length}", self.received);
        self.answer.error(ErrorKind::Unavailable).with_message(message)
    }
}

impl ContentStream {
    /// The length of the whole file, if it was told.
    pub fn total(&self) -> Option<u64> {
        match self.extent {
            Extent::Whole => self.length,
            Extent::Part { total, .. } | Extent::OutOfRange { total } => total,
        }
    }
}

impl Stream for ContentStream {
    type Item = Result<Bytes, GraphError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.body.as_mut().poll_next(context)
    }
}

impl fmt::Debug for ContentStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentStream")
            .field("extent", &self.extent)
            .field("content_type", &self.content_type)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_redirects_may_lead() {
        let follows = |own: &str, from: &str, target: &str| {
            let target = redirected(own, &from.parse().unwrap(), target);
            target.map(|url| url.to_string())
        };
        let (safe, plain) = ("https://graph.example/v1.0/content", "http://127.0.0.1:9/v1.0/content");
        for (target, expected) in [
            ("https://storage.example/x?y#z", Some("https://storage.example/x?y#z")),
            ("/other", Some("https://graph.example/other")),
            ("//storage.example/x", Some("https://storage.example/x")),
            ("http://storage.example/x", None),
            ("HTTP://graph.example/x", None),
            ("https://user@storage.example/x", None),
            ("https://:word@storage.example/x", None),
            ("data:video/mp4,x", None),
            ("https://", None),
        ] {
            assert_eq!(follows("https", safe, target).as_deref(), expected, "{target}");
        }
        for (from, target, expected) in [
            (plain, "http://127.0.0.1:8/x", Some("http://127.0.0.1:8/x")),
            (plain, "https://storage.example/x", Some("https://storage.example/x")),
            // What has once been https stays so.
            (safe, "http://127.0.0.1:8/x", None),
        ] {
            assert_eq!(follows("http", from, target).as_deref(), expected, "{target}");
        }
    }
}
