use std::{collections::HashSet, fmt, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use tokio::{sync::Mutex, time::Instant};
use url::Url;
use uuid::Uuid;

use super::{
    Batch,
    tokens::{KeySet, TokenRefused, TokenRules, VerifiedTenants},
};
use crate::{
    ErrorKind, GraphClient, GraphError,
    answer::{Answer, exchange},
    retry::Pacing,
    urls,
};

const CALL: &str = "get-signing-keys";
/// Microsoft's documents are some ten kilobytes.
const MAX_DOCUMENT: usize = 512 * 1024;
/// Keys are rotated about daily; older ones are read anew.
const MAX_AGE: Duration = Duration::from_hours(24);
/// Tokens that name unknown keys cost at most one read in this time, whoever sends them.
const REFRESH_PAUSE: Duration = Duration::from_mins(5);
/// While there are no keys at all, they are asked for this often.
const RETRY_PAUSE: Duration = Duration::from_secs(10);

/// The login service's public keys for tokens.
#[derive(Clone, Default)]
pub struct SigningKeys(Arc<KeySet>);

impl SigningKeys {
    /// Reads a JSON Web Key Set. Keys that are not RSA signature keys are left out.
    pub fn parse(document: &[u8]) -> Option<Self> {
        KeySet::parse(document).map(|keys| Self(Arc::new(keys)))
    }

    /// Checks all of a batch's tokens (Graph docs: "Set up change notifications that include resource data", "Validating
    /// the authenticity of notifications"): signature, time, audience, issuer and caller. One bad token spoils the batch.
    pub fn verify(
        &self,
        batch: &Batch,
        rules: &TokenRules,
        now: DateTime<Utc>,
    ) -> Result<VerifiedTenants, TokenRefused> {
        self.0.verify_all(&batch.validation_tokens, rules, now)
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKeys({})", self.0.len())
    }
}

/// Why a batch is not believed.
#[derive(Debug, thiserror::Error)]
pub enum Unverified {
    /// For good: drop the batch.
    #[error(transparent)]
    Token(#[from] TokenRefused),
    /// The keys could not be read: nothing is known about the batch, try again.
    #[error(transparent)]
    Keys(GraphError),
}

/// Checks validation tokens with the login service's keys, which it reads when they are needed and keeps.
pub struct ValidationTokens {
    client: GraphClient,
    cache: Mutex<Cache>,
}

#[derive(Default)]
struct Cache {
    keys: Option<SigningKeys>,
    read_at: Option<Instant>,
    tried_at: Option<Instant>,
}

impl ValidationTokens {
    /// One per process: what it keeps is of use to every tenant.
    pub fn new(client: GraphClient) -> Self {
        Self {
            client,
            cache: Mutex::default(),
        }
    }

    /// [`SigningKeys::verify`] with the keys of the moment. `arrived` is when the batch arrived: tokens may expire while it
    /// waits. Keys that the tokens name and that are not known are asked for once in five minutes at most, and in ten seconds
    /// while there are none at all; until then it is [`Unverified::Keys`].
    ///
    /// It may take as long as any call, so answer Graph first; it waits three seconds.
    pub async fn verify(
        &self,
        batch: &Batch,
        client_ids: HashSet<Uuid>,
        arrived: DateTime<Utc>,
    ) -> Result<VerifiedTenants, Unverified> {
        if batch.validation_tokens.is_empty() {
            return Err(TokenRefused::Missing.into());
        }
        let rules = TokenRules {
            client_ids,
            login: self.client.endpoints.login.clone(),
        };
        let keys = self.keys_for(batch).await.map_err(Unverified::Keys)?;
        Ok(keys.verify(batch, &rules, arrived)?)
    }

    /// Keys that are not to be had are an error if they are needed: a batch must not be refused for lack of them.
    async fn keys_for(&self, batch: &Batch) -> Result<SigningKeys, GraphError> {
        let mut cache = self.cache.lock().await;
        let now = Instant::now();
        let tokens = &batch.validation_tokens;
        let known = cache.keys.as_ref().is_some_and(|keys| keys.0.knows_all(tokens));
        let pause = if cache.keys.is_some() {
            REFRESH_PAUSE
        } else {
            RETRY_PAUSE
        };
        let resting = cache.tried_at.is_some_and(|tried| now - tried < pause);
        if let Some(keys) = &cache.keys {
            let young = known && cache.read_at.is_some_and(|read| now - read < MAX_AGE);
            if young || resting && (known || cache.tried_at == cache.read_at) {
                return Ok(keys.clone());
            }
        }
        if resting {
            let error = GraphError::new(ErrorKind::Unavailable, CALL);
            return Err(error.with_message("the last attempt has just failed"));
        }
        cache.tried_at = Some(now);
        match (self.read_keys().await, &cache.keys) {
            (Ok(keys), _) => {
                cache.read_at = Some(now);
                Ok(cache.keys.insert(keys).clone())
            }
            (Err(error), Some(keys)) if known => {
                tracing::warn!(error = %error, "Microsoft's signing keys could not be read again; the old ones are used");
                Ok(keys.clone())
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Retried on 429, 5xx and lost connections: it only reads.
    async fn read_keys(&self) -> Result<SigningKeys, GraphError> {
        let login = &self.client.endpoints.login;
        let mut pacing = Pacing::start(&self.client.policy);
        let segments = ["common", "v2.0", ".well-known", "openid-configuration"];
        let answer = self.read(urls::below(login, CALL, &segments)?, &mut pacing).await?;
        let configuration: Configuration = answer.json()?;
        let jwks_uri = Url::parse(&configuration.jwks_uri).ok();
        let Some(jwks_uri) = jwks_uri.filter(|uri| uri.origin() == login.origin()) else {
            let error = answer.error(ErrorKind::Protocol);
            return Err(error.with_message("the address of the keys is not the login service's"));
        };
        let answer = self.read(jwks_uri, &mut pacing).await?;
        let keys = SigningKeys::parse(&answer.body).filter(|keys| keys.0.len() > 0);
        keys.ok_or_else(|| {
            answer
                .error(ErrorKind::Protocol)
                .with_message("the answer holds no signing keys")
        })
    }

    async fn read(&self, url: Url, pacing: &mut Pacing) -> Result<Answer, GraphError> {
        loop {
            let request = self.client.http.get(url.clone()).timeout(pacing.attempt_timeout());
            let error = match exchange(&self.client.http, request, CALL).await {
                Err(broken) => broken.error,
                Ok(answer) if answer.body.len() > MAX_DOCUMENT => answer
                    .error(ErrorKind::Protocol)
                    .with_message("the answer is too large"),
                Ok(answer) if answer.status.is_success() => return Ok(answer),
                Ok(answer) => answer.error(answer.kind_by_status()),
            };
            if !(error.is_transient() && pacing.pause(error.retry_after()).await) {
                return Err(error);
            }
        }
    }
}

#[derive(Deserialize)]
struct Configuration {
    jwks_uri: String,
}
