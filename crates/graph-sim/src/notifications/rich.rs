//! Encrypted content: the artifact's properties, for the holder of the certificate's key only.

use aws_lc_rs::{
    cipher::{AES_256, EncryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey},
    digest, hmac,
    iv::FixedLength,
    rsa::{OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::Forgery;
use crate::{SimSubscription, subscriptions::certificate};

/// None for a subscription without a certificate.
pub(super) fn encrypt(to: &SimSubscription, clear: &Value, key: &[u8; 32], forgeries: &[Forgery]) -> Option<Value> {
    let certificate = to.certificate.as_deref()?;
    let data = encrypt_data(clear.to_string(), key)?;
    let signed = hmac::Key::new(hmac::HMAC_SHA256, key);
    let signature = if forgeries.contains(&Forgery::DataSignature) {
        hmac::sign(&signed, b"other data")
    } else {
        hmac::sign(&signed, &data)
    };
    let thumbprint = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, certificate);
    let thumbprint: String = thumbprint.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
    let id = if forgeries.contains(&Forgery::CertificateId) {
        Some("a-certificate-nobody-gave")
    } else {
        to.certificate_id.as_deref()
    };
    let mut content = json!({
        "data": BASE64_STANDARD.encode(&data), "dataKey": BASE64_STANDARD.encode(encrypt_key(certificate, key)?),
        "encryptionCertificateId": id, "encryptionCertificateThumbprint": thumbprint,
    });
    if !forgeries.contains(&Forgery::NoDataSignature) {
        content["dataSignature"] = json!(BASE64_STANDARD.encode(signature));
    }
    Some(content)
}

/// AES-256-CBC with PKCS#7 padding; the first half of the key is the initialization vector, too.
fn encrypt_data(clear: String, key: &[u8; 32]) -> Option<Vec<u8>> {
    let vector: [u8; 16] = key.first_chunk().copied()?;
    let context = EncryptionContext::Iv128(FixedLength::from(vector));
    let key = PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(&AES_256, key).ok()?).ok()?;
    let mut data = clear.into_bytes();
    key.less_safe_encrypt(&mut data, context).ok()?;
    Some(data)
}

fn encrypt_key(certificate: &[u8], key: &[u8; 32]) -> Option<Vec<u8>> {
    let public = OaepPublicEncryptingKey::new(certificate::public_key(certificate)?).ok()?;
    let mut encrypted = vec![0; public.ciphertext_size()];
    let written = public
        .encrypt(&OAEP_SHA1_MGF1SHA1, key, &mut encrypted, None)
        .ok()?
        .len();
    encrypted.truncate(written);
    Some(encrypted)
}
