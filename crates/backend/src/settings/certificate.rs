//! A certificate with which an app registration proves that it is itself, in place of a client secret.

use chrono::{DateTime, Duration, Utc};
use domain::{CertificateShown, CertificateState, Failure, Field, Problem};
use graph::{CertificateError, CertificateFacts, ClientCertificate, Secret};

use crate::{Actor, zone};

/// How long before its end somebody has to be told. Whoever makes the next one may have to ask somebody else for it.
const NOTICE: Duration = Duration::days(30);

/// Reads a certificate and its private key, which lie in one text; says what people know it by.
pub fn read(text: &str, now: DateTime<Utc>) -> Result<CertificateFacts, Failure> {
    let refused = |problem| Failure::field(Field::Certificate, problem);
    let certificate =
        ClientCertificate::new(&Secret::new(key_in(text)), text.as_bytes()).map_err(|error| refused(problem(error)))?;
    let facts = certificate.facts();
    if state(facts.expires, now) == CertificateState::Expired {
        return Err(refused(Problem::CertificateExpired));
    }
    Ok(facts.clone())
}

/// The text from where the private key begins: a certificate before it that cannot be read is no fault of the key.
fn key_in(text: &str) -> &str {
    let label = text.find("PRIVATE KEY-----").and_then(|at| text.get(..at));
    let begin = label.and_then(|before| before.rfind("-----BEGIN"));
    begin.and_then(|at| text.get(at..)).unwrap_or(text)
}

fn problem(error: CertificateError) -> Problem {
    match error {
        CertificateError::Key => Problem::NoPrivateKey,
        CertificateError::EncryptedKey => Problem::KeyEncrypted,
        CertificateError::KeyKind => Problem::KeyKind,
        CertificateError::KeySize => Problem::KeySize,
        CertificateError::Certificate => Problem::NoCertificate,
        CertificateError::Mismatch => Problem::KeyMismatch,
    }
}

/// Whether it is good for long.
pub fn state(expires: DateTime<Utc>, now: DateTime<Utc>) -> CertificateState {
    if expires <= now {
        CertificateState::Expired
    } else if expires - NOTICE <= now {
        CertificateState::Expiring
    } else {
        CertificateState::Good
    }
}

pub fn shown(facts: CertificateFacts, now: DateTime<Utc>, viewer: &Actor) -> CertificateShown {
    CertificateShown {
        subject: facts.subject,
        thumbprint: facts.sha1,
        sha256: facts.sha256,
        expires: zone::day(facts.expires, viewer.zone, viewer.language()),
        state: state(facts.expires, now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_a_month_left_is_told() {
        let now = DateTime::from_timestamp(1_795_900_000, 0).unwrap();
        for (left, expected) in [
            (Duration::days(31), CertificateState::Good),
            (Duration::days(30), CertificateState::Expiring),
            (Duration::seconds(1), CertificateState::Expiring),
            (Duration::zero(), CertificateState::Expired),
            (Duration::days(-400), CertificateState::Expired),
        ] {
            assert_eq!(state(now + left, now), expected, "{left}");
        }
    }
}
