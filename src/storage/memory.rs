//! A store that lasts as long as the process.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use super::{SecureStore, StoreFailure, Stored};

/// Keeps records in memory and wipes them when they go: for tests, tools and apps that must leave no trace.
#[derive(Default)]
pub struct MemoryStore {
    records: Mutex<BTreeMap<String, Zeroizing<Vec<u8>>>>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn records(&self) -> MutexGuard<'_, BTreeMap<String, Zeroizing<Vec<u8>>>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MemoryStore({} records)", self.records().len())
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
}
