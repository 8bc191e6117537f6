//! Forms whose text is not UTF-8, and those that are too large. Rather than losing the whole form, each bad byte becomes U+FFFD, which
//! the rules for text refuse with an error beside its field.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use domain::{ErrorCode, Failure};
use leptos::server_fn::error::ServerFnUrlError;

use super::status::{refuse, wants_page};

/// Larger than any form of ours.
const MAX_FORM: usize = 256 * 1024;

pub async fn repair(request: Request, next: Next) -> Response {
    let is_form = request.method() == Method::POST
        && request
            .headers()
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    if !is_form {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_FORM).await else {
        return too_large(parts.uri.path(), &parts.headers);
    };
    let body = if is_utf8(&bytes) {
        Body::from(bytes)
    } else {
        // Decoding is lossy in exactly the way that is wanted here.
        let pairs = url::form_urlencoded::parse(&bytes);
        let repaired = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        parts.headers.remove(header::CONTENT_LENGTH);
        Body::from(repaired)
    };
    next.run(Request::from_parts(parts, body)).await
}

/// As a server function refuses a form: in JSON, or without script by the way back to the page.
fn too_large(path: &str, headers: &HeaderMap) -> Response {
    let failure = Failure::new(ErrorCode::TooLarge);
    if wants_page(headers) {
        let referer = headers.get(header::REFERER).and_then(|value| value.to_str().ok());
        let referer = referer.unwrap_or_default();
        let error = ServerFnUrlError::new(path, app::ApiError(failure.clone()));
        if let Ok(back) = error.to_url(referer) {
            return Redirect::to(back.as_str()).into_response();
        }
    }
    refuse(failure)
}

/// Whether every name and value of the form decodes to UTF-8.
fn is_utf8(form: &[u8]) -> bool {
    form.split(|byte| *byte == b'&')
        .flat_map(|pair| pair.split(|byte| *byte == b'='))
        .all(|part| {
            let mut decoded = Vec::with_capacity(part.len());
            let mut rest = part.iter();
            while let Some(byte) = rest.next() {
                let digits = rest
                    .as_slice()
                    .get(..2)
                    .filter(|_| *byte == b'%')
                    .and_then(|digits| std::str::from_utf8(digits).ok());
                match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    Some(byte) => {
                        decoded.push(byte);
                        rest.nth(1);
                    }
                    None => decoded.push(*byte),
                }
            }
            std::str::from_utf8(&decoded).is_ok()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_bytes_are_found() {
        assert!(is_utf8(b"title=Gr%C3%BC%C3%9Fe&notes=100%"));
        assert!(is_utf8(b""));
        assert!(!is_utf8(b"title=%FF"));
        assert!(!is_utf8(b"title=\xFF"));
        assert!(!is_utf8(b"title=%C3"));
        assert!(!is_utf8(b"%FF=x"));
    }
}
