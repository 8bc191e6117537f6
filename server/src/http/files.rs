//! `GET /api/online-meetings/recordings/{artifact_id}`: a recording, or the part of it that `Range` asks for; `?download=1` to save it.
//! `GET /api/documents/{document_id}/download`: a transcript to save, as it came or with `?format=txt` as plain text.
//!
//! Conditions and ranges are those of [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110). What Microsoft says of a recording is never
//! passed on. Who asks is found out here and not before: a player that was let in a moment ago is not looked at again.

use app::server::{Unknown, error_words};
use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use backend::{
    Backend, Error,
    access::may,
    recordings::{self, Content, Form, Player, Visit},
};
use domain::{ArtifactId, DocumentId, ErrorCode, Language};
use futures::{StreamExt, TryStreamExt, stream};
use tower_sessions::Session;

use super::{
    conditions::{Answer, Wish, http_date},
    session::{Person, person},
    status::wants_page,
};

/// What is handed to a connection at once. It keeps some of them while the reader is slow, so they are small.
const FRAME: usize = 8 * 1024;
/// How often the facts may turn out to be outdated.
const TRIES: usize = 3;
/// A recording is not a page: nothing in it is carried out, whatever it holds.
const POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; media-src 'self'";

pub fn routes(backend: &Backend) -> Router {
    Router::new()
        .route("/api/online-meetings/recordings/{artifact_id}", get(recording))
        .route("/api/documents/{document_id}/download", get(transcript))
        .with_state(backend.clone())
}

async fn recording(
    State(backend): State<Backend>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
    session: Session,
) -> Response {
    let Ok(id) = id.parse::<ArtifactId>() else {
        return refuse(ErrorCode::NotFound.into(), &headers);
    };
    let visit = session.id().map(|session| Visit::new(&backend, session, id));
    let player = match visit.as_ref().and_then(Visit::admitted) {
        Some(admitted) => admitted,
        None => match person(&backend, &session).await {
            Ok(person) => let_in(&backend, person, id, visit).await,
            Err(Unknown(why)) => return refuse(why.into(), &headers),
        },
    };
    let is_download = parameter(query.as_deref(), "download").is_some();
    let given = async { play(player?, &method, &headers, is_download).await };
    given.await.unwrap_or_else(|error| refuse(error, &headers))
}

async fn let_in(
    backend: &Backend,
    person: Option<Person>,
    id: ArtifactId,
    visit: Option<Visit>,
) -> Result<Player, Error> {
    let player = match person {
        Some(Person::Staff(actor)) => {
            recordings::for_staff(backend, &actor.require::<may::InteractionRead>()?, id).await?
        }
        Some(Person::Portal(actor)) => recordings::for_portal(backend, &actor, id).await?,
        None => return Err(ErrorCode::Unauthenticated.into()),
    };
    if let Some(visit) = visit {
        visit.remember(&player);
    }
    Ok(player)
}

async fn play(mut player: Player, method: &Method, headers: &HeaderMap, is_download: bool) -> Result<Response, Error> {
    let wish = Wish::of(method, headers);
    for _ in 0..TRIES {
        let facts = player.facts(wish.range).await?;
        let disposition = if is_download { "attachment" } else { "inline" };
        let ranges = if facts.size.is_some() { "bytes" } else { "none" };
        let mut head = HeaderMap::new();
        for (name, value) in [
            (header::CONTENT_TYPE, facts.content_type),
            (
                header::CONTENT_DISPOSITION,
                &content_disposition(disposition, &facts.file_name),
            ),
            (header::LAST_MODIFIED, &http_date(facts.recorded_at)),
            (header::ACCEPT_RANGES, ranges),
            // Whether somebody may still see it is asked each time.
            (header::CACHE_CONTROL, "private, no-cache"),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        ] {
            head.insert(name, HeaderValue::from_str(value).map_err(anyhow::Error::from)?);
        }
        let tag = facts.tag.as_ref().map(|tag| format!("\"{tag}\""));
        if let Some(tag) = &tag {
            head.insert(header::ETAG, HeaderValue::from_str(tag).map_err(anyhow::Error::from)?);
        }
        let (status, part) = match wish.answer(facts.size, tag.as_deref(), facts.recorded_at) {
            Answer::NotModified => return Ok((StatusCode::NOT_MODIFIED, head).into_response()),
            Answer::PreconditionFailed => return Ok(StatusCode::PRECONDITION_FAILED.into_response()),
            Answer::Beyond { size } => {
                let mut head = HeaderMap::new();
                head.insert(header::CONTENT_RANGE, number(format!("bytes */{size}"))?);
                head.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
                return Ok((StatusCode::RANGE_NOT_SATISFIABLE, head).into_response());
            }
            Answer::Whole => (StatusCode::OK, facts.size.map(|size| 0..size)),
            Answer::Part { part, size } => {
                let shown = format!("bytes {}-{}/{size}", part.start, part.end.saturating_sub(1));
                head.insert(header::CONTENT_RANGE, number(shown)?);
                (StatusCode::PARTIAL_CONTENT, Some(part))
            }
        };
        if let Some(part) = &part {
            let length = part.end.saturating_sub(part.start);
            head.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        if method == Method::HEAD {
            return Ok((status, head).into_response());
        }
        if let Some(content) = player.content(part).await? {
            player.note(is_download).await?;
            return Ok((status, head, body(player.into_reading(content))).into_response());
        }
    }
    Err(ErrorCode::RecordingUnavailable.into())
}

async fn transcript(
    State(backend): State<Backend>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    session: Session,
) -> Response {
    let person = match person(&backend, &session).await {
        Ok(person) => person,
        Err(Unknown(why)) => return refuse(why.into(), &headers),
    };
    let given = async {
        let id: DocumentId = id.parse().map_err(|_| ErrorCode::NotFound)?;
        let form = match parameter(query.as_deref(), "format").as_deref() {
            None | Some("vtt") => Form::Original,
            Some("txt") => Form::Text,
            Some(_) => return Err(ErrorCode::NotFound.into()),
        };
        let file = match person {
            Some(Person::Staff(actor)) => {
                let grant = actor.require::<may::InteractionRead>()?;
                recordings::transcript_for_staff(&backend, &grant, id, form).await?
            }
            Some(Person::Portal(actor)) => recordings::transcript_for_portal(&backend, &actor, id, form).await?,
            None => return Err(ErrorCode::Unauthenticated.into()),
        };
        let disposition = content_disposition("attachment", &file.file_name);
        let head = [
            (header::CONTENT_TYPE, HeaderValue::from_static(file.content_type)),
            (header::CONTENT_LENGTH, HeaderValue::from(file.size)),
            (header::CONTENT_DISPOSITION, number(disposition)?),
            (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        ];
        Ok((head, body(file.content)).into_response())
    };
    given.await.unwrap_or_else(|error| refuse(error, &headers))
}

/// A parameter of the query; nothing if it is not there or empty.
fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let value = pairs.find(|(key, _)| key == name)?.1.into_owned();
    (!value.is_empty() && value != "0").then_some(value)
}

fn number(text: String) -> Result<HeaderValue, Error> {
    Ok(HeaderValue::from_maybe_shared(Bytes::from(text)).map_err(anyhow::Error::from)?)
}

/// Bytes in small pieces. One that breaks off breaks the connection, so that nobody takes a part for the whole.
fn body(content: Content) -> Body {
    let framed = content
        .inspect_err(|error| {
            tracing::warn!(
                error = error as &dyn std::error::Error,
                "a file broke off while it was read"
            );
        })
        .map_ok(|mut bytes| {
            let mut frames = Vec::with_capacity(bytes.len().div_ceil(FRAME));
            while bytes.len() > FRAME {
                frames.push(bytes.split_to(FRAME));
            }
            frames.push(bytes);
            stream::iter(frames.into_iter().map(Ok::<_, std::io::Error>))
        })
        .try_flatten();
    Body::from_stream(framed.boxed())
}

/// [RFC 6266](https://www.rfc-editor.org/rfc/rfc6266): a name that every browser can read, and the true one by
/// [RFC 8187](https://www.rfc-editor.org/rfc/rfc8187).
fn content_disposition(kind: &str, name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " .-_,()".contains(c);
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let encoded: String = name
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// JSON for scripts and players, words for whoever opened the address itself.
fn refuse(error: Error, headers: &HeaderMap) -> Response {
    match &error {
        Error::Failure(failure) => tracing::debug!(error.code = ?failure.code, "a file was refused"),
        Error::Database(_) | Error::Internal(_) => tracing::error!(error = ?error, "a file could not be given out"),
    }
    let failure = error.failure();
    let status = StatusCode::from_u16(failure.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
            .unwrap_or_default()
    };
    let mut response = if wants_page(headers) && failure.code != ErrorCode::Internal {
        let language = language(text(header::COOKIE), text(header::ACCEPT_LANGUAGE));
        (status, Html(page(language, failure.code))).into_response()
    } else {
        (status, Json(&failure)).into_response()
    };
    let head = response.headers_mut();
    head.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    if let Some(seconds) = failure.retry_after {
        head.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The language that was chosen, else what the browser prefers.
fn language(cookies: &str, preferred: &str) -> Language {
    let chosen = cookies
        .split(';')
        .filter_map(|cookie| cookie.trim().strip_prefix("i18n_pref_locale="))
        .find_map(|tag| tag.parse().ok());
    let mut wanted = preferred
        .split([',', ';'])
        .map(|tag| tag.trim().split('-').next().unwrap_or_default());
    chosen
        .or_else(|| wanted.find_map(|tag| tag.parse().ok()))
        .unwrap_or_default()
}

fn page(language: Language, code: ErrorCode) -> String {
    let [what, why, next] = error_words(language, code).map(escape);
    let tag = language.tag();
    format!(
        "<!DOCTYPE html>\n<html lang=\"{tag}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{what}</title><style>:root{{color-scheme:light dark}}body{{font:16px/1.5 system-ui,sans-serif;max-width:36rem;\
         margin:15vh auto;padding:0 1rem}}h1{{font-size:1.25rem}}</style></head><body><h1>{what}</h1><p>{why}</p><p>{next}</p></body></html>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_headers() {
        assert_eq!(
            content_disposition("inline", "Größe 2026-11-24.mp4"),
            "inline; filename=\"Gr__e 2026-11-24.mp4\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%202026-11-24.mp4"
        );
        let hostile = content_disposition("attachment", "a\"b\\c\r\nSet-Cookie: x");
        assert!(
            !hostile.contains(['\r', '\n', '\\']) && hostile.matches('"').count() == 2,
            "{hostile}"
        );
    }

    #[test]
    fn words_are_in_the_reader_s_language() {
        for (cookies, preferred, expected) in [
            ("", "", "en"),
            ("a=b; i18n_pref_locale=fr", "de", "fr"),
            ("i18n_pref_locale=tlh", "tlh, de-AT;q=0.5", "de"),
        ] {
            assert_eq!(language(cookies, preferred).tag(), expected);
        }
        let page = page("de".parse().unwrap(), ErrorCode::RecordingGone);
        assert!(
            page.contains("<html lang=\"de\">") && page.contains("Aufzeichnung"),
            "{page}"
        );
    }
}
