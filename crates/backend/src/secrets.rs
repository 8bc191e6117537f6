//! Encryption of what must not lie open in the database: ChaCha20-Poly1305 ([RFC 8439](https://www.rfc-editor.org/rfc/rfc8439)) under
//! the key that `MINUTED_SECRET_KEY` gives. Tenant and name are authenticated with the text, so a row copied to another tenant or
//! another name does not decrypt.

use base64::{Engine, prelude::BASE64_STANDARD};
use chacha20poly1305::{
    ChaCha20Poly1305, Key, KeyInit, Nonce,
    aead::{Aead, AeadCore, OsRng, Payload, rand_core::RngCore},
};
use domain::TenantId;
use sha2::{Digest, Sha256};

use crate::{
    Result,
    store::{
        TenantTx,
        secrets::{self, Sealed},
    },
};

/// The key that secrets are encrypted with.
#[derive(Clone)]
pub struct Keyring {
    cipher: ChaCha20Poly1305,
    /// Tells keys apart without telling anything about them.
    key_id: String,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keyring")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// Why a key cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret key must be 32 bytes in base64: make one with `openssl rand -base64 32`")]
pub struct BadKey;

impl Keyring {
    /// Reads a key of 32 bytes in base64.
    pub fn from_base64(text: &str) -> Result<Self, BadKey> {
        let bytes = BASE64_STANDARD.decode(text.trim()).map_err(|_| BadKey)?;
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| BadKey)?;
        let [a, b, c, d, ..]: [u8; 32] = Sha256::digest(bytes).into();
        let key_id = format!("{a:02x}{b:02x}{c:02x}{d:02x}");
        Ok(Self {
            cipher: ChaCha20Poly1305::new(Key::from_slice(&bytes)),
            key_id,
        })
    }

    /// A new random key in the form that [`from_base64`](Self::from_base64) reads.
    pub fn generate() -> String {
        BASE64_STANDARD.encode(ChaCha20Poly1305::generate_key(&mut OsRng))
    }

    pub(crate) fn seal(&self, tenant: TenantId, name: &str, text: &str) -> Result<Sealed> {
        let nonce = ChaCha20Poly1305::generate_nonce(&mut OsRng);
        let aad = context(tenant, name);
        let ciphertext = self
            .cipher
            .encrypt(
                &nonce,
                Payload {
                    msg: text.as_bytes(),
                    aad: &aad,
                },
            )
            .map_err(|_| anyhow::anyhow!("a secret could not be encrypted"))?;
        Ok(Sealed {
            ciphertext,
            nonce: nonce.to_vec(),
            key_id: self.key_id.clone(),
        })
    }

    pub(crate) fn open(&self, tenant: TenantId, name: &str, sealed: &Sealed) -> Result<String> {
        if sealed.key_id != self.key_id {
            let (stored, ours) = (&sealed.key_id, &self.key_id);
            return Err(anyhow::anyhow!(
                "secret `{name}` was encrypted with key {stored}, but the key in use is {ours}"
            )
            .into());
        }
        let aad = context(tenant, name);
        let nonce = <[u8; 12]>::try_from(sealed.nonce.as_slice()).map(Nonce::from);
        let text = nonce.ok().and_then(|nonce| {
            self.cipher
                .decrypt(
                    &nonce,
                    Payload {
                        msg: sealed.ciphertext.as_slice(),
                        aad: &aad,
                    },
                )
                .ok()
        });
        text.and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| anyhow::anyhow!("secret `{name}` does not decrypt").into())
    }

    /// Tells this key from others.
    pub(crate) fn key_id(&self) -> &str {
        &self.key_id
    }

    pub(crate) async fn put(&self, tx: &mut TenantTx, tenant: TenantId, name: &str, text: &str) -> Result<()> {
        secrets::put(tx, name, &self.seal(tenant, name, text)?).await
    }
    pub(crate) async fn get(&self, tx: &mut TenantTx, tenant: TenantId, name: &str) -> Result<Option<String>> {
        secrets::find(tx, name)
            .await?
            .map(|sealed| self.open(tenant, name, &sealed))
            .transpose()
    }
}

/// Random bytes that nobody can guess.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

fn context(tenant: TenantId, name: &str) -> Vec<u8> {
    format!("{tenant}/{name}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_only_where_it_belongs() {
        let keyring = Keyring::from_base64(&Keyring::generate()).unwrap();
        let (tenant, other) = (TenantId(uuid::Uuid::from_u128(1)), TenantId(uuid::Uuid::from_u128(2)));
        let sealed = keyring.seal(tenant, "a", "s3cret").unwrap();
        assert_eq!(keyring.open(tenant, "a", &sealed).unwrap(), "s3cret");
        assert!(keyring.open(other, "a", &sealed).is_err());
        assert!(keyring.open(tenant, "b", &sealed).is_err());
        assert!(
            Keyring::from_base64(&Keyring::generate())
                .unwrap()
                .open(tenant, "a", &sealed)
                .is_err()
        );
        assert!(!sealed.ciphertext.windows(6).any(|window| window == b"s3cret"));
    }

    #[test]
    fn a_bad_key_is_refused() {
        for bad in ["", "not base64!", "c2hvcnQ="] {
            assert_eq!(Keyring::from_base64(bad).unwrap_err(), BadKey);
        }
    }
}
