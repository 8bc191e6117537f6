//! The framework answers every error of a server function with 500. This gives each its true status, by the code in it, and
//! `Retry-After` where the failure says when.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{ErrorCode, Failure};

/// Larger than any failure.
const MAX_FAILURE: usize = 64 * 1024;

pub async fn of_failures(request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    if !is_api || response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_FAILURE).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    // Anything else that answers 500 keeps its words to itself.
    let Ok(failure) = serde_json::from_slice::<Failure>(&bytes) else {
        tracing::error!("a server function failed without saying how");
        let failure = Failure::new(ErrorCode::Internal);
        return (StatusCode::INTERNAL_SERVER_ERROR, axum::Json(failure)).into_response();
    };
    parts.status = StatusCode::from_u16(failure.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(seconds) = failure.retry_after {
        parts.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Whether the browser itself asks, for something to show.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

/// The same for what is no server function.
pub fn refuse(failure: Failure) -> Response {
    let status = StatusCode::from_u16(failure.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let wait = failure.retry_after;
    let mut response = (status, axum::Json(failure)).into_response();
    if let Some(seconds) = wait {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
