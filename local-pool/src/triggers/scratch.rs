//! Temporary folders that go with their owner: what a killed process left behind is removed at the next start.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use tempfile::TempDir;

/// Locked by the folder's owner for as long as it lives.
const LOCK: &str = ".local-pool-lock";
/// A folder may be swept away between its making and its locking.
const TRIES: usize = 10;

#[derive(Debug)]
pub(super) struct Scratch {
    _lock: File,
    folder: TempDir,
}

impl Scratch {
    /// Makes a folder within another, and removes those with the same prefix whose owners are dead.
    pub fn make(within: &Path, prefix: &str) -> io::Result<Self> {
        for _ in 0..TRIES {
            let folder = tempfile::Builder::new().prefix(prefix).tempdir_in(within)?;
            let lock_path = folder.path().join(LOCK);
            let Ok(lock) = File::create_new(&lock_path) else { continue };
            lock.lock()?;
            if lock_path.exists() {
                sweep(within, prefix, folder.path());
                return Ok(Self { _lock: lock, folder });
            }
        }
        Err(io::Error::other(format!("no folder in {} stays", within.display())))
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

fn sweep(within: &Path, prefix: &str, mine: &Path) {
    for path in fs::read_dir(within).into_iter().flatten().flatten().map(|item| item.path()) {
        let named = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(prefix));
        if !named || path == mine || !is_own_folder(&path, mine) {
            continue;
        }
        let Ok(lock) = File::open(path.join(LOCK)) else { continue };
        if lock.try_lock().is_ok() {
            // Another start may be removing it as well.
            drop(fs::remove_dir_all(&path));
        }
    }
}

#[cfg(unix)]
fn is_own_folder(path: &Path, mine: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let (Ok(found), Ok(mine)) = (fs::symlink_metadata(path), fs::symlink_metadata(mine)) else { return false };
    found.is_dir() && found.uid() == mine.uid()
}

#[cfg(not(unix))]
fn is_own_folder(path: &Path, _mine: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_whose_owner_is_dead_are_removed() {
        let within = tempfile::tempdir().unwrap();
        let made = |name: &str| {
            let folder = within.path().join(name);
            fs::create_dir(&folder).unwrap();
            folder
        };
        let (dead, unlocked, other) = (made("mine-dead"), made("mine-without-lock"), made("other-dead"));
        for folder in [&dead, &other] {
            fs::write(folder.join(LOCK), "").unwrap();
            fs::write(folder.join("file"), "").unwrap();
        }
        let alive = Scratch::make(within.path(), "mine-").unwrap();
        assert!(!dead.exists());
        let next = Scratch::make(within.path(), "mine-").unwrap();
        assert!(alive.path().exists() && next.path().exists() && unlocked.exists() && other.exists());
        let gone = alive.path().to_owned();
        drop(alive);
        assert!(!gone.exists());
    }
}
