//! Encrypted content of notifications (Graph docs: "Set up change notifications that include resource data",
//! `change-notifications-with-resource-data`): a key under RSA-OAEP with SHA-1, data under AES-256-CBC and HMAC-SHA256.
//!
//! The certificate is public, so anyone can encrypt: content says nothing about its sender. That is what the client state
//! and the validation tokens are for.

use std::{collections::HashMap, fmt};

use aws_lc_rs::{
    cipher::{AES_256, AES_256_KEY_LEN, AES_CBC_IV_LEN, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey},
    hmac,
    iv::FixedLength,
    rsa::{OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, PrivateDecryptingKey},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use rustls::pki_types::{PrivatePkcs8KeyDer, pem::PemObject};
use serde::Deserialize;
use serde_json::Value;

use super::ArtifactRef;
use crate::{Artifact, Secret};

/// As Graph sent it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EncryptedContent {
    data: String,
    data_key: String,
    data_signature: Option<String>,
    encryption_certificate_id: String,
}

impl EncryptedContent {
    /// The name the certificate had when subscribing: the private key that is needed.
    pub fn certificate_id(&self) -> &str {
        &self.encryption_certificate_id
    }
}

impl fmt::Debug for EncryptedContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptedContent")
            .field("certificate_id", &self.encryption_certificate_id)
            .finish_non_exhaustive()
    }
}

/// Why content was not opened. What is wrong behind the data key is never told apart, so that nobody can learn from it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecryptError {
    /// Keep private keys until no notification names their certificate any more.
    #[error("no private key for the certificate {0:?}")]
    UnknownCertificate(String),
    #[error("the content is not signed")]
    MissingSignature,
    /// Encrypted for another key, or damaged.
    #[error("the data key cannot be decrypted")]
    DataKey,
    /// Wrong signature, damaged data, or not the JSON of the artifact that the notification names in the clear.
    #[error("the content cannot be read")]
    Content,
}

/// The text is no RSA private key (PKCS#8, PEM, 2048 bits or more).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an RSA private key in PKCS#8 PEM form")]
pub struct KeyRefused;

/// The private keys, old ones too, by the id of their certificate.
#[derive(Debug, Default)]
pub struct DecryptionKeys(HashMap<String, OaepPrivateDecryptingKey>);

impl DecryptionKeys {
    /// Adds or replaces the key of a certificate.
    pub fn insert(&mut self, certificate_id: impl Into<String>, pem: &Secret) -> Result<(), KeyRefused> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem.expose().as_bytes()).map_err(|_| KeyRefused)?;
        self.insert_pkcs8(certificate_id.into(), der.secret_pkcs8_der())
    }

    pub(super) fn insert_pkcs8(&mut self, certificate_id: String, der: &[u8]) -> Result<(), KeyRefused> {
        let key = PrivateDecryptingKey::from_pkcs8(der).map_err(|_| KeyRefused)?;
        let key = OaepPrivateDecryptingKey::new(key).map_err(|_| KeyRefused)?;
        self.0.insert(certificate_id, key);
        Ok(())
    }

    /// Checks the signature, decrypts, and checks that the content is of the artifact that the notification names in the clear.
    /// Transcripts come without [`Artifact::started`].
    pub fn decrypt(&self, content: &EncryptedContent, of: &ArtifactRef) -> Result<Artifact, DecryptError> {
        let id = &content.encryption_certificate_id;
        let private = self.0.get(id);
        let private = private.ok_or_else(|| DecryptError::UnknownCertificate(id.chars().take(128).collect()))?;
        let signature = content.data_signature.as_ref().ok_or(DecryptError::MissingSignature)?;
        let key = data_key(private, &content.data_key).ok_or(DecryptError::DataKey)?;
        let item = opened(&key, &content.data, signature).ok_or(DecryptError::Content)?;
        let artifact = Artifact::read(of.kind, &item).ok_or(DecryptError::Content)?;
        let same_meeting = artifact.meeting_id.as_ref().is_none_or(|id| *id == of.meeting_id);
        let same = artifact.id == of.artifact_id && same_meeting;
        same.then_some(artifact).ok_or(DecryptError::Content)
    }
}

type DataKey = [u8; AES_256_KEY_LEN];

fn data_key(private: &OaepPrivateDecryptingKey, encrypted: &str) -> Option<DataKey> {
    let encrypted = STANDARD.decode(encrypted).ok()?;
    let mut buffer = vec![0; private.min_output_size()];
    let key = private
        .decrypt(&OAEP_SHA1_MGF1SHA1, &encrypted, &mut buffer, None)
        .ok()?;
    DataKey::try_from(&*key).ok()
}

fn opened(key: &DataKey, data: &str, signature: &str) -> Option<Value> {
    let (mut data, signature) = (STANDARD.decode(data).ok()?, STANDARD.decode(signature).ok()?);
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), &data, &signature).ok()?;
    let iv: [u8; AES_CBC_IV_LEN] = *key.first_chunk()?;
    let cipher = UnboundCipherKey::new(&AES_256, key)
        .and_then(PaddedBlockDecryptingKey::cbc_pkcs7)
        .ok()?;
    let text = cipher
        .decrypt(&mut data, DecryptionContext::Iv128(FixedLength::from(iv)))
        .ok()?;
    serde_json::from_slice(text).ok()
}
