//! `POST /api/teams/webhooks/recordings` and `…/lifecycle`: where Microsoft tells of new recordings and transcripts, and of the subscriptions
//! by which it does. ("Receive change notifications through webhooks" in Microsoft Graph's documentation.)
//!
//! Nobody is signed in here, and what is sent proves itself. A request is answered with 202 when what it tells is stored. What cannot be
//! believed is dropped and counted, with the same answer: Microsoft would only send it again, and others learn nothing.

use std::time::Duration;

use app::server::ClientAddress;
use axum::{
    Extension, Router,
    body::{Body, Bytes},
    extract::{RawQuery, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::post,
};
use backend::{
    Backend,
    notifications::{MAX_BODY, Received, Unread},
};
use futures::StreamExt;
use ipnet::IpNet;

use super::{
    client_address,
    webhook_limits::{Limits, MALFORMED},
};

/// How long a request may take to arrive.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest token that is sent back. Microsoft's have some hundred characters.
const MAX_TOKEN: usize = 4096;
/// When it makes sense to try again, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("10");

#[derive(Clone)]
struct Door {
    backend: Backend,
    limits: Limits,
}

pub fn routes(backend: &Backend, trusted_proxies: &[IpNet]) -> Router {
    let door = Door {
        backend: backend.clone(),
        limits: Limits::default(),
    };
    Router::new()
        .route("/api/teams/webhooks/recordings", post(receive).fallback(not_posted))
        // What is told here and there is told apart by what it is.
        .route("/api/teams/webhooks/lifecycle", post(receive).fallback(not_posted))
        .layer(from_fn_with_state(trusted_proxies.to_vec(), client_address::find))
        .with_state(door)
}

async fn receive(
    State(door): State<Door>,
    Extension(address): Extension<ClientAddress>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    if !door.backend.takes_notifications() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let place = match door.limits.place(address.0) {
        Ok(place) => place,
        Err(why) => {
            door.backend.count_unread(why);
            let status = match why {
                Unread::TooBusy => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::TOO_MANY_REQUESTS,
            };
            return (status, [(header::RETRY_AFTER, RETRY_AFTER)]).into_response();
        }
    };
    if let Some(token) = validation_token(query.as_deref()) {
        return echo(token);
    }
    let (parts, body) = request.into_parts();
    let body = match tokio::time::timeout(PATIENCE, read(&parts.headers, body)).await {
        Ok(Ok(body)) => body,
        Ok(Err(refused)) => {
            place.misbehaved(MALFORMED);
            if refused == StatusCode::PAYLOAD_TOO_LARGE {
                door.backend.count_unread(Unread::TooLarge);
            }
            return refused.into_response();
        }
        Err(_) => {
            place.misbehaved(MALFORMED);
            door.backend.count_unread(Unread::TooSlow);
            return StatusCode::REQUEST_TIMEOUT.into_response();
        }
    };
    match door.backend.receive_notifications(&body).await {
        Ok(Received::Stored { dropped }) => {
            place.misbehaved(dropped);
            StatusCode::ACCEPTED.into_response()
        }
        Ok(Received::Malformed) => {
            place.misbehaved(MALFORMED);
            StatusCode::BAD_REQUEST.into_response()
        }
        Ok(Received::TooMany) => {
            place.misbehaved(MALFORMED);
            StatusCode::PAYLOAD_TOO_LARGE.into_response()
        }
        Ok(Received::NotInThisEdition) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "notifications could not be taken"
            );
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, RETRY_AFTER)]).into_response()
        }
    }
}

async fn not_posted(State(door): State<Door>) -> Response {
    if door.backend.takes_notifications() {
        let allow = [(header::ALLOW, HeaderValue::from_static("POST"))];
        (StatusCode::METHOD_NOT_ALLOWED, allow, "Microsoft posts here.").into_response()
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

/// What Microsoft sends to see whether we want to be told.
fn validation_token(query: Option<&str>) -> Option<String> {
    url::form_urlencoded::parse(query?.as_bytes())
        .find(|(name, _)| name == "validationToken")
        .map(|(_, token)| token.into_owned())
}

/// Sends it back, as text and nothing else.
fn echo(token: String) -> Response {
    if token.len() > MAX_TOKEN {
        return StatusCode::BAD_REQUEST.into_response();
    }
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], token).into_response()
}

/// The whole body, if it is not too large.
async fn read(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, StatusCode> {
    let declared = headers.get(header::CONTENT_LENGTH);
    let declared = declared.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > MAX_BODY as u64) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let mut whole = Vec::new();
    let mut parts = body.into_data_stream();
    while let Some(part) = parts.next().await {
        // They were cut off.
        let part: Bytes = part.map_err(|_| StatusCode::BAD_REQUEST)?;
        if whole.len() + part.len() > MAX_BODY {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        whole.extend_from_slice(&part);
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_decoded_once() {
        let token = |query| validation_token(Some(query));
        assert_eq!(
            token("validationToken=Validation%3A+Testing+client%2Bapp%2520").as_deref(),
            Some("Validation: Testing client+app%20")
        );
        assert_eq!(token("tenant=1&validationToken=a").as_deref(), Some("a"));
        assert_eq!(token("validationToken=").as_deref(), Some(""));
        assert_eq!(token("validationtoken=a"), None);
        assert_eq!(validation_token(None), None);
    }
}
