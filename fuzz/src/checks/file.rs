//! The layout of a record file.

use portcullis::fuzzing::{FileContent, read_file, write_file};
use sha2::{Digest as _, Sha256};

/// Damage is never taken for a record, a newer layout never for damage, and what was written is read.
pub fn check(input: &[u8]) {
    if let FileContent::Record { key, bytes } = read_file(input) {
        assert_eq!(read_file(&write_file(&key, &bytes)), FileContent::Record { key, bytes });
    }
    with_a_right_checksum(input);
    written(input);
}

/// No change that is blind to the checksum gets past it, so it is put right here.
fn with_a_right_checksum(input: &[u8]) {
    let mut lines = input.splitn(3, |byte| *byte == b'\n');
    let (Some(first), Some(_), Some(rest)) = (lines.next(), lines.next(), lines.next()) else { return };
    let sum: String = Sha256::digest([first, b"\n", rest].concat()).iter().map(|byte| format!("{byte:02x}")).collect();
    let content = read_file(&[first, b"\n", sum.as_bytes(), b"\n", rest].concat());
    match first.strip_prefix(b"portcullis-record ") {
        Some(b"1") => assert_ne!(content, FileContent::Newer),
        Some(_) => assert_eq!(content, FileContent::Newer),
        None => assert_eq!(content, FileContent::Damaged),
    }
}

/// The input as a key and a record.
fn written(input: &[u8]) {
    let (key, bytes) = input.split_at(input.len().min(input.first().copied().unwrap_or_default().into()));
    let key = String::from_utf8_lossy(key).into_owned();
    let mut content = write_file(&key, bytes);
    assert_eq!(read_file(&content), FileContent::Record { key, bytes: bytes.to_vec() });

    let at = input.iter().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add((*byte).into())) % content.len();
    content[at] ^= 1;
    assert_eq!(read_file(&content), FileContent::Damaged, "byte {at} was changed");
    content.truncate(at);
    assert_eq!(read_file(&content), FileContent::Damaged, "cut at {at}");
}
