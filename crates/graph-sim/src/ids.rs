//! Ids from a seed.

use base64::{Engine, prelude::BASE64_STANDARD};
use uuid::Uuid;

/// `SplitMix64`: not random, only different.
#[derive(Clone, Debug)]
pub(crate) struct Ids(u64);

impl Ids {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn guid(&mut self) -> Uuid {
        let (high, low) = (self.next(), self.next());
        uuid::Builder::from_random_bytes(((u128::from(high) << 64) | u128::from(low)).to_be_bytes()).into_uuid()
    }

    /// What would have to be random elsewhere.
    pub fn bytes<const COUNT: usize>(&mut self) -> [u8; COUNT] {
        let mut bytes = [0; COUNT];
        for chunk in bytes.chunks_mut(8) {
            let (next, length) = (self.next().to_be_bytes(), chunk.len());
            chunk.copy_from_slice(&next[..length]);
        }
        bytes
    }

    /// A number of this many digits.
    pub fn digits(&mut self, count: u32) -> String {
        let floor = 10_u64.pow(count - 1);
        (floor + self.next() % (9 * floor)).to_string()
    }

    /// A default Exchange id: URL-safe base64 with padding.
    pub fn mutable_event(&mut self) -> String {
        let bytes: Vec<u8> = (0..13).flat_map(|_| self.next().to_be_bytes()).collect();
        format!(
            "AAMkAG{}=",
            base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(&bytes[..102])
        )
    }

    /// An immutable id. Every one holds `+`, `/` and `=`, which clients must stand.
    pub fn immutable_event(&mut self) -> String {
        let bytes: Vec<u8> = (0..8).flat_map(|_| self.next().to_be_bytes()).collect();
        format!("AAkALg/+{}=", BASE64_STANDARD.encode(&bytes[..63]))
    }
}
