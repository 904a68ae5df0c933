//! Where a session survives the process: the [`SecureStore`] that the platform or the app gives, and the versioned
//! records in it.

mod device_id;
mod device_records;
pub(crate) mod file;
#[cfg(target_vendor = "apple")]
mod keychain;
mod memory;
pub(crate) mod record;
mod vault;

pub use file::FileStore;
#[cfg(target_vendor = "apple")]
pub use keychain::KeychainStore;
pub use memory::MemoryStore;
pub(crate) use vault::{Loaded, Over, Saved, Vault};

/// What reading a key showed. Only [`Stored::Absent`] means that there is nothing: a locked or broken store says
/// nothing about who is signed in.
#[derive(Clone, PartialEq, Eq)]
pub enum Stored {
    /// The bytes, as they were written.
    Found(Vec<u8>),
    /// There is nothing under this key.
    Absent,
    /// The store cannot be read yet, for example before the device's first unlock.
    Locked,
    /// There is something, but it cannot be read; the text says why.
    Corrupt(String),
}

impl std::fmt::Debug for Stored {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Found(bytes) => write!(f, "Found({} bytes)", bytes.len()),
            Self::Absent => f.write_str("Absent"),
            Self::Locked => f.write_str("Locked"),
            Self::Corrupt(why) => write!(f, "Corrupt({why})"),
        }
    }
}

/// A read, write or removal that failed; the text says why and holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreFailure {
    /// The store cannot be used yet, for example before the device's first unlock.
    #[error("the store is locked")]
    Locked,
    /// Anything else.
    #[error("{0}")]
    Failed(String),
}

/// Keeps small secret records (below 64 KiB) under text keys. Implementations encrypt (Keychain, Android Keystore) or
/// are meant for tools and tests.
///
/// Calls come from background threads, one at a time per client, and may block for some seconds at most.
/// Keys are printable ASCII of at most 512 bytes, with `/` between their parts.
pub trait SecureStore: Send + Sync + std::fmt::Debug {
    /// Reads a record.
    ///
    /// # Errors
    /// When the store fails in a way that says nothing about the record.
    fn read(&self, key: &str) -> Result<Stored, StoreFailure>;

    /// Writes a record, in the place of an older one, wholly or not at all: a crash leaves the old or the new bytes.
    ///
    /// # Errors
    /// When the record was not stored.
    fn write(&self, key: &str, bytes: &[u8]) -> Result<(), StoreFailure>;

    /// Removes a record; removing what is absent succeeds.
    ///
    /// # Errors
    /// When the record may still be there.
    fn remove(&self, key: &str) -> Result<(), StoreFailure>;

    /// The keys that start with the prefix, in no order.
    ///
    /// # Errors
    /// When the keys cannot be listed.
    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreFailure>;
}
