//! Client assertions: a JWT signed with a certificate that is registered for the app, in place of a secret.

use aws_lc_rs::{
    digest::{self, SHA1_FOR_LEGACY_USE_ONLY, SHA256},
    signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters, UnparsedPublicKey},
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use chrono::{DateTime, Utc};
use rustls::pki_types::CertificateDer;
use serde_json::Value;
use webpki::EndEntityCert;

use crate::AppConfig;

/// Seconds by which the clocks may differ.
const SKEW: i64 = 300;

/// Refused with the number and the text of Microsoft's error.
pub(super) fn check(app: &AppConfig, jwt: &str, audiences: &[String], now: DateTime<Utc>) -> Result<(), (u32, String)> {
    let malformed = || (50_027, "JWT token is invalid or malformed.".to_owned());
    let unsigned = |reason: &str| {
        let text = format!("Client assertion contains an invalid signature. [Reason - {reason}]");
        (700_027, text)
    };
    let (signed, signature) = jwt.rsplit_once('.').ok_or_else(malformed)?;
    let (head, claims) = signed.split_once('.').ok_or_else(malformed)?;
    let (head, claims) = (json(head).ok_or_else(malformed)?, json(claims).ok_or_else(malformed)?);
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| malformed())?;
    let algorithm: &RsaParameters = match head["alg"].as_str() {
        Some("RS256") => &RSA_PKCS1_2048_8192_SHA256,
        Some("PS256") => &RSA_PSS_2048_8192_SHA256,
        _ => return Err(unsigned("The algorithm is not supported.")),
    };
    let key = public_key(app, &head).ok_or_else(|| unsigned("The key was not found."))?;
    UnparsedPublicKey::new(algorithm, key)
        .verify(signed.as_bytes(), &signature)
        .map_err(|_| unsigned("The key was found, but use of the key to verify the signature failed."))?;

    let is = |name: &str, wanted: &str| {
        claims[name]
            .as_str()
            .is_some_and(|given| given.eq_ignore_ascii_case(wanted))
    };
    if !audiences.iter().any(|audience| is("aud", audience)) {
        let text = "Client assertion audience claim does not match Realm issuer.";
        return Err((50_012, text.to_owned()));
    }
    if !is("iss", &app.client_id) || !is("sub", &app.client_id) {
        let text = "Client assertion application identifier doesn't match 'client_id' parameter.";
        return Err((700_021, text.to_owned()));
    }
    let now = now.timestamp();
    let expired = claims["exp"].as_i64().is_none_or(|end| end + SKEW <= now);
    let early = claims["nbf"].as_i64().is_some_and(|start| start - SKEW > now);
    if expired || early {
        return Err((500_133, "Assertion is not within its valid time range.".to_owned()));
    }
    Ok(())
}

fn json(part: &str) -> Option<Value> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// The key of the registered certificate that the header names by its thumbprint.
fn public_key(app: &AppConfig, head: &Value) -> Option<Vec<u8>> {
    let thumbprint = |name: &str| head[name].as_str().map(|text| text.trim_end_matches('='));
    let (algorithm, wanted) = match (thumbprint("x5t#S256"), thumbprint("x5t")) {
        (Some(wanted), _) => (&SHA256, wanted),
        (None, Some(wanted)) => (&SHA1_FOR_LEGACY_USE_ONLY, wanted),
        (None, None) => return None,
    };
    let registered = app.certificates.iter().filter_map(|text| der(text));
    let named = |der: &Vec<u8>| BASE64_URL_SAFE_NO_PAD.encode(digest::digest(algorithm, der)) == wanted;
    let certificate = CertificateDer::from(registered.into_iter().find(named)?);
    let parsed = EndEntityCert::try_from(&certificate).ok()?;
    Some(parsed.subject_public_key_info().as_ref().to_vec())
}

fn der(text: &str) -> Option<Vec<u8>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
    BASE64_STANDARD.decode(lines.collect::<String>()).ok()
}
