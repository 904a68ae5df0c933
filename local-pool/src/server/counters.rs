use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::names;

/// What clients did, for tests that count.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    connections: AtomicU64,
    requests: Mutex<BTreeMap<String, u64>>,
}

impl Counters {
    pub fn add_connection(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    pub fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }

    /// Only what there is, is counted: other names are the client's own, and without end.
    pub fn add_request(&self, operation: &str) {
        if !names::is_served(operation) {
            return;
        }
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        match requests.get_mut(operation) {
            Some(count) => *count += 1,
            None => drop(requests.insert(operation.to_owned(), 1)),
        }
    }

    pub fn requests(&self) -> BTreeMap<String, u64> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn reset(&self) {
        self.connections.store(0, Ordering::Relaxed);
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
