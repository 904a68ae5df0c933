//! A store that fails, is locked or is slow on demand.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use portcullis::{LockOutcome, MemoryStore, SecureStore, StoreFailure, Stored};

/// A memory store that can be locked, broken or slow, and that notes what is asked of it.
#[derive(Debug, Default)]
pub struct Store {
    pub inner: MemoryStore,
    pub fault: Mutex<StoreFault>,
    pub removed: Mutex<Vec<String>>,
    pub writes: AtomicU64,
    /// Has no lock, as an app's own store may be.
    pub is_lockless: AtomicBool,
    /// Keys with this in them are in a fault of their own.
    own_fault: Mutex<Option<(String, StoreFault)>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StoreFault {
    #[default]
    Well,
    Locked,
    Failing,
    /// Reads work, writes and removals fail.
    ReadOnly,
    /// Every call takes this long.
    Slow(Duration),
    /// Every call takes this long and then fails.
    SlowlyFailing(Duration),
}

impl Store {
    pub fn be(&self, fault: StoreFault) {
        *self.fault.lock().unwrap() = fault;
    }

    /// Only the records whose keys have this in them.
    pub fn only(&self, part: &str, fault: StoreFault) {
        *self.own_fault.lock().unwrap() = Some((part.to_owned(), fault));
    }

    fn check_key(&self, key: &str, writing: bool) -> Result<(), StoreFailure> {
        let own = self.own_fault.lock().unwrap().clone().filter(|(part, _)| key.contains(part));
        Self::feel(own.map_or(*self.fault.lock().unwrap(), |(_, fault)| fault), writing)
    }

    fn feel(fault: StoreFault, writing: bool) -> Result<(), StoreFailure> {
        match fault {
            StoreFault::Well => Ok(()),
            StoreFault::Locked => Err(StoreFailure::Locked),
            StoreFault::Failing => Err(StoreFailure::Failed("scripted".to_owned())),
            StoreFault::ReadOnly if writing => Err(StoreFailure::Failed("scripted".to_owned())),
            StoreFault::ReadOnly => Ok(()),
            StoreFault::Slow(time) => {
                std::thread::sleep(time); // a key store that blocks
                Ok(())
            }
            StoreFault::SlowlyFailing(time) => {
                std::thread::sleep(time);
                Err(StoreFailure::Failed("scripted".to_owned()))
            }
        }
    }
}

impl SecureStore for Store {
    fn read(&self, key: &str) -> Result<Stored, StoreFailure> {
        match self.check_key(key, false) {
            Err(StoreFailure::Locked) => Ok(Stored::Locked),
            Err(failed) => Err(failed),
            Ok(()) => self.inner.read(key),
        }
    }

    fn write(&self, key: &str, bytes: &[u8]) -> Result<(), StoreFailure> {
        self.check_key(key, true)?;
        self.writes.fetch_add(1, Ordering::SeqCst);
        self.inner.write(key, bytes)
    }

    fn remove(&self, key: &str) -> Result<(), StoreFailure> {
        self.removed.lock().unwrap().push(key.to_owned());
        self.check_key(key, true)?;
        self.inner.remove(key)
    }

    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreFailure> {
        self.check_key("", false)?;
        self.inner.keys(prefix)
    }

    fn try_lock(&self, name: &str, owner: &str, lease: Duration) -> Result<LockOutcome, StoreFailure> {
        self.check_key("", false)?;
        if self.is_lockless.load(Ordering::SeqCst) {
            return Ok(LockOutcome::Unsupported);
        }
        self.inner.try_lock(name, owner, lease)
    }

    /// Never fails, as the lock of a file never does.
    fn unlock(&self, name: &str, owner: &str) -> Result<(), StoreFailure> {
        self.inner.unlock(name, owner)
    }
}
