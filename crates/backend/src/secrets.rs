//! Encryption of what must not lie open in the database: ChaCha20-Poly1305 ([RFC 8439](https://www.rfc-editor.org/rfc/rfc8439)) under
//! the keys that `MINUTED_SECRET_KEY` gives. Tenant and name are authenticated with the text, so a row copied to another tenant or
//! another name does not decrypt. Each row says by which key it was encrypted, so that there can be several at a time.

mod rotation;

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};
use chacha20poly1305::{
    ChaCha20Poly1305, Key, KeyInit, Nonce,
    aead::{Aead, AeadCore, OsRng, Payload, rand_core::RngCore},
};
use domain::TenantId;
use sha2::{Digest, Sha256};

pub use rotation::{KeyRole, KeyUse, Rotated, rotate, usage};

use crate::{
    Result,
    store::{
        TenantTx,
        secrets::{self, Sealed},
    },
};

/// The keys that secrets are encrypted with.
#[derive(Clone)]
pub struct Keyring {
    /// Encrypts, and decrypts.
    in_use: Held,
    /// Only decrypt: what was encrypted before, or will be by processes that have begun to use another one.
    others: Arc<[Held]>,
}

#[derive(Clone)]
struct Held {
    cipher: ChaCha20Poly1305,
    /// Tells keys apart without telling anything about them.
    id: String,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keyring")
            .field("in_use", &self.in_use.id)
            .field("others", &self.others.iter().map(|held| &held.id).collect::<Vec<_>>())
            .finish()
    }
}

/// Why keys cannot be used. Says nothing of what they are.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    #[error("there is no key in it: make one with `minuted keys new`")]
    Missing,
    #[error("key {0} is neither base64 nor hexadecimal: make one with `minuted keys new`")]
    Unreadable(usize),
    #[error("key {0} has {1} bytes, but must have 32: make one with `minuted keys new`")]
    Length(usize, usize),
    #[error("key {0} is there twice")]
    Twice(usize),
}

impl Keyring {
    /// Reads keys of 32 bytes, in base64 or hexadecimal, with spaces, commas or line ends between them. The first one encrypts; all of
    /// them decrypt.
    pub fn read(text: &str) -> Result<Self, BadKey> {
        let words = text.split(|c: char| c.is_whitespace() || c == ',');
        let mut keys: Vec<Held> = Vec::new();
        for (n, word) in (1..).zip(words.filter(|word| !word.is_empty())) {
            let held = Held::read(n, word)?;
            if keys.iter().any(|known| known.id == held.id) {
                return Err(BadKey::Twice(n));
            }
            keys.push(held);
        }
        let mut keys = keys.into_iter();
        Ok(Self {
            in_use: keys.next().ok_or(BadKey::Missing)?,
            others: keys.collect(),
        })
    }

    /// A new random key in the form that [`read`](Self::read) takes.
    pub fn generate() -> String {
        BASE64_STANDARD.encode(ChaCha20Poly1305::generate_key(&mut OsRng))
    }

    /// How many keys there are.
    pub fn count(&self) -> usize {
        1 + self.others.len()
    }

    fn held(&self) -> impl Iterator<Item = &Held> {
        std::iter::once(&self.in_use).chain(self.others.iter())
    }

    pub(crate) fn seal(&self, tenant: TenantId, name: &str, text: &str) -> Result<Sealed> {
        let nonce = ChaCha20Poly1305::generate_nonce(&mut OsRng);
        let aad = context(tenant, name);
        let ciphertext = self
            .in_use
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
            key_id: self.in_use.id.clone(),
        })
    }

    pub(crate) fn open(&self, tenant: TenantId, name: &str, sealed: &Sealed) -> Result<String> {
        let Some(held) = self.held().find(|held| held.id == sealed.key_id) else {
            let (stored, ours) = (&sealed.key_id, &self.in_use.id);
            return Err(anyhow::anyhow!(
                "secret `{name}` was encrypted with key {stored}, which is not there; the key in use is {ours}"
            )
            .into());
        };
        let aad = context(tenant, name);
        let nonce = <[u8; 12]>::try_from(sealed.nonce.as_slice()).map(Nonce::from);
        let text = nonce.ok().and_then(|nonce| {
            held.cipher
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

impl Held {
    fn read(place: usize, word: &str) -> Result<Self, BadKey> {
        let bytes = from_hex(word).or_else(|| BASE64_STANDARD.decode(word).ok());
        let bytes = bytes.ok_or(BadKey::Unreadable(place))?;
        let bytes: [u8; 32] = bytes
            .try_into()
            .map_err(|bytes: Vec<u8>| BadKey::Length(place, bytes.len()))?;
        let [a, b, c, d, ..]: [u8; 32] = Sha256::digest(bytes).into();
        Ok(Self {
            cipher: ChaCha20Poly1305::new(Key::from_slice(&bytes)),
            id: format!("{a:02x}{b:02x}{c:02x}{d:02x}"),
        })
    }
}

/// The bytes of a key in hexadecimal. Another length is taken for base64, which has the same digits.
fn from_hex(word: &str) -> Option<Vec<u8>> {
    if word.len() != 64 || !word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let pairs = (0..32).map(|n| u8::from_str_radix(word.get(2 * n..2 * n + 2)?, 16).ok());
    pairs.collect()
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

    const TENANT: TenantId = TenantId(uuid::Uuid::from_u128(1));

    #[test]
    fn a_secret_opens_only_where_it_belongs() {
        let keyring = Keyring::read(&Keyring::generate()).unwrap();
        let other = TenantId(uuid::Uuid::from_u128(2));
        let sealed = keyring.seal(TENANT, "a", "s3cret").unwrap();
        assert_eq!(keyring.open(TENANT, "a", &sealed).unwrap(), "s3cret");
        assert!(keyring.open(other, "a", &sealed).is_err());
        assert!(keyring.open(TENANT, "b", &sealed).is_err());
        let another = Keyring::read(&Keyring::generate()).unwrap();
        assert!(another.open(TENANT, "a", &sealed).is_err());
        assert!(!sealed.ciphertext.windows(6).any(|window| window == b"s3cret"));
    }

    #[test]
    fn all_keys_decrypt_and_the_first_encrypts() {
        let (old, new) = (Keyring::generate(), Keyring::generate());
        let before = Keyring::read(&old).unwrap();
        let getting_ready = Keyring::read(&format!("{old}\n{new}\n")).unwrap();
        let switched = Keyring::read(&format!(" {new} , {old}")).unwrap();
        let after = Keyring::read(&new).unwrap();
        assert_eq!((before.count(), switched.count()), (1, 2));
        let opens = |by: &Keyring, sealed: &Sealed| by.open(TENANT, "a", sealed).is_ok();
        for (sealed, readers) in [
            (before.seal(TENANT, "a", "x").unwrap(), [true, true, true, false]),
            (getting_ready.seal(TENANT, "a", "x").unwrap(), [true, true, true, false]),
            (switched.seal(TENANT, "a", "x").unwrap(), [false, true, true, true]),
        ] {
            let all = [&before, &getting_ready, &switched, &after];
            assert_eq!(all.map(|by| opens(by, &sealed)), readers);
        }
    }

    #[test]
    fn a_key_reads_in_hexadecimal_too() {
        let hex = "00".repeat(31) + "fF";
        let mut bytes = [0; 32];
        bytes[31] = 0xff;
        let same = Keyring::read(&BASE64_STANDARD.encode(bytes)).unwrap();
        assert_eq!(Keyring::read(&hex).unwrap().in_use.id, same.in_use.id);
    }

    #[test]
    fn a_bad_key_is_named_and_not_shown() {
        let good = Keyring::generate();
        for (bad, expected) in [
            (String::new(), BadKey::Missing),
            (" \r\n, ".into(), BadKey::Missing),
            ("not!base64".into(), BadKey::Unreadable(1)),
            ("c2hvcnQ=".into(), BadKey::Length(1, 5)),
            ("ab".repeat(16), BadKey::Length(1, 24)),
            (format!("{good} c2hvcnQ="), BadKey::Length(2, 5)),
            (format!("{good}\n{good}"), BadKey::Twice(2)),
            ("ü".repeat(32), BadKey::Unreadable(1)),
        ] {
            let refused = Keyring::read(&bad).unwrap_err();
            assert_eq!(refused, expected, "{bad}");
            assert!(!refused.to_string().contains("c2hvcnQ") && !refused.to_string().contains('\n'));
        }
        let shown = format!("{:?}", Keyring::read(&good).unwrap());
        assert!(!shown.contains(&good), "{shown}");
    }
}
