//! The secure store as Swift and Kotlin implement it.

use std::sync::Arc;
use std::time::Duration;

use crate::storage::{self, LockOutcome, StoreFailure, Stored};
use crate::support::shown::shows;

/// What reading a key showed. Only `absent` means that there is nothing.
#[derive(Clone, uniffi::Enum)]
pub enum StoredValue {
    /// The bytes, as they were written.
    Found {
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// There is nothing under this key.
    Absent,
    /// The store cannot be read yet, for example before the device's first unlock.
    Locked,
    /// There is something, but it cannot be read.
    Corrupt {
        /// Why; no secret.
        detail: String,
    },
}
shows!(enum StoredValue { Found {}, Absent, Locked, Corrupt { detail } });

/// A read, write or removal that failed.
#[derive(Clone, Debug, thiserror::Error, uniffi::Error)]
pub enum StoreError {
    /// The store cannot be used yet, for example before the device's first unlock.
    #[error("the store is locked")]
    Locked,
    /// Anything else.
    #[error("{detail}")]
    Failed {
        /// Why; no secret.
        detail: String,
    },
}

/// An exception that the implementation did not declare. Its text is dropped: it can hold a stack trace.
impl From<uniffi::UnexpectedUniFFICallbackError> for StoreError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed { detail: "the store threw something unexpected".to_owned() }
    }
}

/// Says that the store did what it was asked for. A callback that never ran leaves zeros behind, which the bridge would
/// take for a `()`; for this they are no value, so that the call has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum CoreStoreDone {
    /// It is done.
    Done,
}

/// The store that the facades hand to the core: their own `SecureStore`, whose documentation it has, with an
/// acknowledgement from every call.
#[uniffi::export(foreign)]
pub trait CoreStore: Send + Sync {
    /// Reads a record.
    fn read(&self, key: String) -> Result<StoredValue, StoreError>;

    /// Writes a record in the place of an older one, wholly or not at all.
    fn write(&self, key: String, bytes: Vec<u8>) -> Result<CoreStoreDone, StoreError>;

    /// Removes a record; removing what is absent succeeds.
    fn remove(&self, key: String) -> Result<CoreStoreDone, StoreError>;

    /// The keys that start with the prefix, in no order.
    fn keys(&self, prefix: String) -> Result<Vec<String>, StoreError>;

    /// Tries to take the exclusive lock of that name for the owner, a text that no other owner has, and returns at once.
    /// While one owner has it, every other one, of this process or another, gets `busy`. The lock ends when the owner gives
    /// it back, when its process ends, and, for stores that cannot see that, when the lease is over.
    fn try_lock(&self, name: String, owner: String, lease: Duration) -> Result<LockOutcome, StoreError>;

    /// Gives the lock back; giving back what the owner does not have does nothing.
    fn unlock(&self, name: String, owner: String) -> Result<CoreStoreDone, StoreError>;
}

/// A foreign store as the core sees it.
pub(super) struct Bridged(pub Arc<dyn CoreStore>);
shows!(Bridged {});

impl storage::SecureStore for Bridged {
    fn read(&self, key: &str) -> Result<Stored, StoreFailure> {
        Ok(match self.0.read(key.to_owned())? {
            StoredValue::Found { bytes } => Stored::Found(bytes),
            StoredValue::Absent => Stored::Absent,
            StoredValue::Locked => Stored::Locked,
            StoredValue::Corrupt { detail } => Stored::Corrupt(detail),
        })
    }

    fn write(&self, key: &str, bytes: &[u8]) -> Result<(), StoreFailure> {
        let CoreStoreDone::Done = self.0.write(key.to_owned(), bytes.to_vec())?;
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<(), StoreFailure> {
        let CoreStoreDone::Done = self.0.remove(key.to_owned())?;
        Ok(())
    }

    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreFailure> {
        Ok(self.0.keys(prefix.to_owned())?)
    }

    fn try_lock(&self, name: &str, owner: &str, lease: Duration) -> Result<LockOutcome, StoreFailure> {
        Ok(self.0.try_lock(name.to_owned(), owner.to_owned(), lease)?)
    }

    fn unlock(&self, name: &str, owner: &str) -> Result<(), StoreFailure> {
        let CoreStoreDone::Done = self.0.unlock(name.to_owned(), owner.to_owned())?;
        Ok(())
    }
}

impl From<StoreError> for StoreFailure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Locked => Self::Locked,
            StoreError::Failed { detail } => Self::Failed(detail),
        }
    }
}

/// The stores that the core brings along.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum BuiltInStorage {
    /// In memory: the session ends with the process.
    Memory,
    /// One file a record, readable by its owner only, not encrypted: for tools and tests.
    File {
        /// The directory; made if it is absent.
        directory: String,
    },
    /// The Apple keychain (data protection keychain, readable after the first unlock, not leaving this device).
    /// On other systems the client's constructor refuses it.
    Keychain {
        /// The access group that apps and extensions share; absent: the app's own.
        access_group: Option<String>,
        /// The access group that an earlier release of the app used; absent: the app's own. If it is another than the
        /// present one, its items move, each when it is first read.
        previous_access_group: Option<String>,
    },
}
shows!(
    enum BuiltInStorage {
        Memory,
        File {},
        Keychain {},
    }
);

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use uniffi::{LiftReturn, RustBuffer, RustCallStatus};

    use super::super::credentials::FederatedTokenError;
    use super::super::device_facts::DeviceFactsError;
    use super::*;
    use crate::UniFfiTag;
    use crate::credentials::FederatedToken;

    /// What the core sees of a callback that never ran: no error, and nothing that was written.
    fn from_zeros<T: LiftReturn<UniFfiTag, ReturnType = RustBuffer>>() -> T {
        T::lift_foreign_return(RustBuffer::default(), RustCallStatus::default())
    }

    #[test]
    fn a_callback_that_never_ran_has_failed() {
        assert!(from_zeros::<Result<StoredValue, StoreError>>().is_err());
        assert!(from_zeros::<Result<CoreStoreDone, StoreError>>().is_err());
        assert!(from_zeros::<Result<Vec<String>, StoreError>>().is_err());
        assert!(from_zeros::<Result<LockOutcome, StoreError>>().is_err());
        assert!(from_zeros::<Result<HashMap<String, String>, DeviceFactsError>>().is_err());
        assert!(from_zeros::<Result<FederatedToken, FederatedTokenError>>().is_err());
    }
}
