//! The HTTP client for content. Its connections hold little, because hundreds of people may watch recordings at once, each at their own
//! pace: those of reqwest take up to 400 KiB per buffer, which cannot be set.

use std::{fmt, sync::Arc, time::Duration};

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::{
        legacy::{Client, connect::HttpConnector},
        proxy::matcher::Matcher,
    },
    rt::{TokioExecutor, TokioTimer},
};

use crate::error::BoxError;

/// What a connection reads at once, and may hold unread.
const BUFFER: usize = 32 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const POOL_IDLE: Duration = Duration::from_mins(1);

#[derive(Clone)]
pub(crate) struct ContentClient(Arc<Inner>);

struct Inner {
    /// Used through a proxy: how to reach one is its affair.
    usual: reqwest::Client,
    lean: Option<Client<HttpsConnector<HttpConnector>, reqwest::Body>>,
    proxies: Matcher,
}

/// A request that was not answered.
pub(crate) struct Unanswered {
    pub source: BoxError,
    /// The request may have arrived.
    pub sent: bool,
}

impl fmt::Debug for ContentClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentClient")
            .field("is_lean", &self.0.lean.is_some())
            .finish_non_exhaustive()
    }
}

impl ContentClient {
    pub fn new(usual: reqwest::Client) -> Self {
        Self(Arc::new(Inner {
            usual,
            lean: lean(),
            proxies: Matcher::from_env(),
        }))
    }

    /// Sends a request. Follows no redirects.
    pub async fn execute(&self, request: reqwest::Request) -> Result<reqwest::Response, Unanswered> {
        let unbuilt = |error: http::Error| Unanswered {
            source: error.into(),
            sent: false,
        };
        let address: http::Uri = request
            .url()
            .as_str()
            .parse()
            .map_err(|error: http::uri::InvalidUri| unbuilt(error.into()))?;
        let lean = self
            .0
            .lean
            .as_ref()
            .filter(|_| self.0.proxies.intercept(&address).is_none());
        let Some(lean) = lean else {
            return self.0.usual.execute(request).await.map_err(|error| Unanswered {
                sent: !error.is_connect(),
                source: error.without_url().into(),
            });
        };
        let (parts, ()) = http::Request::builder()
            .method(request.method().clone())
            .uri(address)
            .body(())
            .map_err(unbuilt)?
            .into_parts();
        let mut sent = http::Request::from_parts(parts, reqwest::Body::default());
        *sent.headers_mut() = request.headers().clone();
        sent.headers_mut()
            .entry(http::header::USER_AGENT)
            .or_insert(http::HeaderValue::from_static(crate::client::USER_AGENT));
        let answer = lean.request(sent).await.map_err(|error| Unanswered {
            sent: !error.is_connect(),
            source: error.into(),
        })?;
        Ok(answer.map(reqwest::Body::wrap).into())
    }
}

/// Nothing if the machine's certificates cannot be read; then reqwest says so better.
fn lean() -> Option<Client<HttpsConnector<HttpConnector>, reqwest::Body>> {
    let mut tcp = HttpConnector::new();
    tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
    tcp.set_nodelay(true);
    tcp.enforce_http(false);
    let ring = rustls::crypto::ring::default_provider();
    let https = HttpsConnectorBuilder::new()
        .with_provider_and_platform_verifier(ring)
        .ok()?
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp);
    let client = Client::builder(TokioExecutor::new())
        .pool_idle_timeout(POOL_IDLE)
        .pool_timer(TokioTimer::new())
        .http1_max_buf_size(BUFFER)
        .http1_read_buf_exact_size(BUFFER)
        .build(https);
    Some(client)
}
