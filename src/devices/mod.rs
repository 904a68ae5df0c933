//! Remembered devices: made known to the service after a sign-in, and then proved in the place of a second factor.
//! The README beside this file has the life of one.

mod device;
mod records;
mod registration;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::protocol::user_pool::UserPool;
use crate::storage::RecordStore;
use crate::support::random::Random;
use crate::support::shown::shows;

pub use device::AuthDevice;

/// The devices of one client.
pub(crate) struct Devices {
    pool: Arc<UserPool>,
    records: RecordStore,
    random: Arc<dyn Random>,
    /// What the service shows for this device.
    name: Option<String>,
}
shows!(Devices { pool, records });

impl Devices {
    pub fn new(pool: Arc<UserPool>, records: RecordStore, random: Arc<dyn Random>, name: Option<String>) -> Self {
        Self { pool, records, random, name }
    }
}
