//! Replacing a file so that a crash at any point leaves the old one or the new one: write beside it, make that last,
//! rename over it, make the rename last.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Beginning and end of the names of files that are not finished.
const UNFINISHED: (&str, &str) = (".", ".new");
/// Writing takes milliseconds; who has not finished after this time has been killed.
const ABANDONED_AFTER: Duration = Duration::from_secs(60 * 60);

/// Numbers the unfinished files of this process.
pub(super) static NUMBER: AtomicU64 = AtomicU64::new(0);

/// Replaces or creates the file in the directory, which is made if it is absent.
pub(super) fn replace(directory: &Path, target: &Path, content: &[u8]) -> io::Result<()> {
    make_directory(directory)?;
    let (file, unfinished) = create_beside(directory)?;
    let renamed = fill(file, content).and_then(|()| {
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

/// Removes what killed writers left behind: unfinished files much older than that file, which was just written. The
/// file system's own times are compared, so a wrong clock harms nothing. A failure leaves rubbish, nothing else.
pub(super) fn sweep(directory: &Path, just_written: &Path) {
    let Ok(now) = fs::metadata(just_written).and_then(|metadata| metadata.modified()) else { return };
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|modified| now.duration_since(modified).ok());
        if is_unfinished(&entry.file_name()) && age.is_some_and(|age| age > ABANDONED_AFTER) {
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

fn fill(mut file: File, content: &[u8]) -> io::Result<()> {
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
    match File::open(directory)?.sync_all() {
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
