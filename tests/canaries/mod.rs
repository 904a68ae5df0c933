//! Secrets that a test knows, and the search for pieces of them.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[cfg(target_os = "linux")]
pub mod memory;
pub mod story;
pub mod tls;

use std::collections::{BTreeMap, HashMap};

/// Secrets by what they are; of a kind there can be several, as tokens are renewed.
#[derive(Clone, Debug, Default)]
pub struct Canaries(BTreeMap<&'static str, Vec<String>>);

impl Canaries {
    pub fn add(&mut self, kind: &'static str, text: &str) {
        let known = self.0.entry(kind).or_default();
        if !known.iter().any(|one| one == text) {
            known.push(text.to_owned());
        }
    }

    pub fn only(&self, kind: &'static str) -> &str {
        self.0[kind].first().unwrap()
    }

    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    /// How many pieces of that many bytes all secrets of the kind have together.
    pub fn pieces(&self, kind: &str, length: usize) -> usize {
        self.0[kind].iter().map(|text| text.len().saturating_sub(length) + 1).sum()
    }

    /// A search for every piece of that many bytes; of a shorter secret, for the whole.
    pub fn search(&self, length: usize) -> Search {
        let mut pieces = HashMap::<[u8; 4], Vec<Piece>>::new();
        for (kind, texts) in &self.0 {
            for piece in texts.iter().flat_map(|text| text.as_bytes().windows(length.min(text.len()))) {
                let start = piece[..4].try_into().unwrap();
                pieces.entry(start).or_default().push(Piece { kind, bytes: piece.to_vec() });
            }
        }
        let mut likely = vec![false; 1 << 16];
        for start in pieces.keys() {
            likely[hash(start)] = true;
        }
        Search { likely, pieces }
    }
}

struct Piece {
    kind: &'static str,
    bytes: Vec<u8>,
}

pub struct Search {
    /// Whether a piece may begin with bytes of that hash: memory is long, and the map slow.
    likely: Vec<bool>,
    pieces: HashMap<[u8; 4], Vec<Piece>>,
}

impl Search {
    /// The kinds of secret that are in there, with where they are.
    pub fn find(&self, bytes: &[u8]) -> Vec<(&'static str, usize)> {
        let mut found = Vec::new();
        for (position, start) in bytes.windows(4).enumerate() {
            if !self.likely[hash(start)] {
                continue;
            }
            let here = &bytes[position..];
            let pieces = self.pieces.get(start).into_iter().flatten();
            found.extend(pieces.filter(|piece| here.starts_with(&piece.bytes)).map(|piece| (piece.kind, position)));
        }
        found
    }
}

fn hash(start: &[u8]) -> usize {
    let word = u32::from_le_bytes([start[0], start[1], start[2], start[3]]);
    usize::try_from(word.wrapping_mul(0x9E37_79B1) >> 16).unwrap()
}

#[test]
fn a_search_finds_every_piece() {
    let mut canaries = Canaries::default();
    canaries.add("word", "abcdefghijklmnopq");
    canaries.add("code", "12345678");
    let search = canaries.search(12);
    let kinds = |text: &str| search.find(text.as_bytes()).iter().map(|found| found.0).collect::<Vec<_>>();
    assert_eq!(kinds("..cdefghijklmn.."), ["word"]);
    assert_eq!(kinds("..cdefghijklm.12345678"), ["code"]);
    assert_eq!(kinds("abcdefghijklXnopq1234567"), ["word"]);
    assert_eq!(kinds("abcdefghijkXmnopq1234567"), [""; 0]);
}
