use std::{fmt, sync::Arc, time::Duration};

use url::Url;

use crate::{
    Credentials, RetryPolicy,
    content_client::ContentClient,
    gates::MailboxGates,
    observe::{Observed, Observer},
    token::TokenCache,
};

pub(crate) const USER_AGENT: &str = concat!("Minuted/", env!("CARGO_PKG_VERSION"));

/// Absolute bases of the two services. The defaults are Microsoft's global cloud; national clouds and the simulator are
/// other URLs.
#[derive(Clone, Debug)]
pub struct Endpoints {
    pub graph: Url,
    pub login: Url,
}

impl Default for Endpoints {
    #[expect(clippy::expect_used, reason = "two constants, checked by a test")]
    fn default() -> Self {
        Self {
            graph: Url::parse("https://graph.microsoft.com").expect("constant"),
            login: Url::parse("https://login.microsoftonline.com").expect("constant"),
        }
    }
}

/// The process-wide part: connections, cached tokens, limits per mailbox. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct GraphClient {
    pub(crate) http: reqwest::Client,
    pub(crate) content: ContentClient,
    pub(crate) endpoints: Arc<Endpoints>,
    pub(crate) policy: Arc<RetryPolicy>,
    pub(crate) tokens: Arc<TokenCache>,
    pub(crate) gates: Arc<MailboxGates>,
}

impl GraphClient {
    /// `http` should come from [`http_client`]: a client that follows redirects would carry the bearer along.
    pub fn new(http: reqwest::Client, endpoints: Endpoints) -> Self {
        Self {
            content: ContentClient::new(http.clone()),
            http,
            endpoints: Arc::new(endpoints),
            policy: Arc::default(),
            tokens: Arc::default(),
            gates: Arc::default(),
        }
    }

    #[must_use]
    pub fn with_policy(self, policy: RetryPolicy) -> Self {
        Self {
            policy: Arc::new(policy),
            ..self
        }
    }

    /// The calls on behalf of one app registration.
    pub fn session(&self, credentials: Credentials) -> GraphSession {
        GraphSession {
            client: self.clone(),
            credentials: Arc::new(credentials),
            observed: Observed::default(),
        }
    }
}

impl fmt::Debug for GraphClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphClient")
            .field("endpoints", &self.endpoints)
            .finish_non_exhaustive()
    }
}

/// A [`GraphClient`] bound to one app registration. Cheap to clone.
#[derive(Clone, Debug)]
pub struct GraphSession {
    pub(crate) client: GraphClient,
    pub(crate) credentials: Arc<Credentials>,
    pub(crate) observed: Observed,
}

impl GraphSession {
    /// The same session, whose every request `observer` is told of.
    #[must_use]
    pub fn observed_by(self, observer: Observer) -> Self {
        Self {
            observed: Observed(Some(observer)),
            ..self
        }
    }
}

/// An HTTP client fit for [`GraphClient::new`]: follows no redirects, has timeouts, names itself, and uses the ring
/// provider for TLS. The system's proxy settings apply.
pub fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    // An error says that the process has chosen a provider already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_secs(30))
        .pool_idle_timeout(Duration::from_mins(1))
        .user_agent(USER_AGENT)
        // One connection for each request under way: content that somebody reads slowly must not hold up other calls.
        .http1_only()
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_endpoints_are_absolute_https() {
        let Endpoints { graph, login } = Endpoints::default();
        assert_eq!(
            (graph.as_str(), login.scheme()),
            ("https://graph.microsoft.com/", "https")
        );
    }
}
