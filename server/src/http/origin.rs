//! The Origin check: what changes something must come from our own pages. `SameSite=Lax` cookies stop most of what this stops; sites
//! beside ours on the same domain they do not stop.

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{ErrorCode, Failure};
use url::Url;

use super::status::wants_page;

pub async fn check(State(public_url): State<Url>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_ours(request.headers(), &public_url) {
        return next.run(request).await;
    }
    tracing::warn!(
        http.path = request.uri().path(),
        "a request from another origin was refused"
    );
    if request.uri().path().starts_with("/api/") && !wants_page(request.headers()) {
        return (StatusCode::FORBIDDEN, Json(Failure::new(ErrorCode::Unreadable))).into_response();
    }
    (
        StatusCode::FORBIDDEN,
        "This request did not come from a page of Minuted.",
    )
        .into_response()
}

/// Browsers send `Origin` with every POST ([Fetch](https://fetch.spec.whatwg.org/#origin-header)); one that hides it (`null`) or leaves it
/// out must say by `Sec-Fetch-Site` that the page was ours.
fn is_ours(headers: &HeaderMap, public_url: &Url) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match text(header::ORIGIN) {
        None | Some("null") => text(header::HeaderName::from_static("sec-fetch-site")) == Some("same-origin"),
        Some(origin) => {
            // Minuted may be reached under another name than the public one: then the two sides of the same request must agree.
            // Not where it is public over https: a page that came unencrypted could be anybody's.
            let same_host = || {
                public_url.scheme() == "http" && {
                    Url::parse(origin)
                        .ok()
                        .is_some_and(|url| Some(authority(&url).as_str()) == text(header::HOST))
                }
            };
            origin == public_url.origin().ascii_serialization() || same_host()
        }
    }
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(headers: &[(&'static str, &'static str)]) -> bool {
        ours_at("https://minuted.example/", headers)
    }

    fn ours_at(public_url: &str, headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        is_ours(&headers, &Url::parse(public_url).unwrap())
    }

    #[test]
    fn our_own_pages_may() {
        assert!(ours(&[("origin", "https://minuted.example")]));
        let by_address = [("origin", "http://10.0.0.5:3000"), ("host", "10.0.0.5:3000")];
        assert!(ours_at("http://127.0.0.1:3000/", &by_address));
        assert!(ours(&[("sec-fetch-site", "same-origin")]));
        assert!(ours(&[("origin", "null"), ("sec-fetch-site", "same-origin")]));
    }

    #[test]
    fn nobody_else_may() {
        assert!(!ours(&[]));
        assert!(!ours(&[
            ("origin", "http://minuted.example"),
            ("host", "minuted.example")
        ]));
        assert!(!ours(&[
            ("origin", "https://evil.example"),
            ("host", "minuted.example")
        ]));
        assert!(!ours(&[
            ("origin", "http://minuted.example"),
            ("host", "other.example")
        ]));
        assert!(!ours(&[("origin", "null")]));
        assert!(!ours(&[
            ("origin", "https://shop.minuted.example"),
            ("sec-fetch-site", "same-site")
        ]));
        assert!(!ours(&[("sec-fetch-site", "same-site")]));
    }
}
