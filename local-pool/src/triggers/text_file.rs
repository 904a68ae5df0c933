use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

/// More than any file that people write by hand.
const LONGEST: u64 = 4 << 20;

/// Reads a text file: a plain one, so that a pipe does not keep us waiting, and not a huge one.
pub(super) fn read(path: &Path) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no plain file"));
    }
    let mut text = String::new();
    if File::open(path)?.take(LONGEST + 1).read_to_string(&mut text)? > usize::try_from(LONGEST).unwrap_or(usize::MAX) {
        return Err(io::Error::other(format!("it is longer than {} MiB", LONGEST >> 20)));
    }
    Ok(text)
}
