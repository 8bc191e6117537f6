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
use chrono::{DateTime, Utc};
use rustls::pki_types::{PrivatePkcs8KeyDer, pem::PemObject};
use serde::Deserialize;
use uuid::Uuid;

use super::ArtifactRef;
use crate::Secret;

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

/// A recording or transcript as it is told inside a notification. Its links are relative or malformed and not kept.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactMetadata {
    pub id: String,
    pub meeting_id: Option<String>,
    pub call_id: Option<String>,
    /// The same for the recording and the transcript of one session, but for a `-0` at the end of some.
    pub content_correlation_id: Option<String>,
    /// When recording or transcription began; transcripts come without.
    pub created_date_time: Option<DateTime<Utc>>,
    pub end_date_time: Option<DateTime<Utc>>,
    meeting_organizer: Option<Identities>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Identities {
    user: Option<Identity>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Identity {
    id: Option<String>,
}

impl ArtifactMetadata {
    /// Whether this is about the artifact that the notification names in the clear. If not, believe neither.
    pub fn is_of(&self, artifact: &ArtifactRef) -> bool {
        let same_meeting = self.meeting_id.as_ref().is_none_or(|id| *id == artifact.meeting_id);
        self.id == artifact.artifact_id && same_meeting
    }

    /// The organizer's object id.
    pub fn organizer(&self) -> Option<Uuid> {
        let identity = self.meeting_organizer.as_ref()?.user.as_ref()?;
        Uuid::try_parse(identity.id.as_deref()?).ok()
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
    /// Wrong signature, damaged data, or not the JSON of an artifact.
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
        let key = PrivateDecryptingKey::from_pkcs8(der.secret_pkcs8_der()).map_err(|_| KeyRefused)?;
        let key = OaepPrivateDecryptingKey::new(key).map_err(|_| KeyRefused)?;
        self.0.insert(certificate_id.into(), key);
        Ok(())
    }

    /// Checks the signature, then decrypts. Ask [`ArtifactMetadata::is_of`] before using what comes out.
    pub fn decrypt(&self, content: &EncryptedContent) -> Result<ArtifactMetadata, DecryptError> {
        let id = &content.encryption_certificate_id;
        let private = self.0.get(id);
        let private = private.ok_or_else(|| DecryptError::UnknownCertificate(id.chars().take(128).collect()))?;
        let signature = content.data_signature.as_ref().ok_or(DecryptError::MissingSignature)?;
        let key = data_key(private, &content.data_key).ok_or(DecryptError::DataKey)?;
        opened(&key, &content.data, signature).ok_or(DecryptError::Content)
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

fn opened(key: &DataKey, data: &str, signature: &str) -> Option<ArtifactMetadata> {
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
