//! Exclusive locks of the operating system, each on an empty file of its own beside the records. A lock ends with its
//! process; the file stays, since removing it would let two processes lock two files of one name.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::super::LockOutcome;
use super::{name, replace};
use crate::support::shown::shows;

/// The locks that this store holds, by name.
#[derive(Default)]
pub(super) struct Locks(Mutex<BTreeMap<String, Held>>);
shows!(Locks {});

#[derive(Debug)]
struct Held {
    owner: String,
    /// Closing it gives the lock back.
    _file: File,
}

impl Locks {
    pub fn try_lock(&self, directory: &Path, name: &str, owner: &str) -> io::Result<LockOutcome> {
        let mut held = self.held();
        if let Some(held) = held.get(name) {
            return Ok(if held.owner == owner { LockOutcome::Held } else { LockOutcome::Busy });
        }
        let file = open(directory, name)?;
        let outcome = outcome(file.try_lock())?;
        if outcome == LockOutcome::Held {
            held.insert(name.to_owned(), Held { owner: owner.to_owned(), _file: file });
        }
        Ok(outcome)
    }

    pub fn unlock(&self, name: &str, owner: &str) {
        let mut held = self.held();
        if held.get(name).is_some_and(|held| held.owner == owner) {
            held.remove(name);
        }
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<String, Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn outcome(tried: Result<(), TryLockError>) -> io::Result<LockOutcome> {
    match tried {
        Ok(()) => Ok(LockOutcome::Held),
        Err(TryLockError::WouldBlock) => Ok(LockOutcome::Busy),
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(LockOutcome::Unsupported),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn open(directory: &Path, name: &str) -> io::Result<File> {
    let path = directory.join(name::of_lock(name));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            replace::make_directory(directory)?;
            options.open(&path)
        }
        opened => opened,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_system_without_locks_is_used_without() {
        let tried = |kind: ErrorKind| outcome(Err(TryLockError::Error(kind.into()))).map_err(|error| error.kind());
        assert_eq!(tried(ErrorKind::Unsupported), Ok(LockOutcome::Unsupported));
        assert_eq!(tried(ErrorKind::StorageFull), Err(ErrorKind::StorageFull));
        assert_eq!(outcome(Err(TryLockError::WouldBlock)).ok(), Some(LockOutcome::Busy));
    }
}
