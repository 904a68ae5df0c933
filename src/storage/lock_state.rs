//! What a client holds of the store's lock.

use std::sync::{Mutex, OnceLock};

/// What this process holds. Changed only while the store is being called, so by one at a time.
#[derive(Debug, Default)]
pub(super) struct Locked {
    pub held: Mutex<Option<Held>>,
    /// Whom the store knows this client as.
    pub owner: OnceLock<String>,
}

#[derive(Debug)]
pub(super) struct Held {
    pub owner: String,
    /// How many holds there are.
    pub holds: u32,
    /// A store without a lock is held by whoever asks.
    pub is_real: bool,
}
