//! The data file: nobody else's to read, and of one server at a time.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::open_error::OpenError;

/// The claim on a data file. The system gives it up when the process ends, however it ends.
pub(super) struct DataFile {
    /// Without links: two names of one file are one claim.
    pub path: PathBuf,
    _lock: File,
}

impl DataFile {
    /// Claims the file and makes it if it is missing.
    pub fn claim(path: &Path) -> Result<Self, OpenError> {
        let path = without_links(path)?;
        if path.is_dir() {
            return Err(OpenError::Foreign("it is a folder"));
        }
        // Beside the file, not on it: SQLite has locks of its own there, and closing it would give them up.
        let mut lock_path = path.clone().into_os_string();
        lock_path.push("-lock");
        let lock = open_private(Path::new(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(OpenError::InUse),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        if !path.exists() {
            open_private(&path)?;
        }
        Ok(Self { path, _lock: lock })
    }
}

fn without_links(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let name = path.file_name().ok_or(error)?;
            Ok(fs::canonicalize(folder)?.join(name))
        }
        found => found,
    }
}

/// Opens a file that is only its owner's when it has to be made. SQLite gives its other files the same permissions.
fn open_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        let made = !path.exists();
        let file = options.mode(0o600).open(path)?;
        if made {
            // The umask may have taken the owner's own rights.
            file.set_permissions(fs::Permissions::from_mode(0o600))?;
        }
        Ok(file)
    }
    #[cfg(not(unix))]
    options.open(path)
}
