//! Password hashes: argon2id with the parameters of the library's default, which are OWASP's
//! ([cheat sheet](https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html)).

use std::sync::LazyLock;

use argon2::{
    Argon2, PasswordHash, PasswordHasher, PasswordVerifier,
    password_hash::{SaltString, rand_core::OsRng},
};

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

/// Which of the hashes, if any, the password has. Runs where it holds up no other request.
pub async fn matching(password: &str, hashes: Vec<String>) -> Result<Option<usize>> {
    let password = password.to_owned();
    let found = tokio::task::spawn_blocking(move || {
        if hashes.is_empty() {
            let _ = NOBODY.as_deref().map(|nobody| verify(&password, nobody));
            return None;
        }
        hashes.iter().position(|hash| verify(&password, hash))
    });
    Ok(found.await.map_err(anyhow::Error::from)?)
}

fn verify(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_hash_is_found() {
        let hashes = vec!["not a hash".to_owned(), hash("one").unwrap(), hash("two").unwrap()];
        assert_eq!(matching("two", hashes.clone()).await.unwrap(), Some(2));
        assert_eq!(matching("three", hashes).await.unwrap(), None);
        assert_eq!(matching("one", Vec::new()).await.unwrap(), None);
    }
}
