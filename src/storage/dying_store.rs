//! A store that dies, for tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{MemoryStore, SecureStore, StoreFailure, Stored};

/// Works for a number of calls, and is dead from then on.
#[derive(Clone, Debug)]
pub(super) struct DyingStore {
    pub store: Arc<MemoryStore>,
    left: Arc<AtomicUsize>,
}

impl DyingStore {
    pub fn new(store: Arc<MemoryStore>, calls: usize) -> Self {
        Self { store, left: Arc::new(AtomicUsize::new(calls)) }
    }

    /// Another store that dies with this one: the calls of both are counted.
    pub fn beside(&self, store: Arc<MemoryStore>) -> Self {
        Self { store, left: self.left.clone() }
    }

    fn live(&self) -> Result<(), StoreFailure> {
        let alive = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        alive.map(drop).map_err(|_| StoreFailure::Failed("killed".to_owned()))
    }
}

impl SecureStore for DyingStore {
    fn read(&self, key: &str) -> Result<Stored, StoreFailure> {
        self.live().and_then(|()| self.store.read(key))
    }

    fn write(&self, key: &str, bytes: &[u8]) -> Result<(), StoreFailure> {
        self.live().and_then(|()| self.store.write(key, bytes))
    }

    fn remove(&self, key: &str) -> Result<(), StoreFailure> {
        self.live().and_then(|()| self.store.remove(key))
    }

    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreFailure> {
        self.live().and_then(|()| self.store.keys(prefix))
    }
}
