//! Replacing a file so that a crash at any point leaves the old one or the new one: write beside it, make that last,
//! rename over it, make the rename last.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Beginning and end of the names of files that are not finished.
const UNFINISHED: (&str, &str) = (".", ".new");
/// Where there are no locks: writing takes milliseconds, and who has not finished after this time has been killed.
const ABANDONED_AFTER: Duration = Duration::from_secs(60 * 60);
/// Between making a file and taking its lock a writer may be stopped for a moment.
const ABOUT_TO_LOCK: Duration = Duration::from_secs(1);

/// Numbers the unfinished files of this process.
pub(super) static NUMBER: AtomicU64 = AtomicU64::new(0);

/// Replaces or creates the file in the directory, which is made if it is absent.
pub(super) fn replace(directory: &Path, target: &Path, content: &[u8]) -> io::Result<()> {
    make_directory(directory)?;
    let (file, unfinished) = create_beside(directory)?;
    // Says that its writer lives: it ends with the process. A file system without locks is swept by age.
    let _ = file.try_lock();
    let renamed = fill(&file, content).and_then(|()| {
        step("rename")?;
        fs::rename(&unfinished, target)
    });
    if renamed.is_err() {
        let _ = fs::remove_file(&unfinished); // nobody reads it; the failure that counts is reported
    }
    renamed?;
    sync_directory(directory)
}

/// Removes the file; the removal lasts.
pub(super) fn remove(directory: &Path, target: &Path) -> io::Result<()> {
    step("remove")?;
    fs::remove_file(target)?;
    sync_directory(directory)
}

/// Removes what killed writers left behind: unfinished files that nobody holds the lock of, and, where there are no locks,
/// those much older than the newest. They may hold tokens of somebody who signed out. The file system's own times are
/// compared, so a wrong clock harms nothing. A failure leaves rubbish, nothing else.
pub(super) fn sweep(directory: &Path) {
    let modified = |entry: &fs::DirEntry| entry.metadata().and_then(|metadata| metadata.modified()).ok();
    let entries: Vec<_> = fs::read_dir(directory).into_iter().flatten().flatten().collect();
    let Some(now) = entries.iter().filter_map(modified).max() else { return };
    for entry in entries.iter().filter(|entry| is_unfinished(&entry.file_name())) {
        let age = modified(entry).and_then(|modified| now.duration_since(modified).ok()).unwrap_or_default();
        let is_held = match File::open(entry.path()).map(|file| file.try_lock()) {
            Ok(Ok(())) => age <= ABOUT_TO_LOCK,
            Ok(Err(TryLockError::WouldBlock)) => true,
            _ => age <= ABANDONED_AFTER,
        };
        if !is_held {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn is_unfinished(name: &OsStr) -> bool {
    let (start, end) = UNFINISHED;
    name.to_str().is_some_and(|name| name.starts_with(start) && name.ends_with(end))
}

/// Makes the directory and those above it that are absent, for their owner only.
pub(super) fn make_directory(directory: &Path) -> io::Result<()> {
    if directory.is_dir() {
        return Ok(());
    }
    step("make directory")?;
    let absent: Vec<&Path> = directory.ancestors().take_while(|path| !path.exists()).collect();
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)?;
    for parent in absent.iter().filter_map(|path| path.parent()) {
        sync_directory(if parent.as_os_str().is_empty() { Path::new(".") } else { parent })?;
    }
    Ok(())
}

/// A new file that no other writer has, in this process or another.
fn create_beside(directory: &Path) -> io::Result<(File, PathBuf)> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    step("create")?;
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let (start, end) = UNFINISHED;
        let path = directory.join(format!("{start}{}-{number}{end}", std::process::id()));
        match options.open(&path) {
            // Left by a killed process that had our number; the sweep takes it one day.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            opened => return opened.map(|file| (file, path)),
        }
    }
}

fn fill(mut file: &File, content: &[u8]) -> io::Result<()> {
    step("write")?;
    file.write_all(content)?;
    step("sync the file")?;
    file.sync_all()
}

/// Makes what happened in the directory last through a power cut. Not every system and file system can; there the
/// operation itself has to do.
fn sync_directory(directory: &Path) -> io::Result<()> {
    step("sync the directory")?;
    if cfg!(not(unix)) {
        return Ok(());
    }
    unless_impossible(File::open(directory)?.sync_all())
}

pub(super) fn unless_impossible(synced: io::Result<()>) -> io::Result<()> {
    match synced {
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        other => other,
    }
}

/// A point where tests kill the writer or make the file system fail.
#[cfg(not(test))]
#[inline]
const fn step(_name: &'static str) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
use super::tests::step;
