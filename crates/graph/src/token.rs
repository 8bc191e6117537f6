//! The client credentials flow (Microsoft docs: "OAuth 2.0 client credentials flow on the Microsoft identity platform").

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use chrono::{TimeDelta, Utc};
use reqwest::header::HeaderValue;
use serde::Deserialize;
use serde_json::Value;
use tokio::{
    sync::OwnedMutexGuard,
    time::{Instant, timeout_at},
};

use crate::{
    ClientAuth, Credentials, ErrorKind, GraphError, GraphSession, Roles, Secret, TokenReport,
    answer::{Answer, exchange},
    retry::{self, Pacing},
    urls,
};

const CALL: &str = "get-token";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// A token is renewed this long before it expires, or after nine tenths of a shorter life.
const MARGIN: Duration = Duration::from_mins(5);
/// A token that still works is used while the new one is asked for. That is tried this often, unless the endpoint asks for a
/// longer pause.
const RENEWAL_PAUSE: Duration = Duration::from_secs(30);

/// From so many app registrations on, those that were only tried are forgotten.
const MAX_SLOTS: usize = 256;

/// Tokens per (tenant, client), each got by one caller at a time. The others wait for it, or use the old one while it lasts.
#[derive(Default)]
pub(crate) struct TokenCache {
    slots: Mutex<HashMap<(String, String), Slot>>,
    generations: AtomicU64,
}

type Slot = Arc<tokio::sync::Mutex<Option<Cached>>>;

struct Cached {
    token: Token,
    /// A token got with another secret or certificate says nothing about this one.
    obtained_with: ClientAuth,
    renew_at: Instant,
    expires_at: Instant,
    clock_offset: Option<TimeDelta>,
}

#[derive(Clone)]
pub(crate) struct Token {
    /// `Bearer …`, marked sensitive.
    pub header: HeaderValue,
    pub generation: u64,
}

impl Token {
    pub fn secret(&self) -> &str {
        self.header.to_str().unwrap_or_default().trim_start_matches("Bearer ")
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token #{}", self.generation)
    }
}

#[derive(Deserialize)]
struct Issued {
    access_token: String,
    expires_in: Option<u64>,
}

impl TokenCache {
    fn slot(&self, credentials: &Credentials) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (credentials.tenant_id.clone(), credentials.client_id.clone());
        // One that nobody asks and that holds no good token is forgotten without loss.
        if slots.len() >= MAX_SLOTS && !slots.contains_key(&key) {
            let now = Instant::now();
            let good = |slot: &Slot| {
                slot.try_lock()
                    .is_ok_and(|held| held.as_ref().is_some_and(|it| now < it.expires_at))
            };
            slots.retain(|_, slot| Arc::strong_count(slot) > 1 || good(slot));
        }
        Arc::clone(slots.entry(key).or_default())
    }
}

impl GraphSession {
    /// Gets a new token whatever is cached, lets the calls that follow use it, and tells what can be read from it. For
    /// diagnostics: after a new consent, a cached token shows the old permissions for up to an hour.
    ///
    /// Retried like any token request. When it fails, the cached token stays.
    pub async fn renew_token(&self) -> Result<TokenReport, GraphError> {
        let mut pacing = Pacing::start(&self.client.policy);
        let mut slot = self.token_slot(&pacing).await?;
        let fresh = self.request_token(&mut pacing).await?;
        let life = fresh.expires_at.saturating_duration_since(Instant::now());
        let report = TokenReport {
            expires_at: (SystemTime::now() + life).into(),
            roles: Roles::of(&fresh.token),
            clock_offset: fresh.clock_offset,
        };
        *slot = Some(fresh);
        Ok(report)
    }

    /// Where the token of this app registration is kept. Whoever holds it is the only one to renew it.
    async fn token_slot(&self, pacing: &Pacing) -> Result<OwnedMutexGuard<Option<Cached>>, GraphError> {
        let slot = self.client.tokens.slot(&self.credentials);
        timeout_at(pacing.deadline(), slot.lock_owned())
            .await
            .map_err(|_| GraphError::new(ErrorKind::Unavailable, CALL).with_message("no token in time"))
    }

    /// The cached token, or a new one when it has expired, was obtained otherwise, or is the `rejected` one.
    ///
    /// Retried on 429, 5xx and lost connections: asking for a token twice is harmless. Refusals are not retried.
    pub(crate) async fn token(&self, pacing: &mut Pacing, rejected: Option<u64>) -> Result<Token, GraphError> {
        let mut slot = self.token_slot(pacing).await?;
        let now = Instant::now();
        let usable = slot.as_mut().filter(|cached| {
            cached.obtained_with == self.credentials.auth
                && Some(cached.token.generation) != rejected
                && now < cached.expires_at
        });
        if let Some(cached) = usable {
            let token = cached.token.clone();
            if now < cached.renew_at {
                return Ok(token);
            }
            // The others need not wait for what they can do without, not even if this call is given up.
            cached.renew_at = now + RENEWAL_PAUSE;
            drop(slot);
            return self.renewed_early(token, pacing).await;
        }
        match self.request_token(pacing).await {
            Ok(cached) => Ok(slot.insert(cached).token.clone()),
            Err(error) => {
                *slot = None;
                Err(error)
            }
        }
    }

    /// A new token in place of one that still works and will not for long. The old one, if the new one cannot be had with
    /// one request in half the time of an attempt: the call needs the rest.
    async fn renewed_early(&self, old: Token, pacing: &Pacing) -> Result<Token, GraphError> {
        let asked = self.request_token_once(pacing.attempt_timeout() / 2).await;
        let mut slot = self.token_slot(pacing).await?;
        let is_old = slot
            .as_ref()
            .is_some_and(|cached| cached.token.generation == old.generation);
        match asked {
            Ok(fresh) => {
                let token = fresh.token.clone();
                if is_old {
                    *slot = Some(fresh);
                }
                Ok(token)
            }
            Err(error) if error.is_transient() => {
                tracing::warn!(error = %error, "Renewing a Microsoft token failed; the old one is used until it expires");
                if let Some(cached) = slot.as_mut().filter(|_| is_old) {
                    cached.renew_at = Instant::now() + error.retry_after().unwrap_or_default().max(RENEWAL_PAUSE);
                }
                Ok(old)
            }
            Err(error) => {
                if is_old {
                    *slot = None;
                }
                Err(error)
            }
        }
    }

    async fn request_token(&self, pacing: &mut Pacing) -> Result<Cached, GraphError> {
        loop {
            match self.request_token_once(pacing.attempt_timeout()).await {
                Err(error) if error.is_transient() && pacing.pause(error.retry_after()).await => {}
                other => return other,
            }
        }
    }

    async fn request_token_once(&self, time: Duration) -> Result<Cached, GraphError> {
        let Credentials {
            tenant_id,
            client_id,
            auth,
        } = &*self.credentials;
        let endpoints = &self.client.endpoints;
        let url = urls::below(&endpoints.login, CALL, &[tenant_id, "oauth2", "v2.0", "token"])?;
        let scope = format!("{}/.default", endpoints.graph.as_str().trim_end_matches('/'));
        let mut form = vec![
            ("grant_type", "client_credentials"),
            ("client_id", client_id),
            ("scope", &scope),
        ];
        let (field, proof) = match auth {
            ClientAuth::Secret(secret) => ("client_secret", secret.clone()),
            ClientAuth::Certificate(certificate) => {
                form.push(("client_assertion_type", ASSERTION_TYPE));
                let failed = || GraphError::new(ErrorKind::Credentials, CALL).with_message("signing failed");
                let assertion = certificate.assertion(client_id, url.as_str());
                ("client_assertion", assertion.ok_or_else(failed)?)
            }
        };
        form.push((field, proof.expose()));
        let request = self.client.http.post(url).form(&form).timeout(time);
        let (asked_at, clock) = (Instant::now(), SystemTime::now());
        let answer = match exchange(&self.client.http, request, CALL).await {
            Ok(answer) if answer.status.is_success() => Ok(answer),
            Ok(answer) => Err(refused(&answer, &proof)),
            Err(broken) => Err(broken.error),
        };
        self.observed.tell(CALL, asked_at.elapsed(), answer.as_ref());
        let answer = answer?;
        let halfway = chrono::DateTime::<Utc>::from(clock + asked_at.elapsed() / 2);
        // The JSON error may quote the body, so it is not kept.
        let unusable = || {
            answer
                .error(ErrorKind::Protocol)
                .with_message("the token endpoint sent no usable token")
        };
        let issued: Issued = serde_json::from_slice(&answer.body).map_err(|_| unusable())?;
        if issued.access_token.is_empty() {
            return Err(unusable());
        }
        let mut header = HeaderValue::try_from(format!("Bearer {}", issued.access_token)).map_err(|_| unusable())?;
        header.set_sensitive(true);
        let life = Duration::from_secs(issued.expires_in.unwrap_or(300).min(24 * 3600));
        Ok(Cached {
            token: Token {
                header,
                generation: self.client.tokens.generations.fetch_add(1, Ordering::Relaxed),
            },
            obtained_with: auth.clone(),
            renew_at: asked_at + life.saturating_sub(MARGIN.min(life / 10)),
            expires_at: asked_at + life,
            clock_offset: retry::date(&answer.headers).map(|date| date - halfway),
        })
    }
}

/// Reads an OAuth error. Only the status decides; the AADSTS number is kept for the administrator.
fn refused(answer: &Answer, proof: &Secret) -> GraphError {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let text = |name: &str| body[name].as_str();
    let number = body["error_codes"][0].as_u64().map(|number| format!("AADSTS{number}"));
    let kind = match answer.status.as_u16() {
        400 | 401 | 403 if text("error") == Some("temporarily_unavailable") => ErrorKind::Unavailable,
        _ => match answer.kind_by_status() {
            kind @ (ErrorKind::Throttled { .. } | ErrorKind::Unavailable | ErrorKind::Protocol) => kind,
            // Not `NotFound` and the like, which would speak of the item that the call is about.
            _ => ErrorKind::Credentials,
        },
    };
    let code = number.or_else(|| text("error").map(str::to_owned));
    answer
        .error(kind)
        .explained(code.as_deref(), text("error_description"), &[proof.expose()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn app_registrations_that_were_only_tried_are_forgotten() {
        let cache = TokenCache::default();
        let used = cache.slot(&Credentials::with_secret("used", "c", "s"));
        for tried in 0..2 * MAX_SLOTS {
            drop(cache.slot(&Credentials::with_secret(format!("tenant {tried}"), "c", "s")));
        }
        assert!(cache.slots.lock().unwrap().len() <= MAX_SLOTS);
        let same = cache.slot(&Credentials::with_secret("used", "c", "s"));
        assert!(Arc::ptr_eq(&used, &same));
    }
}
