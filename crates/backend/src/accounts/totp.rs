//! Codes of the second factor: TOTP ([RFC 6238](https://www.rfc-editor.org/rfc/rfc6238)) with SHA-1, 30 seconds and six digits, which
//! is what every app knows, and recovery codes.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::UserId;
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Secret, Totp};

use crate::{
    Backend, Result,
    secrets::random,
    store::{self, TenantTx},
};

/// How many recovery codes belong to a second factor.
const RECOVERY_CODES: usize = 10;
/// Digits and letters that are not mistaken for one another: 32 of them, so a code of 16 has 80 bits.
const ALPHABET: &[u8; 32] = b"23456789abcdefghijkmnpqrstuvwxyz";

/// The name under which a user's secret is kept.
pub fn secret_name(user_id: UserId) -> String {
    format!("totp/{user_id}")
}

/// A new secret in Base32, of 160 bits as the RFC recommends.
pub fn new_secret() -> String {
    Secret::from(random::<20>().to_vec()).to_base32()
}

/// Accepts a code or a recovery code of a user, once: within the transaction it is used up.
pub async fn accept(backend: &Backend, tx: &mut TenantTx, user_id: UserId, code: &str) -> Result<bool> {
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    let Some(state) = store::accounts::second_factor(tx, user_id).await? else {
        return Ok(false);
    };
    if !(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())) {
        return store::accounts::use_recovery_code(tx, user_id, &digest(&code), backend.clock().now()).await;
    }
    let tenant = tx.scope().tenant();
    let name = secret_name(user_id);
    let sealed = backend.secrets().get(tx, tenant, &name).await?;
    let Some(secret) = sealed.as_ref().or(state.plain_secret.as_ref()) else {
        return Ok(false);
    };
    let Some(step) = matching_step(secret, &code, backend.clock().now().timestamp()) else {
        return Ok(false);
    };
    if !store::accounts::use_step(tx, user_id, step).await? {
        return Ok(false);
    }
    // Brought from the peer, where it lay open.
    if sealed.is_none() {
        backend.secrets().put(tx, tenant, &name, secret).await?;
        store::accounts::forget_plain_secret(tx, user_id).await?;
    }
    Ok(true)
}

/// The step whose code this is: the present one, the one before or the one after, because clocks differ.
pub fn matching_step(secret: &str, code: &str, now: i64) -> Option<i64> {
    let now = u64::try_from(now).ok()?;
    i64::try_from(totp(secret)?.check(code, now)?).ok()
}

fn totp(secret: &str) -> Option<Totp> {
    let plain: String = secret
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '=' && *c != '-')
        .collect::<String>()
        .to_uppercase();
    let secret = Secret::try_from_base32(plain).ok()?;
    // Shorter than the RFC wants is no reason to lock out somebody who comes from the peer; none at all is.
    (!secret.as_bytes().is_empty()).then(|| Builder::new().with_secret(secret).build_noncompliant())
}

/// Fresh recovery codes, as they are shown: `xxxx-xxxx-xxxx-xxxx`.
pub fn new_recovery_codes() -> Vec<String> {
    (0..RECOVERY_CODES)
        .map(|_| {
            let letters =
                random::<16>().map(|byte| char::from(ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'2')));
            letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
        })
        .collect()
}

/// What is kept of a recovery code. With 80 random bits it needs no salt.
pub fn digest(code: &str) -> String {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(plain.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B: `12345678901234567890`.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn the_vectors_of_the_rfc_pass() {
        // The last six of the eight digits that the RFC lists.
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(matching_step(SECRET, code, time), Some(time / 30));
        }
    }

    #[test]
    fn one_step_of_difference_is_allowed() {
        assert_eq!(matching_step(SECRET, "287082", 29), Some(1));
        assert_eq!(matching_step(SECRET, "287082", 89), Some(1));
        assert_eq!(matching_step(SECRET, "287082", 90), None);
        assert_eq!(matching_step(SECRET, "+87082", 59), None);
    }

    #[test]
    fn secrets_are_read_as_people_store_them() {
        assert_eq!(
            matching_step("gezd gnbv gy3t qojq gezd gnbv gy3t qojq==", "287082", 59),
            Some(1)
        );
        for nothing in ["", "====", "not base32!", "1"] {
            assert_eq!(matching_step(nothing, "287082", 59), None, "{nothing}");
        }
        assert_eq!(new_secret().len(), 32);
    }

    #[test]
    fn recovery_codes_differ_and_are_read_loosely() {
        let codes = new_recovery_codes();
        let distinct: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!((codes.len(), distinct.len()), (10, 10));
        assert!(codes.iter().all(|code| code.len() == 19));
        assert_eq!(digest("ABCD-2345-efgh-6789"), digest("abcd2345efgh6789"));
    }
}
