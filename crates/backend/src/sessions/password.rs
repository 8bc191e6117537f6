//! Password hashes: argon2id with the parameters of the library's default, which are OWASP's
//! ([cheat sheet](https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html)).

use std::sync::LazyLock;

use argon2::{
    Argon2, PasswordHash, PasswordHasher, PasswordVerifier,
    password_hash::{SaltString, rand_core::OsRng},
};

use super::peer_password::{self, PeerPasswords};
use crate::Result;

/// A hash that no password has, so that an unknown address takes as long as a wrong password.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash("nobody has this password").ok());

/// Hashes a password with a fresh salt.
pub fn hash(password: &str) -> Result<String> {
    let salt = SaltString::generate(&mut OsRng);
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    Ok(hash
        .map_err(|error| anyhow::anyhow!("a password could not be hashed: {error}"))?
        .to_string())
}

/// Hashes a password where it holds up no other request.
pub async fn hash_new(password: &str) -> Result<String> {
    let password = password.to_owned();
    let hash = tokio::task::spawn_blocking(move || hash(&password));
    hash.await.map_err(anyhow::Error::from)?
}

/// The hash that a password has.
#[derive(Debug, PartialEq, Eq)]
pub struct Match {
    pub index: usize,
    /// The password hashed anew, where the hash found is of an older kind.
    pub renewed: Option<String>,
}

/// Which of the hashes, if any, the password has. Runs where it holds up no other request.
pub async fn matching(password: &str, hashes: Vec<String>, peer: Option<PeerPasswords>) -> Result<Option<Match>> {
    let password = password.to_owned();
    let found = tokio::task::spawn_blocking(move || {
        if hashes.is_empty() {
            verify(&password, "", peer.as_ref());
            return Ok(None);
        }
        let Some(index) = hashes.iter().position(|hash| verify(&password, hash, peer.as_ref())) else {
            return Ok(None);
        };
        let is_old = hashes.get(index).is_some_and(|hash| peer_password::is_peers(hash));
        let renewed = is_old.then(|| hash(&password)).transpose()?;
        Ok(Some(Match { index, renewed }))
    });
    found.await.map_err(anyhow::Error::from)?
}

/// Whether the password has the hash. Whatever the hash is, one of each kind is worked out: the time tells neither whether there is an
/// account nor where it comes from.
fn verify(password: &str, hash: &str, peer: Option<&PeerPasswords>) -> bool {
    if peer_password::is_peers(hash) {
        pretend(password);
        if peer.is_none() {
            tracing::warn!("a password of the peer cannot be verified: MINUTED_PEER_PASSWORD_PEPPER is not set");
        }
        return peer.is_some_and(|peer| peer.verify(password, hash));
    }
    if let Some(peer) = peer {
        peer.pretend(password);
    }
    if let Ok(hash) = PasswordHash::new(hash) {
        Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
    } else {
        pretend(password);
        false
    }
}

fn pretend(password: &str) {
    if let Some(nobody) = NOBODY.as_deref().and_then(|hash| PasswordHash::new(hash).ok()) {
        let _ = Argon2::default().verify_password(password.as_bytes(), &nobody);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEERS: &str = "00112233445566778899aabb:5fa15691f7d1ac591d83444e360ef9f43a50776c76fc435b544630d2f371d8f5b8cf712ba741c5ca72af01140815f1a243fd6ac915ff9e6cf8a6a44b37b0bcfd";

    async fn index(password: &str, hashes: Vec<String>) -> Option<usize> {
        let found = matching(password, hashes, None).await.unwrap();
        found.map(|found| found.index)
    }

    #[tokio::test]
    async fn the_right_hash_is_found() {
        let hashes = vec!["not a hash".to_owned(), hash("one").unwrap(), hash("two").unwrap()];
        assert_eq!(index("two", hashes.clone()).await, Some(2));
        assert_eq!(index("three", hashes).await, None);
        assert_eq!(index("one", Vec::new()).await, None);
        // Without the pepper the peer's hashes are nobody's.
        assert_eq!(index("Passw0rd!", vec![PEERS.into()]).await, None);
    }

    #[tokio::test]
    async fn a_hash_of_the_peer_is_renewed() {
        let pepper = "development_secret_do_not_use_in_production".to_owned();
        let peer = PeerPasswords::new(pepper, PeerPasswords::ROUNDS, peer_password::Digest::default());
        let found = matching("Passw0rd!", vec![PEERS.into()], Some(peer.clone()))
            .await
            .unwrap()
            .unwrap();
        let renewed = found.renewed.unwrap();
        assert!(renewed.starts_with("$argon2id$"));
        let again = matching("Passw0rd!", vec![renewed], Some(peer)).await.unwrap().unwrap();
        assert_eq!(
            again,
            Match {
                index: 0,
                renewed: None
            }
        );
    }
}
