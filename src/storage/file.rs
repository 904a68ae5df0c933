//! A store of plain files: one a record, replaced atomically, readable by their owner only, not encrypted.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{SecureStore, StoreFailure, Stored};

/// First line of a record file; the number is that of the layout.
const MAGIC: &str = "portcullis-record 1";
const EXTENSION: &str = "record";

/// Keeps each record in a file of a directory: for tools and tests, where there is no keychain.
///
/// A record is written beside the old one and renamed over it, so a crash at any point leaves the old or the new. Its
/// checksum tells a damaged file from a record. Several processes may share a directory.
#[derive(Debug)]
pub struct FileStore {
    directory: PathBuf,
}

impl FileStore {
    /// A store in that directory, which is made at the first write if it is absent.
    #[must_use]
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }

    /// The file of a key. The name is a digest, since file systems differ in what names they can hold and tell apart;
    /// the key itself stands in the file.
    fn path(&self, key: &str) -> PathBuf {
        self.directory.join(format!("{}.{EXTENSION}", hex(&Sha256::digest(key.as_bytes())[..16])))
    }

    fn prepare(&self) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.directory)
    }

    /// A new file that no other writer uses.
    fn temporary(&self) -> PathBuf {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        self.directory.join(format!(".{}-{count}.new", std::process::id()))
    }

    fn replace(&self, key: &str, bytes: &[u8]) -> io::Result<()> {
        self.prepare()?;
        let temporary = self.temporary();
        let written = write_new(&temporary, &layout(key, bytes)).and_then(|()| fs::rename(&temporary, self.path(key)));
        if written.is_err() {
            let _ = fs::remove_file(&temporary); // nobody reads it; the failure that counts is reported
        }
        written?;
        sync_directory(&self.directory)
    }
}

impl SecureStore for FileStore {
    fn read(&self, key: &str) -> Result<Stored, StoreFailure> {
        match read_file(&self.path(key)) {
            Ok(content) => Ok(match parse(&content) {
                Some((found, bytes)) if found == key => Stored::Found(bytes.to_vec()),
                _ => Stored::Corrupt("the file is damaged".to_owned()),
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Stored::Absent),
            Err(error) => Err(failed("read", &error)),
        }
    }

    fn write(&self, key: &str, bytes: &[u8]) -> Result<(), StoreFailure> {
        self.replace(key, bytes).map_err(|error| failed("written", &error))
    }

    fn remove(&self, key: &str) -> Result<(), StoreFailure> {
        match fs::remove_file(self.path(key)).and_then(|()| sync_directory(&self.directory)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed("removed", &error)),
            _ => Ok(()),
        }
    }

    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreFailure> {
        let entries = match fs::read_dir(&self.directory) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|error| failed("listed", &error))?,
        };
        let mut keys = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| failed("listed", &error))?.path();
            if path.extension().is_some_and(|extension| extension == EXTENSION) {
                // One that vanished meanwhile or is damaged has no key to tell.
                let content = read_file(&path).unwrap_or_default();
                keys.extend(parse(&content).map(|(key, _)| key.to_owned()).filter(|key| key.starts_with(prefix)));
            }
        }
        Ok(keys)
    }
}

/// The record as a file: the magic line, the key, the checksum of what follows, then the bytes.
fn layout(key: &str, bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut content = Zeroizing::new(Vec::with_capacity(bytes.len() + key.len() + 128));
    let head = format!("{MAGIC}\n{key}\n{}\n", checksum(key, bytes));
    content.extend_from_slice(head.as_bytes());
    content.extend_from_slice(bytes);
    content
}

/// The key and bytes of a file that is whole.
fn parse(content: &[u8]) -> Option<(&str, &[u8])> {
    let mut parts = content.splitn(4, |byte| *byte == b'\n');
    let mut line = || parts.next().and_then(|line| std::str::from_utf8(line).ok());
    let (magic, key, sum) = (line()?, line()?, line()?);
    let bytes = parts.next()?;
    (magic == MAGIC && sum == checksum(key, bytes)).then_some((key, bytes))
}

fn checksum(key: &str, bytes: &[u8]) -> String {
    hex(&Sha256::new().chain_update(key).chain_update(b"\n").chain_update(bytes).finalize())
}

fn hex(bytes: &[u8]) -> String {
    crate::support::hex::lower(bytes)
}

fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

fn read_file(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut content = Zeroizing::new(Vec::new());
    File::open(path)?.read_to_end(&mut content)?;
    Ok(content)
}

/// Makes a rename last through a power cut. Not every system can open a directory; there the rename has to do.
fn sync_directory(directory: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}

fn failed(action: &str, error: &io::Error) -> StoreFailure {
    StoreFailure::Failed(format!("the record could not be {action}: {}", error.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, FileStore) {
        let directory = tempfile::tempdir().unwrap();
        let store = FileStore::new(directory.path().join("made/when/needed"));
        (directory, store)
    }

    #[test]
    fn files_are_for_their_owner_only() {
        let (_directory, store) = store();
        store.write("a/b", b"secret").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&store.path("a/b")), 0o600);
            assert_eq!(mode(&store.directory), 0o700);
        }
    }

    #[test]
    fn a_damaged_file_is_corrupt_and_not_absent() {
        let (_directory, store) = store();
        store.write("k", b"0123456789").unwrap();
        let whole = fs::read(store.path("k")).unwrap();
        for cut in 0..whole.len() {
            fs::write(store.path("k"), &whole[..cut]).unwrap();
            assert!(matches!(store.read("k"), Ok(Stored::Corrupt(_))), "cut at {cut}");
        }
        for flipped in 0..whole.len() {
            let mut bad = whole.clone();
            bad[flipped] ^= 1;
            fs::write(store.path("k"), &bad).unwrap();
            assert!(matches!(store.read("k"), Ok(Stored::Corrupt(_))), "flipped at {flipped}");
        }
        fs::write(store.path("k"), &whole).unwrap();
        assert_eq!(store.read("k"), Ok(Stored::Found(b"0123456789".to_vec())));
    }

    #[test]
    fn a_crash_before_the_rename_leaves_the_old_record() {
        let (_directory, store) = store();
        store.write("k", b"old").unwrap();
        // What a killed writer leaves behind: a part of the new file, never renamed.
        let new = layout("k", b"new");
        for cut in 0..=new.len() {
            fs::write(store.temporary(), &new[..cut]).unwrap();
            assert_eq!(store.read("k"), Ok(Stored::Found(b"old".to_vec())));
        }
        assert_eq!(store.keys(""), Ok(vec!["k".to_owned()]));
        store.write("k", b"new").unwrap();
        assert_eq!(store.read("k"), Ok(Stored::Found(b"new".to_vec())));
    }

    #[test]
    fn what_the_system_refuses_is_a_failure_and_not_absence() {
        let (directory, _) = store();
        let in_the_way = directory.path().join("file");
        fs::write(&in_the_way, b"").unwrap();
        let store = FileStore::new(in_the_way);
        assert!(matches!(store.write("k", b"x"), Err(StoreFailure::Failed(_))));
        assert!(matches!(store.read("k"), Err(StoreFailure::Failed(_))));
    }
}
