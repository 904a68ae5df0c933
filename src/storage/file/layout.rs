//! What is in a record file: the layout's name, the SHA-256 of the other lines, the key, and the bytes.
//!
//! ```text
//! portcullis-record 1
//! <64 hexadecimal digits>
//! <the key, escaped as in file names>
//! <bytes>
//! ```

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::name::{escape, unescape};
use crate::support::shown::shows;

const MAGIC: &[u8] = b"portcullis-record ";
/// The layout that this release writes, and the only one that it reads.
const THIS: &[u8] = b"portcullis-record 1";

/// A whole and undamaged record.
#[derive(PartialEq, Eq)]
pub(crate) struct Record<'a> {
    pub key: String,
    pub bytes: &'a [u8],
}
shows!(Record<'a> {});

/// Why a file is not a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotARecord {
    #[error("the file was written by a newer release")]
    Newer,
    #[error("the file is damaged")]
    Damaged,
}

/// The record as a file.
pub(crate) fn of_record(key: &str, bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let key = escape(key);
    let mut content = Zeroizing::new(Vec::with_capacity(bytes.len() + key.len() + 128));
    let sum = checksum(&[THIS, b"\n", key.as_bytes(), b"\n", bytes]);
    for part in [THIS, b"\n", sum.as_bytes(), b"\n", key.as_bytes(), b"\n", bytes] {
        content.extend_from_slice(part);
    }
    content
}

/// The record that a file holds.
pub(crate) fn parse(content: &[u8]) -> Result<Record<'_>, NotARecord> {
    let (first, rest) = line(content)?;
    let (sum, checked) = line(rest)?;
    // Every layout begins with these two lines, so that a newer one is not taken for damage.
    if !first.starts_with(MAGIC) || sum != checksum(&[first, b"\n", checked]).as_bytes() {
        return Err(NotARecord::Damaged);
    }
    if first != THIS {
        return Err(NotARecord::Newer);
    }
    let (key, bytes) = line(checked)?;
    let key = std::str::from_utf8(key).ok().and_then(unescape).ok_or(NotARecord::Damaged)?;
    Ok(Record { key, bytes })
}

fn line(content: &[u8]) -> Result<(&[u8], &[u8]), NotARecord> {
    let end = content.iter().position(|byte| *byte == b'\n').ok_or(NotARecord::Damaged)?;
    Ok((&content[..end], &content[end + 1..]))
}

fn checksum(parts: &[&[u8]]) -> String {
    let sum = parts.iter().fold(Sha256::new(), |sum, part| sum.chain_update(part)).finalize();
    crate::support::hex::lower(&sum)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What release 0.1 writes. Never edit: a released layout is read for ever.
    const RELEASED_0_1: &[u8] = b"portcullis-record 1\n\
        e7d1d2b47ca96d5249206a819f3c4010719674782defe476c96d8141c94b61d8\n\
        portcullis%2fann\n\
        line\nline";

    #[test]
    fn the_released_layout_is_read_and_written() {
        assert_eq!(parse(RELEASED_0_1), Ok(Record { key: "portcullis/ann".to_owned(), bytes: b"line\nline" }));
        assert_eq!(*of_record("portcullis/ann", b"line\nline"), RELEASED_0_1);
    }

    #[test]
    fn a_newer_layout_is_told_from_damage() {
        let newer = |sum: &str| format!("portcullis-record 2\n{sum}\nanything");
        let sum = checksum(&[b"portcullis-record 2\nanything"]);
        assert_eq!(parse(newer(&sum).as_bytes()), Err(NotARecord::Newer));
        assert_eq!(parse(newer(&checksum(&[b"other"])).as_bytes()), Err(NotARecord::Damaged));
    }

    proptest! {
        #[test]
        fn what_is_laid_out_is_parsed(key in ".{0,40}", bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let content = of_record(&key, &bytes);
            prop_assert_eq!(parse(&content), Ok(Record { key, bytes: &bytes }));
        }

        #[test]
        fn no_content_panics(content in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(parse(&content).is_err());
        }
    }
}
