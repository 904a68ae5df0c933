//! Folders in the cache that are either whole or made anew.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use crate::progress::Progress;
use crate::verdict::Stop;
use crate::workspace::Workspace;

/// Makes the folder `name` in the cache with `make`, unless it was made for the same `contents` before.
///
/// One run makes it while others wait. A folder without its stamp, as an interrupted run leaves it, is removed first
/// by `remove`.
pub fn folder(
    workspace: &Workspace,
    progress: &Progress,
    name: &str,
    contents: &str,
    remove: impl FnOnce(&Path) -> Result<(), Stop>,
    make: impl FnOnce(&Path) -> Result<(), Stop>,
) -> Result<PathBuf, Stop> {
    let folder = workspace.cache.join(name);
    if is_whole(workspace, name, contents) {
        return Ok(folder);
    }
    fs::create_dir_all(&workspace.cache)?;
    let lock = File::create(workspace.cache.join(format!("{name}.lock")))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            progress.say(&format!("waiting for another run that is making {}", folder.display()));
            lock.lock()?;
        }
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    if is_whole(workspace, name, contents) {
        return Ok(folder);
    }
    let stamp = stamp(workspace, name);
    if stamp.exists() {
        fs::remove_file(&stamp)?;
    }
    if folder.exists() {
        remove(&folder)?;
    }
    make(&folder)?;
    fs::write(stamp, contents)?;
    Ok(folder)
}

/// Whether the folder was made for these contents, to the end.
pub fn is_whole(workspace: &Workspace, name: &str, contents: &str) -> bool {
    fs::read_to_string(stamp(workspace, name)).is_ok_and(|stamped| stamped == contents)
        && workspace.cache.join(name).is_dir()
}

/// The usual way to remove a folder.
pub fn remove(folder: &Path) -> Result<(), Stop> {
    Ok(fs::remove_dir_all(folder)?)
}

fn stamp(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.cache.join(format!("{name}.stamp"))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::count::Counts;

    #[test]
    fn a_folder_is_made_once_and_again_after_a_failure_or_for_other_contents() -> Result<(), Stop> {
        let cache = std::env::temp_dir().join(format!("portcullis-stamp-{}", std::process::id()));
        let workspace =
            Workspace { root: cache.clone(), target: cache.clone(), cache: cache.clone(), ci: false, optimised: false };
        let progress = Progress::start("test".into(), "stamp", &cache.join("logs"))?;
        let made = Cell::new(0);
        let ask = |contents: &str, good: bool| {
            folder(&workspace, &progress, "part", contents, remove, |folder| {
                assert!(!folder.exists(), "a half-made folder was left");
                fs::create_dir_all(folder)?;
                made.set(made.get() + 1);
                if good { Ok(()) } else { Err(Stop::failed("broke", Counts::default(), "")) }
            })
        };
        assert!(ask("one", false).is_err());
        assert!(!is_whole(&workspace, "part", "one"));
        ask("one", true)?;
        ask("one", true)?;
        assert_eq!(made.get(), 2);
        ask("two", true)?;
        assert_eq!(made.get(), 3);
        Ok(fs::remove_dir_all(cache)?)
    }
}
