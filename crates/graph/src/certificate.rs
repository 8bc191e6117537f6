//! Client assertions (Microsoft docs: "Microsoft identity platform application authentication certificate credentials").

use std::{
    fmt,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::{
    digest,
    error::KeyRejected,
    rand::SystemRandom,
    signature::{KeyPair, RSA_PSS_SHA256, RsaKeyPair},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use serde_json::{Value, json};
use x509_cert::der::Decode;

use crate::Secret;

/// Microsoft advises 5 to 10 minutes between `nbf` and `exp`. Both ends leave room for clocks that disagree.
const BACKDATED: u64 = 60;
const LIFE: u64 = 8 * 60;

/// An RSA key and the certificate uploaded to the app registration for it. Cheap to clone; `Debug` shows the thumbprint.
#[derive(Clone)]
pub struct ClientCertificate {
    key: Arc<RsaKeyPair>,
    thumbprint: [u8; 32],
    about: Arc<CertificateFacts>,
}

/// What people know a certificate by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFacts {
    /// The SHA-256 and the SHA-1 of it in upper-case hexadecimal. The Entra admin center shows the shorter one.
    pub sha256: String,
    pub sha1: String,
    /// `CN=Minuted,O=Northwind`.
    pub subject: String,
    pub expires: DateTime<Utc>,
}

/// Why a key and a certificate cannot be used. The text names no part of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    #[error("there is no private key in PEM (PKCS#8 or PKCS#1) that can be read")]
    Key,
    #[error("the private key is encrypted")]
    EncryptedKey,
    #[error("the private key is no RSA key")]
    KeyKind,
    #[error("the private key has fewer than 2048 bits, or more than 8192")]
    KeySize,
    #[error("the certificate is neither X.509 in PEM nor in DER")]
    Certificate,
    #[error("the certificate was made for another key")]
    Mismatch,
}

impl ClientCertificate {
    /// The key in PEM, PKCS#8 or PKCS#1, not encrypted; the certificate in PEM or DER. Of several certificates in one PEM
    /// text, the one for this key is taken. Dates are not looked at: Microsoft judges them.
    pub fn new(private_key_pem: &Secret, certificate: &[u8]) -> Result<Self, CertificateError> {
        // Both forms of encryption say so: in the label, or in a line below it.
        if private_key_pem.expose().contains("ENCRYPTED") {
            return Err(CertificateError::EncryptedKey);
        }
        let der = PrivateKeyDer::from_pem_slice(private_key_pem.expose().as_bytes());
        let key = key_pair(&der.map_err(|_| CertificateError::Key)?)?;
        let candidates = certificates(certificate)?;
        let own = candidates.iter().find(|der| is_for(der, &key));
        let own = own.ok_or(CertificateError::Mismatch)?;
        let read = x509_cert::Certificate::from_der(own).map_err(|_| CertificateError::Certificate)?;
        let read = read.tbs_certificate();
        let thumbprint = thumbprint(own);
        Ok(Self {
            key: Arc::new(key),
            thumbprint,
            about: Arc::new(CertificateFacts {
                sha256: hexadecimal(&thumbprint),
                sha1: hexadecimal(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, own).as_ref()),
                subject: read.subject().to_string(),
                expires: read.validity().not_after.to_system_time().into(),
            }),
        })
    }

    /// What people know it by.
    pub fn facts(&self) -> &CertificateFacts {
        &self.about
    }

    /// A signed statement for one token request: this client, to this token endpoint, now. `None` if signing fails.
    pub(crate) fn assertion(&self, client_id: &str, token_endpoint: &str) -> Option<Secret> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
        let id = uuid::Builder::from_random_bytes(rand::random()).into_uuid();
        let header =
            json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": BASE64_URL_SAFE_NO_PAD.encode(self.thumbprint) });
        let claims = json!({
            "aud": token_endpoint, "iss": client_id, "sub": client_id, "jti": id,
            "iat": now, "nbf": now.saturating_sub(BACKDATED), "exp": now + LIFE,
        });
        let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(
                &RSA_PSS_SHA256,
                &SystemRandom::new(),
                message.as_bytes(),
                &mut signature,
            )
            .ok()?;
        let signature = BASE64_URL_SAFE_NO_PAD.encode(signature);
        Some(format!("{message}.{signature}").into())
    }
}

pub(crate) fn key_pair(der: &PrivateKeyDer<'_>) -> Result<RsaKeyPair, CertificateError> {
    let key = match der {
        PrivateKeyDer::Pkcs8(der) => RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()),
        PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()),
        _ => return Err(CertificateError::KeyKind),
    };
    key.map_err(|rejected| refused(&rejected))
}

/// A certificate holds its public key in the very form that the key pair gives it in.
pub(crate) fn is_for(certificate: &CertificateDer<'_>, key: &RsaKeyPair) -> bool {
    let public_key = key.public_key().as_ref();
    certificate.windows(public_key.len()).any(|part| part == public_key)
}

pub(crate) fn thumbprint(certificate: &CertificateDer<'_>) -> [u8; 32] {
    let mut thumbprint = [0; 32];
    thumbprint.copy_from_slice(digest::digest(&digest::SHA256, certificate).as_ref());
    thumbprint
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// The library tells its reasons apart by their names only.
fn refused(rejected: &KeyRejected) -> CertificateError {
    match rejected.to_string().as_str() {
        "TooSmall" | "TooLarge" => CertificateError::KeySize,
        "WrongAlgorithm" => CertificateError::KeyKind,
        _ => CertificateError::Key,
    }
}

pub(crate) fn certificates(given: &[u8]) -> Result<Vec<CertificateDer<'_>>, CertificateError> {
    const SEQUENCE: u8 = 0x30;
    if given.first() == Some(&SEQUENCE) {
        return Ok(vec![CertificateDer::from(given)]);
    }
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(given).collect();
    found
        .ok()
        .filter(|found| !found.is_empty())
        .ok_or(CertificateError::Certificate)
}

/// A certificate is for one key, so its thumbprint stands for both.
impl PartialEq for ClientCertificate {
    fn eq(&self, other: &Self) -> bool {
        self.thumbprint == other.thumbprint
    }
}

impl Eq for ClientCertificate {}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientCertificate({})", self.about.sha256)
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};

    use super::*;

    const KEY: &str = include_str!("../tests/fixtures/certificate/client.key.pem");
    const KEY_PKCS1: &str = include_str!("../tests/fixtures/certificate/client.rsa.pem");
    const PUBLIC_KEY: &[u8] = include_bytes!("../tests/fixtures/certificate/client.public.der");
    const CERTIFICATE: &[u8] = include_bytes!("../tests/fixtures/certificate/client.cert.pem");
    const CERTIFICATE_DER: &[u8] = include_bytes!("../tests/fixtures/certificate/client.cert.der");
    const OTHERS: &[u8] = include_bytes!("../tests/fixtures/certificate/other.cert.pem");
    /// By `openssl x509 -fingerprint -sha256`.
    const FINGERPRINT: &str = "970B2AAFB9C725495AF01D8DFF7D7D5425B76A85DEC769AE6C6EE23532463CA8";
    /// By `openssl x509 -fingerprint -sha1`.
    const FINGERPRINT_SHA1: &str = "6F343D62876368721B5D292C94FB26F9032919B0";
    const ENDPOINT: &str = "https://login.example/t/oauth2/v2.0/token";

    fn made(key: &str, certificate: &[u8]) -> Result<ClientCertificate, CertificateError> {
        ClientCertificate::new(&key.into(), certificate)
    }

    #[test]
    fn assertions_hold_what_microsoft_wants() {
        let certificate = made(KEY, CERTIFICATE).unwrap();
        let assertion = certificate.assertion("the-app", ENDPOINT).unwrap();
        let mut validation = Validation::new(Algorithm::PS256);
        validation.set_audience(&[ENDPOINT]);
        validation.set_issuer(&["the-app"]);
        validation.validate_nbf = true;
        validation.leeway = 0;
        let key = DecodingKey::from_rsa_der(PUBLIC_KEY);
        let token = decode::<Value>(assertion.expose(), &key, &validation).unwrap();
        assert_eq!(token.header.typ.as_deref(), Some("JWT"));
        // The fingerprint again, in another alphabet.
        let thumbprint = "lwsqr7nHJUla8B2N_319VCW3aoXex2mubG7iNTJGPKg";
        assert_eq!(token.header.x5t_s256.as_deref(), Some(thumbprint));
        let claims = token.claims;
        assert_eq!(claims["sub"], "the-app");
        let life = claims["exp"].as_u64().unwrap() - claims["nbf"].as_u64().unwrap();
        assert!((300..=600).contains(&life), "{life}");
        claims["jti"].as_str().unwrap().parse::<uuid::Uuid>().unwrap();

        let again = certificate.assertion("the-app", ENDPOINT).unwrap();
        assert_ne!(
            decode::<Value>(again.expose(), &key, &validation).unwrap().claims["jti"],
            claims["jti"]
        );
    }

    #[test]
    fn keys_and_certificates_come_in_several_forms() {
        let certificate = made(KEY, CERTIFICATE).unwrap();
        let facts = certificate.facts();
        assert_eq!(
            (facts.sha256.as_str(), facts.sha1.as_str()),
            (FINGERPRINT, FINGERPRINT_SHA1)
        );
        assert_eq!(facts.subject, "CN=minuted graph tests");
        assert_eq!(facts.expires.to_rfc3339(), "2126-10-30T19:58:41+00:00");
        assert_eq!(made(KEY_PKCS1, CERTIFICATE_DER).unwrap(), certificate);
        let chain = [OTHERS, CERTIFICATE].concat();
        assert_eq!(made(KEY, &chain).unwrap(), certificate);
        // One file with both is common.
        let both = [KEY.as_bytes(), CERTIFICATE].concat();
        assert_eq!(made(std::str::from_utf8(&both).unwrap(), &both).unwrap(), certificate);
        assert_eq!(format!("{certificate:?}"), format!("ClientCertificate({FINGERPRINT})"));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let ec = include_str!("../tests/fixtures/certificate/ec.key.pem");
        let encrypted = include_str!("../tests/fixtures/certificate/encrypted.key.pem");
        let small = include_str!("../tests/fixtures/certificate/small.key.pem");
        let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAA==\n-----END RSA PRIVATE KEY-----";
        let broken = KEY.replace("MII", "MIJ");
        for (key, error) in [
            ("", CertificateError::Key),
            ("no key", CertificateError::Key),
            (ec, CertificateError::KeyKind),
            (encrypted, CertificateError::EncryptedKey),
            (old, CertificateError::EncryptedKey),
            (small, CertificateError::KeySize),
            (&broken, CertificateError::Key),
            (std::str::from_utf8(CERTIFICATE).unwrap(), CertificateError::Key),
        ] {
            assert_eq!(made(key, CERTIFICATE).unwrap_err(), error, "{key}");
        }
        for certificate in [&b""[..], b"no certificate", KEY.as_bytes()] {
            assert_eq!(made(KEY, certificate).unwrap_err(), CertificateError::Certificate);
        }
        for certificate in [OTHERS, b"\x30\x03\x02\x01\x00"] {
            assert_eq!(made(KEY, certificate).unwrap_err(), CertificateError::Mismatch);
        }
    }
}
