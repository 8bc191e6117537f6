//! The subscriber's certificate, to whose key the notifications' content is encrypted.

use aws_lc_rs::rsa::PublicEncryptingKey;
use base64::{Engine, prelude::BASE64_STANDARD};
use rustls::pki_types::CertificateDer;

const BITS: std::ops::RangeInclusive<usize> = 2048..=4096;

/// The DER of a certificate that will do; or what is wrong with it.
pub(super) fn read(base64: &str) -> Result<Vec<u8>, &'static str> {
    let der = BASE64_STANDARD
        .decode(base64.trim())
        .map_err(|_| "Certificate is not valid base64.")?;
    match public_key(&der) {
        Some(key) if BITS.contains(&key.key_size_bits()) => Ok(der),
        _ => Err("Certificate is not an X.509 certificate with an RSA key of 2048 to 4096 bits."),
    }
}

pub(crate) fn public_key(certificate: &[u8]) -> Option<PublicEncryptingKey> {
    let der = CertificateDer::from(certificate);
    let certificate = webpki::EndEntityCert::try_from(&der).ok()?;
    PublicEncryptingKey::from_der(&certificate.subject_public_key_info()).ok()
}
