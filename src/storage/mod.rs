//! Where a session survives the process: the [`SecureStore`] that the platform or the app gives, and the versioned
//! records in it.

mod accounts;
#[cfg(test)]
mod accounts_tests;
mod device_id;
mod device_records;
#[cfg(test)]
mod dying_store;
mod exclusive;
pub(crate) mod file;
mod identities;
pub(crate) mod identity_record;
#[cfg(target_vendor = "apple")]
mod keychain;
mod lock_state;
mod memory;
mod moving;
#[cfg(test)]
mod protocol;
pub(crate) mod record;
mod record_store;
mod records;
mod sweep;
#[cfg(any(test, target_vendor = "apple"))]
mod ticket_lock;
pub(crate) mod web_sign_in;
mod whose;

pub use accounts::ExistingSession;
pub(crate) use accounts::{Begun, Index, Loaded, Renewed, SignedOut, SignedOutAccount};
pub(crate) use exclusive::{Hold, LOCK_LIMIT};
pub use file::FileStore;
pub(crate) use identities::IdentityOwner;
#[cfg(target_vendor = "apple")]
pub use keychain::KeychainStore;
pub use memory::MemoryStore;
pub use moving::MovingStore;
pub(crate) use record_store::RecordStore;
pub(crate) use records::Records;
pub(crate) use whose::{Until, Who, Whose};

use crate::support::shown::shows;

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
shows!(
    enum Stored {
        Found {},
        Absent,
        Locked,
        Corrupt(why),
    }
);

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

/// What asking for a store's exclusive lock came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum LockOutcome {
    /// The lock is the owner's until it is given back or the lease is over.
    Held,
    /// Another owner has it.
    Busy,
    /// This store has no lock. It must then be used by one process at a time.
    Unsupported,
}

/// Keeps small secret records (below 64 KiB) under text keys. Implementations encrypt (Keychain, Android Keystore) or
/// are meant for tools and tests.
///
/// Calls come from background threads, one at a time per client, and may block for some seconds at most.
/// Keys are printable ASCII of at most 512 bytes, with `/` between their parts.
///
/// **A return means durable.** What `write` stored and `remove` removed must outlive a crash that follows the return: a
/// store that writes later (Android's `SharedPreferences.apply`) undoes sign-outs.
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

    /// Tries to take the exclusive lock of that name (the form of a key) for the owner, a text that no other owner has,
    /// and returns at once. While one owner has it, every other one, of this process or another, gets
    /// [`LockOutcome::Busy`]. The lock ends when the owner gives it back, when its process ends, and, for stores that
    /// cannot see that, when the lease is over.
    ///
    /// Processes that share a store need it: without, both may spend the same refresh token, and a service that rotates
    /// them ends the session. The default has none.
    ///
    /// # Errors
    /// When the store cannot say.
    fn try_lock(&self, name: &str, owner: &str, lease: std::time::Duration) -> Result<LockOutcome, StoreFailure> {
        let _ = (name, owner, lease);
        Ok(LockOutcome::Unsupported)
    }

    /// Gives the lock back; giving back what the owner does not have does nothing.
    ///
    /// # Errors
    /// When the lock may still be held.
    fn unlock(&self, name: &str, owner: &str) -> Result<(), StoreFailure> {
        let _ = (name, owner);
        Ok(())
    }
}

/// A shared store is a store.
impl<S: SecureStore + ?Sized> SecureStore for std::sync::Arc<S> {
    fn read(&self, key: &str) -> Result<Stored, StoreFailure> {
        (**self).read(key)
    }

    fn write(&self, key: &str, bytes: &[u8]) -> Result<(), StoreFailure> {
        (**self).write(key, bytes)
    }

    fn remove(&self, key: &str) -> Result<(), StoreFailure> {
        (**self).remove(key)
    }

    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreFailure> {
        (**self).keys(prefix)
    }

    fn try_lock(&self, name: &str, owner: &str, lease: std::time::Duration) -> Result<LockOutcome, StoreFailure> {
        (**self).try_lock(name, owner, lease)
    }

    fn unlock(&self, name: &str, owner: &str) -> Result<(), StoreFailure> {
        (**self).unlock(name, owner)
    }
}
