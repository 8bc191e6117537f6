//! Switching the second factor on and off.

use chrono::{DateTime, Duration, Utc};
use domain::{Enrolment, ErrorCode, Failure, Field, Problem, QrCode};
use serde::{Deserialize, Serialize};

use super::{passwords, totp};
use crate::{
    Actor, Backend, Result,
    access::Principal,
    sessions::limits,
    store::{self, TenantTx},
};

/// How long a second factor that was begun can be finished.
const LIFETIME: Duration = Duration::hours(1);

/// A second factor that is being set up. Kept encrypted, so that the page can be loaded again.
#[derive(Serialize, Deserialize)]
struct Begun {
    secret: String,
    recovery_codes: Vec<String>,
    until: DateTime<Utc>,
}

fn begun_name(who: Principal) -> String {
    format!("totp-begun/{}", who.user_id)
}

/// Begins to set a second factor up. Whoever found an open browser must not be able to lock its owner out, so the password is asked.
pub async fn begin(backend: &Backend, actor: &Actor, password: &str) -> Result<()> {
    passwords::confirm(backend, actor.into(), password).await?;
    let who = Principal::from(actor);
    let mut tx = backend.db().begin(who.scope).await?;
    if is_on(&mut tx, who).await? {
        return Err(ErrorCode::NotFound.into());
    }
    let begun = Begun {
        secret: totp::new_secret(),
        recovery_codes: totp::new_recovery_codes(),
        until: backend.clock().now() + LIFETIME,
    };
    let json = serde_json::to_string(&begun).map_err(anyhow::Error::from)?;
    backend
        .secrets()
        .put(&mut tx, who.scope.tenant(), &begun_name(who), &json)
        .await?;
    Ok(tx.commit().await?)
}

/// What is to be scanned and written down; not found when nothing was begun, or too long ago.
pub async fn enrolment(backend: &Backend, actor: &Actor) -> Result<Enrolment> {
    let mut tx = backend.db().read(actor.scope).await?;
    let begun = begun(backend, &mut tx, actor.into()).await?;
    let uri = uri(&actor.email, &begun.secret);
    Ok(Enrolment {
        qr: qr(&uri)?,
        uri,
        secret: in_groups(&begun.secret),
        recovery_codes: begun.recovery_codes,
    })
}

/// Switches the second factor on, once the app shows the right code.
pub async fn confirm(backend: &Backend, actor: &Actor, code: &str) -> Result<()> {
    let who = Principal::from(actor);
    let code: String = code.chars().filter(|c| !c.is_whitespace()).take(64).collect();
    if code.is_empty() {
        return Err(Failure::field(Field::Code, Problem::Required).into());
    }
    let limit = limits::Limit::per_user("enrol", who.user_id);
    limits::count(backend, &limit).await?;
    let now = backend.clock().now();
    let mut tx = backend.db().begin(who.scope).await?;
    let begun = begun(backend, &mut tx, who).await?;
    let Some(step) = totp::matching_step(&begun.secret, &code, now.timestamp()) else {
        return Err(Failure::field(Field::Code, Problem::WrongCode).into());
    };
    let tenant = who.scope.tenant();
    let name = totp::secret_name(who.user_id);
    backend.secrets().put(&mut tx, tenant, &name, &begun.secret).await?;
    store::secrets::delete(&mut tx, &begun_name(who)).await?;
    store::accounts::switch_second_factor_on(&mut tx, who.user_id, step).await?;
    let digests: Vec<String> = begun.recovery_codes.iter().map(|code| totp::digest(code)).collect();
    store::accounts::replace_recovery_codes(&mut tx, who.user_id, &digests, now).await?;
    tx.commit().await?;
    limits::forget(backend, &limit).await?;
    tracing::info!(user.id = %who.user_id, "a second factor was switched on");
    Ok(())
}

/// Switches the second factor off.
pub async fn switch_off(backend: &Backend, actor: &Actor, password: &str) -> Result<()> {
    let who = Principal::from(actor);
    passwords::confirm(backend, who, password).await?;
    let mut tx = backend.db().begin(who.scope).await?;
    store::accounts::switch_second_factor_off(&mut tx, who.user_id).await?;
    store::accounts::replace_recovery_codes(&mut tx, who.user_id, &[], backend.clock().now()).await?;
    store::secrets::delete(&mut tx, &totp::secret_name(who.user_id)).await?;
    store::secrets::delete(&mut tx, &begun_name(who)).await?;
    tx.commit().await?;
    tracing::info!(user.id = %who.user_id, "a second factor was switched off");
    Ok(())
}

async fn is_on(tx: &mut TenantTx, who: Principal) -> Result<bool> {
    Ok(store::accounts::second_factor(tx, who.user_id).await?.is_some())
}

async fn begun(backend: &Backend, tx: &mut TenantTx, who: Principal) -> Result<Begun> {
    let json = backend.secrets().get(tx, who.scope.tenant(), &begun_name(who)).await?;
    let begun: Option<Begun> = json.and_then(|json| serde_json::from_str(&json).ok());
    begun
        .filter(|begun| backend.clock().now() < begun.until)
        .ok_or_else(|| ErrorCode::NotFound.into())
}

/// The address that apps scan ([key URI format](https://github.com/google/google-authenticator/wiki/Key-Uri-Format)).
fn uri(email: &str, secret: &str) -> String {
    let mut label = url::form_urlencoded::byte_serialize(email.as_bytes()).collect::<String>();
    // A label is a path, in which a plus is a plus.
    label = label.replace('+', "%20");
    format!("otpauth://totp/Minuted:{label}?secret={secret}&issuer=Minuted&algorithm=SHA1&digits=6&period=30")
}

fn qr(text: &str) -> Result<QrCode> {
    use std::fmt::Write;
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M)
        .map_err(|error| anyhow::anyhow!("a QR code could not be made: {error}"))?;
    let width = code.width().max(1);
    let mut path = String::new();
    for (n, _) in code
        .to_colors()
        .iter()
        .enumerate()
        .filter(|(_, color)| **color == qrcode::Color::Dark)
    {
        let _ = write!(path, "M{} {}h1v1h-1z", n % width, n / width);
    }
    Ok(QrCode {
        size: u32::try_from(width).unwrap_or(u32::MAX),
        path,
    })
}

fn in_groups(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_scanned_names_the_account() {
        let uri = uri("ada+test&x@acme.example", "ABCD");
        assert_eq!(
            uri,
            "otpauth://totp/Minuted:ada%2Btest%26x%40acme.example?secret=ABCD&issuer=Minuted&algorithm=SHA1&digits=6&period=30"
        );
        let qr = qr(&uri).unwrap();
        assert!(qr.size >= 21 && qr.path.starts_with("M0 0h1v1h-1z"));
        assert_eq!(in_groups("ABCDEFGHIJ"), "ABCD EFGH IJ");
    }
}
