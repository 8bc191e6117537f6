//! Validation tokens: Microsoft's signed word for a batch with encrypted content. Checked here without any I/O; the keys
//! come from [`super::ValidationTokens`].

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::Value;
use url::Url;
use uuid::Uuid;

use super::Notification;
use crate::Secret;

/// The application that sends change notifications ("Microsoft Graph Change Tracking").
const CHANGE_TRACKING: Uuid = Uuid::from_u128(0x0bf3_0f3b_4a52_48df_9a82_2349_10c4_a086);
/// Issuer of version 1 tokens in the global cloud.
const V1_ISSUER: &str = "https://sts.windows.net";
/// Seconds that clocks may differ; as much as Microsoft's own libraries allow.
const LEEWAY: u64 = 300;
const MAX_TOKEN: usize = 16 * 1024;

/// What a token must say.
#[derive(Clone, Debug)]
pub struct TokenRules {
    /// The client ids of our app registrations that the batch is for.
    pub client_ids: HashSet<Uuid>,
    /// Base of the login service, as in [`crate::Endpoints`]: version 2 tokens name it as their issuer.
    pub login: Url,
}

/// Why a token is not believed. The batch it came with is to be dropped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefused {
    /// Encrypted content without any token.
    #[error("no validation token")]
    Missing,
    #[error("not a token signed with RS256")]
    Form,
    #[error("signed with an unknown key")]
    UnknownKey,
    #[error("the signature is wrong")]
    Signature,
    #[error("expired, or not valid yet")]
    Time,
    #[error("meant for another app")]
    Audience,
    #[error("issued by someone else")]
    Issuer,
    #[error("not sent by Graph's change notifications")]
    Caller,
}

/// The apps and tenants that a batch's tokens speak for: one token for each pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedTenants(HashSet<(Uuid, Uuid)>);

impl VerifiedTenants {
    /// Whether a token vouches for this item: one for the app whose subscription it is, of the same tenant.
    pub fn cover(&self, notification: &Notification, client_id: Uuid) -> bool {
        let tenant = notification.tenant_id;
        tenant.is_some_and(|tenant| self.0.contains(&(client_id, tenant)))
    }
}

/// RSA keys by key id.
#[derive(Clone, Default)]
pub(crate) struct KeySet(HashMap<String, SigningKey>);

#[derive(Clone)]
struct SigningKey {
    key: DecodingKey,
    /// Whose tokens it signs: any tenant's (`…/{tenantid}/…`) or one's.
    issuer: Option<String>,
}

impl SigningKey {
    fn signs_for(&self, tenant: Uuid) -> bool {
        let names = |issuer: &String| issuer.contains("{tenantid}") || issuer.contains(&tenant.to_string());
        self.issuer.as_ref().is_none_or(names)
    }
}

impl KeySet {
    /// Reads a JSON Web Key Set; keys for other purposes or algorithms are left out. None: not a key set.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let mut body: Value = serde_json::from_slice(body).ok()?;
        let Value::Array(keys) = body.get_mut("keys")?.take() else {
            return None;
        };
        let usable = |key: &Value| {
            let text = |name: &str| key.get(name).and_then(Value::as_str);
            let for_signatures = text("kty") == Some("RSA") && text("use").is_none_or(|purpose| purpose == "sig");
            let key = DecodingKey::from_rsa_components(text("n")?, text("e")?).ok()?;
            let issuer = text("issuer").map(str::to_owned);
            for_signatures.then_some((text("kid")?.to_owned(), SigningKey { key, issuer }))
        };
        Some(Self(keys.iter().filter_map(usable).collect()))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the keys that the tokens name are here. A token that names none does not count.
    pub fn knows_all(&self, tokens: &[Secret]) -> bool {
        let unknown = |token: &Secret| key_id(token.expose()).is_some_and(|id| !self.0.contains_key(&id));
        !tokens.iter().any(unknown)
    }

    /// Believes a batch's tokens only if all of them are good.
    pub fn verify_all(
        &self,
        tokens: &[Secret],
        rules: &TokenRules,
        now: DateTime<Utc>,
    ) -> Result<VerifiedTenants, TokenRefused> {
        if tokens.is_empty() {
            return Err(TokenRefused::Missing);
        }
        let tenants = tokens.iter().map(|token| self.verify(token.expose(), rules, now));
        tenants.collect::<Result<_, _>>().map(VerifiedTenants)
    }

    /// The app that the token is meant for, and the tenant that it speaks for.
    fn verify(&self, token: &str, rules: &TokenRules, now: DateTime<Utc>) -> Result<(Uuid, Uuid), TokenRefused> {
        let id = key_id(token).ok_or(TokenRefused::Form)?;
        let key = self.0.get(&id).ok_or(TokenRefused::UnknownKey)?;
        let mut signature_only = Validation::new(Algorithm::RS256);
        signature_only.required_spec_claims.clear();
        signature_only.validate_exp = false;
        signature_only.validate_aud = false;
        let claims = decode::<Claims>(token, &key.key, &signature_only).map_err(|error| match error.kind() {
            jsonwebtoken::errors::ErrorKind::InvalidSignature => TokenRefused::Signature,
            _ => TokenRefused::Form,
        })?;
        let (app, tenant) = claims.claims.verify(rules, now)?;
        key.signs_for(tenant)
            .then_some((app, tenant))
            .ok_or(TokenRefused::Issuer)
    }
}

/// The key that a token says it is signed with, if it has the one form accepted here.
fn key_id(token: &str) -> Option<String> {
    if token.len() > MAX_TOKEN {
        return None;
    }
    let header = decode_header(token).ok()?;
    let accepted = header.alg == Algorithm::RS256 && header.crit.is_none();
    header.kid.filter(|_| accepted)
}

#[derive(Deserialize)]
struct Claims {
    ver: String,
    aud: String,
    iss: String,
    tid: Uuid,
    exp: u64,
    nbf: Option<u64>,
    /// The caller, in version 1.
    appid: Option<Uuid>,
    /// The caller, in version 2.
    azp: Option<Uuid>,
}

impl Claims {
    fn verify(&self, rules: &TokenRules, now: DateTime<Utc>) -> Result<(Uuid, Uuid), TokenRefused> {
        let now = u64::try_from(now.timestamp()).unwrap_or_default();
        let begun = self.nbf.is_none_or(|nbf| nbf <= now.saturating_add(LEEWAY));
        if !begun || self.exp.saturating_add(LEEWAY) <= now {
            return Err(TokenRefused::Time);
        }
        let app = Uuid::try_parse(&self.aud).map_err(|_| TokenRefused::Audience)?;
        if !rules.client_ids.contains(&app) {
            return Err(TokenRefused::Audience);
        }
        let tenant = self.tid.hyphenated();
        let (issuer, caller) = match self.ver.as_str() {
            "1.0" => (format!("{V1_ISSUER}/{tenant}/"), self.appid),
            "2.0" => {
                let login = rules.login.as_str().trim_end_matches('/');
                (format!("{login}/{tenant}/v2.0"), self.azp)
            }
            _ => return Err(TokenRefused::Issuer),
        };
        if self.iss != issuer {
            return Err(TokenRefused::Issuer);
        }
        if caller != Some(CHANGE_TRACKING) {
            return Err(TokenRefused::Caller);
        }
        Ok((app, self.tid))
    }
}
