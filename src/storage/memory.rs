//! A store that lasts as long as the process.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use zeroize::Zeroizing;

use super::{LockOutcome, SecureStore, StoreFailure, Stored};
use crate::support::shown::shows;

/// Keeps records in memory and wipes them when they go: for tests, tools and apps that must leave no trace. Its lock
/// keeps clients of one process apart; a lease never ends by itself.
#[derive(Default)]
pub struct MemoryStore {
    records: Mutex<BTreeMap<String, Zeroizing<Vec<u8>>>>,
    /// The owner of each lock, by name.
    locks: Mutex<BTreeMap<String, String>>,
}
shows!(MemoryStore {});

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn records(&self) -> MutexGuard<'_, BTreeMap<String, Zeroizing<Vec<u8>>>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn locks(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.locks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SecureStore for MemoryStore {
    fn read(&self, key: &str) -> Result<Stored, StoreFailure> {
        Ok(self.records().get(key).map_or(Stored::Absent, |bytes| Stored::Found(bytes.to_vec())))
    }

    fn write(&self, key: &str, bytes: &[u8]) -> Result<(), StoreFailure> {
        self.records().insert(key.to_owned(), Zeroizing::new(bytes.to_vec()));
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<(), StoreFailure> {
        self.records().remove(key);
        Ok(())
    }

    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreFailure> {
        Ok(self.records().keys().filter(|key| key.starts_with(prefix)).cloned().collect())
    }

    fn try_lock(&self, name: &str, owner: &str, _lease: Duration) -> Result<LockOutcome, StoreFailure> {
        let mut locks = self.locks();
        let holder = locks.entry(name.to_owned()).or_insert_with(|| owner.to_owned());
        Ok(if holder == owner { LockOutcome::Held } else { LockOutcome::Busy })
    }

    fn unlock(&self, name: &str, owner: &str) -> Result<(), StoreFailure> {
        let mut locks = self.locks();
        if locks.get(name).is_some_and(|holder| holder == owner) {
            locks.remove(name);
        }
        Ok(())
    }
}
