//! The call that makes sure that whoever answers at a URL wants the notifications.

use std::time::Duration;

use http::{StatusCode, header};
use reqwest::{Client, Url};

use crate::{
    reply::Reply,
    service::{Shared, lock},
};

const UNREACHABLE: &str = "The endpoint cannot be reached.";

/// Calls every URL, even the same one twice.
pub(super) async fn validate(shared: &Shared, urls: &[String]) -> Result<(), Reply> {
    for url in urls {
        let (http, mode, token) = {
            let mut state = lock(shared);
            // In Microsoft's form: what an endpoint must decode.
            let token = format!(
                "Validation: Testing client application reachability for subscription Request-Id: {}",
                state.ids.guid()
            );
            (state.http.clone(), state.outbox.mode.clone(), token)
        };
        let limit = Duration::from_millis(mode.validation_timeout_ms);
        let called = async {
            if mode.unreachable {
                return Ok(Err(UNREACHABLE.to_owned()));
            }
            tokio::time::timeout(limit, call(&http, url, &token)).await
        };
        let failure = match called.await {
            Ok(Ok(())) => continue,
            Ok(Err(failure)) => failure,
            Err(_) => "The operation timed out.".to_owned(),
        };
        let message = format!(
            "Subscription validation request failed. Notification endpoint must respond with 200 OK to validation request. {failure}"
        );
        return Err(Reply::refusal(400, "ValidationError", message));
    }
    Ok(())
}

async fn call(http: &Client, url: &str, token: &str) -> Result<(), String> {
    let mut url = Url::parse(url).map_err(|_| "The URL is not valid.".to_owned())?;
    url.query_pairs_mut().append_pair("validationToken", token);
    let request = http
        .post(url)
        .header(header::CONTENT_TYPE, "text/plain; charset=utf-8")
        .body("");
    let unreachable = |_| UNREACHABLE.to_owned();
    let response = request.send().await.map_err(unreachable)?;
    let status = response.status();
    if status != StatusCode::OK {
        return Err(format!("HTTP status code is '{}'.", name_of(status.as_u16())));
    }
    let kind = response.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("text/plain") {
        return Err(format!("The content type is '{kind}' and not 'text/plain'."));
    }
    match response.text().await.map_err(unreachable)? {
        body if body == token => Ok(()),
        _ => Err("The body is not the validation token.".to_owned()),
    }
}

/// `NotFound`, as .NET writes a status.
pub(super) fn name_of(status: u16) -> String {
    let reason = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    reason.map_or_else(|| status.to_string(), |reason| reason.replace([' ', '-'], ""))
}
