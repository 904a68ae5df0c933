//! A store of plain files: one a record, replaced atomically, readable by their owner only, not encrypted.

pub(crate) mod layout;
mod lock;
mod name;
mod replace;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use zeroize::Zeroizing;

use self::lock::Locks;
use super::{LockOutcome, SecureStore, StoreFailure, Stored};

/// More than any record (below 64 KiB by contract): a longer file is not one.
const LONGEST_FILE: u64 = 1024 * 1024;

/// Keeps each record in a file of a directory: for tools and tests, where there is no keychain.
///
/// A record is written beside the old one and renamed over it, so a crash at any point leaves the old or the new. Its
/// checksum tells a damaged file from a record. Several processes may share a directory: a lock of the operating system on
/// a file of it keeps them apart. (iOS ends an app that is suspended while it holds such a lock in a directory which it
/// shares with an extension: there the keychain is the store.)
#[derive(Debug)]
pub struct FileStore {
    directory: PathBuf,
    /// Whether the leftovers of killed writers have been looked for.
    swept: AtomicBool,
    locks: Locks,
}

impl FileStore {
    /// A store in that directory, which is made at the first write if it is absent (for its owner only). Nothing is
    /// read or written here.
    #[must_use]
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into(), swept: AtomicBool::new(false), locks: Locks::default() }
    }

    fn path(&self, key: &str) -> PathBuf {
        self.directory.join(name::of_record(key))
    }
}

impl SecureStore for FileStore {
    fn read(&self, key: &str) -> Result<Stored, StoreFailure> {
        match read_file(&self.path(key)) {
            Ok(content) => Ok(match layout::parse(&content) {
                Ok(record) if record.key == key => Stored::Found(record.bytes.to_vec()),
                Ok(_) => Stored::Corrupt("the file holds another record".to_owned()),
                Err(why) => Stored::Corrupt(why.to_string()),
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Stored::Absent),
            Err(error) => Err(failed("read", &error)),
        }
    }

    fn write(&self, key: &str, bytes: &[u8]) -> Result<(), StoreFailure> {
        let path = self.path(key);
        replace::replace(&self.directory, &path, &layout::of_record(key, bytes))
            .map_err(|error| failed("written", &error))?;
        if !self.swept.swap(true, Ordering::Relaxed) {
            replace::sweep(&self.directory);
        }
        Ok(())
    }

    /// What killed writers left of it goes too.
    fn remove(&self, key: &str) -> Result<(), StoreFailure> {
        replace::sweep(&self.directory);
        match replace::remove(&self.directory, &self.path(key)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed("removed", &error)),
            _ => Ok(()),
        }
    }

    /// The keys of damaged files are listed too, unless the file alone could tell its key (a very long one).
    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreFailure> {
        let entries = match fs::read_dir(&self.directory) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|error| failed("listed", &error))?,
        };
        let mut keys = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| failed("listed", &error))?;
            let key = match entry.file_name().to_str().map(name::key) {
                Some(name::Key::Known(key)) => Some(key),
                Some(name::Key::InTheFile) => match read_file(&entry.path()) {
                    Ok(content) => layout::parse(&content).ok().map(|record| record.key),
                    Err(error) if error.kind() == ErrorKind::NotFound => None, // removed meanwhile
                    Err(error) => return Err(failed("listed", &error)),
                },
                Some(name::Key::None) | None => None,
            };
            keys.extend(key.filter(|key| key.starts_with(prefix)));
        }
        Ok(keys)
    }

    fn try_lock(&self, name: &str, owner: &str, _lease: Duration) -> Result<LockOutcome, StoreFailure> {
        self.locks.try_lock(&self.directory, name, owner).map_err(|error| failed("locked", &error))
    }

    fn unlock(&self, name: &str, owner: &str) -> Result<(), StoreFailure> {
        self.locks.unlock(name, owner);
        Ok(())
    }
}

fn read_file(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let file = File::open(path)?;
    let length = file.metadata()?.len().min(LONGEST_FILE);
    // Large enough from the start: growing would leave copies of secrets behind.
    let mut content = Zeroizing::new(Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1));
    file.take(LONGEST_FILE).read_to_end(&mut content)?;
    Ok(content)
}

fn failed(action: &str, error: &io::Error) -> StoreFailure {
    StoreFailure::Failed(format!("the record could not be {action}: {}", error.kind()))
}
