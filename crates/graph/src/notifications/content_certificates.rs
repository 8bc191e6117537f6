use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    signature::RsaKeyPair,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use rustls::pki_types::{PrivateKeyDer, pem::PemObject};

use super::DecryptionKeys;
use crate::{
    CertificateError, EncryptionCertificate, Secret,
    certificate::{certificates, hexadecimal, is_for, key_pair, thumbprint},
};

/// Certificates for which Microsoft encrypts content, with their private keys. Each is known by its thumbprint.
#[derive(Debug)]
pub struct ContentCertificates {
    current: EncryptionCertificate,
    keys: DecryptionKeys,
}

impl ContentCertificates {
    /// Reads certificates and their private keys (RSA, PKCS#8 or PKCS#1, not encrypted) from one PEM text. The first certificate
    /// is for new subscriptions; the others are old ones, for which content may still come. Microsoft uses the public key only, so
    /// they may be self-signed.
    pub fn from_pem(pem: &Secret) -> Result<Self, CertificateError> {
        let text = pem.expose().as_bytes();
        if pem.expose().contains("ENCRYPTED") {
            return Err(CertificateError::EncryptedKey);
        }
        let pairs: Vec<RsaKeyPair> = PrivateKeyDer::pem_slice_iter(text)
            .map(|der| key_pair(&der.map_err(|_| CertificateError::Key)?))
            .collect::<Result<_, _>>()?;
        if pairs.is_empty() {
            return Err(CertificateError::Key);
        }
        let (mut current, mut keys) = (None, DecryptionKeys::default());
        for certificate in certificates(text)? {
            let pair = pairs.iter().find(|pair| is_for(&certificate, pair));
            let key: Pkcs8V1Der<'_> = pair
                .ok_or(CertificateError::Mismatch)?
                .as_der()
                .map_err(|_| CertificateError::Key)?;
            let id = hexadecimal(&thumbprint(&certificate));
            keys.insert_pkcs8(id.clone(), key.as_ref())
                .map_err(|_| CertificateError::Key)?;
            current.get_or_insert_with(|| EncryptionCertificate {
                id,
                certificate: STANDARD.encode(&certificate),
            });
        }
        let current = current.ok_or(CertificateError::Certificate)?;
        Ok(Self { current, keys })
    }

    /// The one that new subscriptions are made with.
    pub fn current(&self) -> &EncryptionCertificate {
        &self.current
    }

    pub fn keys(&self) -> &DecryptionKeys {
        &self.keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = include_str!("../../tests/fixtures/certificate/client.key.pem");
    const KEY_PKCS1: &str = include_str!("../../tests/fixtures/certificate/client.rsa.pem");
    const CERTIFICATE: &str = include_str!("../../tests/fixtures/certificate/client.cert.pem");
    const OTHER: &str = include_str!("../../tests/fixtures/certificate/other.cert.pem");
    const ENCRYPTED: &str = include_str!("../../tests/fixtures/certificate/encrypted.key.pem");
    /// By `openssl x509 -fingerprint -sha256`.
    const THUMBPRINT: &str = "970B2AAFB9C725495AF01D8DFF7D7D5425B76A85DEC769AE6C6EE23532463CA8";

    fn read(parts: &[&str]) -> Result<ContentCertificates, CertificateError> {
        ContentCertificates::from_pem(&Secret::new(parts.concat()))
    }

    #[test]
    fn a_certificate_and_its_key_come_in_any_order_and_form() {
        for parts in [[KEY, CERTIFICATE], [CERTIFICATE, KEY], [CERTIFICATE, KEY_PKCS1]] {
            let certificates = read(&parts).unwrap();
            assert_eq!(certificates.current().id, THUMBPRINT);
            assert!(!format!("{certificates:?}").contains("PRIVATE"));
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        assert_eq!(read(&[CERTIFICATE]).unwrap_err(), CertificateError::Key);
        assert_eq!(
            read(&[CERTIFICATE, ENCRYPTED]).unwrap_err(),
            CertificateError::EncryptedKey
        );
        assert_eq!(read(&["no PEM"]).unwrap_err(), CertificateError::Key);
        assert_eq!(read(&[KEY]).unwrap_err(), CertificateError::Certificate);
        assert_eq!(read(&[KEY, OTHER]).unwrap_err(), CertificateError::Mismatch);
        assert_eq!(
            read(&[CERTIFICATE, KEY, OTHER]).unwrap_err(),
            CertificateError::Mismatch
        );
    }
}
