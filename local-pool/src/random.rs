//! Randomness: the system's, or a seeded stream when a test wants the same ids and codes on every run.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Clones draw from the same stream.
#[derive(Clone, Default)]
pub(crate) struct Random(Option<Arc<Mutex<Seeded>>>);

struct Seeded {
    seed: u64,
    start: u64,
    blocks: u64,
}

impl Random {
    /// The system's, or the stream of a seed. Each start with the same state has a stream of its own: what was made
    /// before never comes again.
    pub fn seeded(seed: Option<u64>, start: u64) -> Self {
        Self(seed.map(|seed| Arc::new(Mutex::new(Seeded { seed, start, blocks: 0 }))))
    }

    pub fn fill(&self, out: &mut [u8]) {
        match &self.0 {
            // Without randomness no secret can be made: going on would be worse than ending.
            None => {
                if getrandom::fill(out).is_err() {
                    std::process::abort();
                }
            }
            Some(seeded) => seeded.lock().unwrap_or_else(PoisonError::into_inner).fill(out),
        }
    }

    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }

    /// A version 4 UUID (RFC 9562).
    pub fn uuid(&self) -> String {
        uuid_from(self.bytes())
    }

    /// Decimal digits, each equally likely.
    pub fn digits(&self, count: usize) -> String {
        self.text(count, b"0123456789")
    }

    /// Characters of `alphabet` (at most 256 of them), each equally likely.
    pub fn text(&self, count: usize, alphabet: &[u8]) -> String {
        let fair = 256 - 256 % alphabet.len();
        let mut text = String::with_capacity(count);
        while text.len() < count {
            let drawn = self.bytes::<32>();
            let usable = drawn.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair);
            for byte in usable.take(count - text.len()) {
                text.push(char::from(alphabet[byte % alphabet.len()]));
            }
        }
        text
    }

    /// `count` random bytes in unpadded base64url.
    pub fn base64url(&self, count: usize) -> String {
        let mut bytes = vec![0; count];
        self.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

impl Seeded {
    fn fill(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(32) {
            let key = [self.seed, self.start, self.blocks].map(u64::to_be_bytes).concat();
            self.blocks += 1;
            chunk.copy_from_slice(&Sha256::digest(&key)[..chunk.len()]);
        }
    }
}

/// Formats 16 bytes as a version 4 UUID.
pub(crate) fn uuid_from(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = crate::crypto::hex(&bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_stream() {
        let (one, two) = (Random::seeded(Some(7), 0), Random::seeded(Some(7), 0));
        assert_eq!(one.uuid(), two.uuid());
        assert_ne!(one.uuid(), one.uuid());
        assert_ne!(Random::seeded(Some(8), 0).digits(12), Random::seeded(Some(7), 0).digits(12));
        assert_ne!(Random::seeded(Some(7), 1).digits(12), Random::seeded(Some(7), 2).digits(12));
    }

    #[test]
    fn codes_have_the_length_and_alphabet_asked_for() {
        let code = Random::default().digits(6);
        assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()));
    }
}
