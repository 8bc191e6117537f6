//! Passwords brought from the peer: PBKDF2 under a pepper, stored as `salt:key` in hexadecimal. Neither the rounds nor the digest are
//! stored, so they come from the settings.

use pbkdf2::pbkdf2_hmac;
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq;

/// How the peer hashed. Without it nobody who comes from the peer can sign in with the old password.
#[derive(Clone)]
pub struct PeerPasswords {
    pepper: String,
    rounds: u32,
    digest: Digest,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Digest {
    #[default]
    Sha512,
    Sha256,
}

impl std::fmt::Debug for PeerPasswords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PeerPasswords")
            .field("rounds", &self.rounds)
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}

/// What the peer stores, taken apart.
#[derive(Debug, PartialEq, Eq)]
struct Stored<'a> {
    salt: &'a str,
    key: Vec<u8>,
}

/// The lengths of keys that are believed, in bytes. A shorter one would be guessed, a longer one is no hash.
const KEY: std::ops::RangeInclusive<usize> = 16..=128;
const MAX_SALT: usize = 256;

impl PeerPasswords {
    /// The rounds of nearly every installation of the peer.
    pub const ROUNDS: u32 = 10_000;
    pub const MAX_ROUNDS: u32 = 10_000_000;

    pub fn new(pepper: String, rounds: u32, digest: Digest) -> Self {
        Self { pepper, rounds, digest }
    }

    /// Whether the password has this hash. One that cannot be read is nobody's.
    pub fn verify(&self, password: &str, hash: &str) -> bool {
        parse(hash).is_some_and(|stored| {
            let derived = self.derive(password, stored.salt, stored.key.len());
            bool::from(derived.ct_eq(&stored.key))
        })
    }

    /// Takes as long as [`verify`](Self::verify).
    pub fn pretend(&self, password: &str) {
        std::hint::black_box(self.derive(password, "000000000000000000000000", 64));
    }

    fn derive(&self, password: &str, salt: &str, length: usize) -> Vec<u8> {
        // The peer passes the salt's hexadecimal text, not its bytes.
        let salt = [self.pepper.as_bytes(), salt.as_bytes()].concat();
        let mut key = vec![0; length];
        match self.digest {
            Digest::Sha512 => pbkdf2_hmac::<Sha512>(password.as_bytes(), &salt, self.rounds, &mut key),
            Digest::Sha256 => pbkdf2_hmac::<Sha256>(password.as_bytes(), &salt, self.rounds, &mut key),
        }
        key
    }
}

/// Whether a hash has the form of the peer's.
pub fn is_peers(hash: &str) -> bool {
    parse(hash).is_some()
}

/// As the peer does, only the first two parts count.
fn parse(hash: &str) -> Option<Stored<'_>> {
    let mut parts = hash.split(':');
    let (salt, key) = (parts.next()?, from_hex(parts.next()?)?);
    let readable = !salt.is_empty() && salt.len() <= MAX_SALT && from_hex(salt).is_some() && KEY.contains(&key.len());
    readable.then_some(Stored { salt, key })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEPPER: &str = "development_secret_do_not_use_in_production";
    /// `Passw0rd!` as the peer stores it, worked out with two other programs.
    const HASH: &str = "00112233445566778899aabb:5fa15691f7d1ac591d83444e360ef9f43a50776c76fc435b544630d2f371d8f5b8cf712ba741c5ca72af01140815f1a243fd6ac915ff9e6cf8a6a44b37b0bcfd";

    fn peer() -> PeerPasswords {
        PeerPasswords::new(PEPPER.into(), PeerPasswords::ROUNDS, Digest::Sha512)
    }

    #[test]
    fn the_peers_vector_is_verified() {
        assert!(is_peers(HASH));
        assert!(peer().verify("Passw0rd!", HASH));
        assert!(!peer().verify("passw0rd!", HASH));
        assert!(!PeerPasswords::new("other".into(), 10_000, Digest::Sha512).verify("Passw0rd!", HASH));
        assert!(!PeerPasswords::new(PEPPER.into(), 9_999, Digest::Sha512).verify("Passw0rd!", HASH));
        assert!(!PeerPasswords::new(PEPPER.into(), 10_000, Digest::Sha256).verify("Passw0rd!", HASH));
    }

    #[test]
    fn what_is_no_hash_is_refused() {
        let (salt, key) = HASH.split_once(':').unwrap();
        for broken in [
            String::new(),
            ":".into(),
            format!("{salt}:"),
            format!(":{key}"),
            format!("{salt}:{}", &key[..30]),
            format!("{salt}:{}", &key[1..]),
            format!("{salt}:{}é", &key[2..]),
            format!("{salt}:{}zz", &key[2..]),
            format!("zz{salt}:{key}"),
            format!("{salt}:{}", key.repeat(3)),
            "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA".into(),
        ] {
            assert!(!peer().verify("Passw0rd!", &broken), "{broken}");
            assert!(!is_peers(&broken), "{broken}");
        }
    }

    #[test]
    fn the_pepper_is_not_printed() {
        assert!(!format!("{:?}", peer()).contains(PEPPER));
    }
}
