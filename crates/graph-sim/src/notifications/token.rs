//! The tokens in `validationTokens`, which say that a rich notification is Microsoft's.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Forgery, TokenVersion};
use crate::keys::Keys;

/// Microsoft Graph Change Tracking.
const SENDER: &str = "0bf30f3b-4a52-48df-9a82-234910c4a086";
const STRANGER: &str = "99999999-9999-4999-8999-999999999999";
const LIFE: TimeDelta = TimeDelta::hours(1);

/// `login` is the identity platform's base, which version 2 tokens name as their issuer.
pub(super) fn issue(
    (login, keys): (&str, &Keys),
    version: TokenVersion,
    (app, tenant): (&str, &str),
    forgeries: &[Forgery],
    id: Uuid,
    now: DateTime<Utc>,
) -> Option<Value> {
    let forged = |forgery| forgeries.contains(&forgery);
    let pick = |forgery, right, wrong| if forged(forgery) { wrong } else { right };
    let since = match () {
        () if forged(Forgery::Expired) => now - LIFE * 2,
        () if forged(Forgery::NotYetValid) => now + LIFE,
        () => now,
    };
    let tenant = pick(Forgery::Tenant, tenant, STRANGER);
    let sender = pick(Forgery::Caller, SENDER, STRANGER);
    let issuer = match (forged(Forgery::Issuer), version) {
        (true, _) => "https://login.example/".to_owned(),
        (false, TokenVersion::V1) => format!("https://sts.windows.net/{tenant}/"),
        (false, TokenVersion::V2) => format!("{login}/{tenant}/v2.0"),
    };
    let service_principal = Uuid::new_v5(&Uuid::NAMESPACE_OID, tenant.as_bytes());
    let mut claims = json!({
        "aud": pick(Forgery::Audience, app, STRANGER), "iss": issuer, "tid": tenant,
        "iat": since.timestamp(), "nbf": since.timestamp(), "exp": (since + LIFE).timestamp(),
        "oid": service_principal, "sub": service_principal, "uti": id,
    });
    match version {
        TokenVersion::V1 => {
            claims["ver"] = json!("1.0");
            claims["appid"] = json!(sender);
            claims["appidacr"] = json!("2");
            claims["idp"] = claims["iss"].clone();
        }
        TokenVersion::V2 => {
            claims["ver"] = json!("2.0");
            claims["azp"] = json!(sender);
            claims["azpacr"] = json!("2");
        }
    }
    let kid = if forged(Forgery::UnknownKey) {
        "no-key-of-that-name".to_owned()
    } else {
        keys.current()?.kid.clone()
    };
    let part = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    if forged(Forgery::Unsigned) {
        let header = part(&json!({ "typ": "JWT", "alg": "none", "kid": kid }));
        return Some(json!(format!("{header}.{}.", part(&claims))));
    }
    let header = part(&json!({ "typ": "JWT", "alg": "RS256", "kid": kid, "x5t": kid }));
    let signed = format!("{header}.{}", part(&claims));
    let key = if forged(Forgery::TokenSignature) {
        keys.unpublished()?
    } else {
        keys.current()?
    };
    let signature = BASE64_URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes())?);
    Some(json!(format!("{signed}.{signature}")))
}
