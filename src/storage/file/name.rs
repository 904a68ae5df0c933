//! Names of record files. File systems differ in what names they can hold and tell apart, so only lower-case letters,
//! digits and `-` stand for themselves, and every other byte is written as `%` and two hexadecimal digits.

use crate::support::shown::shows;
use sha2::{Digest as _, Sha256};

const SPELT: &str = "k-";
const HASHED: &str = "h-";
const EXTENSION: &str = ".record";
const LOCK: &str = ".lock";
/// File systems hold names of 255 bytes.
const LONGEST: usize = 255;

/// The name of that key's file. One that would be too long is told by its digest instead.
pub(super) fn of_record(key: &str) -> String {
    of(key, EXTENSION)
}

/// The name of the file that a lock of that name is on.
pub(super) fn of_lock(key: &str) -> String {
    of(key, LOCK)
}

fn of(key: &str, extension: &str) -> String {
    let spelt = format!("{SPELT}{}{extension}", escape(key));
    if spelt.len() <= LONGEST {
        return spelt;
    }
    format!("{HASHED}{}{extension}", crate::support::hex::lower(&Sha256::digest(key)))
}

/// What a file's name tells about the key.
#[derive(PartialEq, Eq)]
pub(super) enum Key {
    Known(String),
    /// A record file whose name is a digest.
    InTheFile,
    /// Not a record file.
    None,
}
shows!(
    enum Key {
        Known {},
        InTheFile,
        None,
    }
);

pub(super) fn key(name: &str) -> Key {
    let Some(stem) = name.strip_suffix(EXTENSION) else { return Key::None };
    if stem.starts_with(HASHED) {
        return Key::InTheFile;
    }
    // A name that we would not give is not ours.
    let key = stem.strip_prefix(SPELT).and_then(unescape).filter(|key| of_record(key) == name);
    key.map_or(Key::None, Key::Known)
}

pub(super) fn escape(key: &str) -> String {
    use std::fmt::Write as _;
    key.bytes().fold(String::with_capacity(key.len() * 2), |mut escaped, byte| {
        if byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02x}"); // writing to a String cannot fail
        }
        escaped
    })
}

pub(super) fn unescape(escaped: &str) -> Option<String> {
    let mut parts = escaped.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let code = part.get(..2).filter(|code| code.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(code, 16).ok()?);
        bytes.extend_from_slice(part.get(2..)?.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_can_be_read_by_people() {
        assert_eq!(of_record("portcullis/eu-west-1_Pool/ann"), "k-portcullis%2feu-west-1%5f%50ool%2fann.record");
        assert_eq!(key(".123-0.new"), Key::None);
        assert_eq!(key("notes.record"), Key::None);
        assert_eq!(key("k-%2F.record"), Key::None);
        assert_eq!(key("k-%+1.record"), Key::None);
    }

    proptest! {
        #[test]
        fn a_name_is_safe_and_tells_its_key(text in ".{0,80}|[A-Z]{0,512}|[a-z/]{200,512}") {
            let name = of_record(&text);
            prop_assert!(name.len() <= 255);
            prop_assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-%.".contains(&b)));
            prop_assert_eq!(unescape(&escape(&text)), Some(text.clone()));
            match key(&name) {
                Key::Known(key) => prop_assert_eq!(key, text),
                other => prop_assert!(other == Key::InTheFile && escape(&text).len() > 200),
            }
        }

        #[test]
        fn no_name_panics(text in ".{0,40}|k-[%0-9a-f]{0,9}.record") {
            let _ = key(&text);
        }
    }
}
