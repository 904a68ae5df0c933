//! A process' way to the store and the network. Where the process is killed it closes: what goes through it from then on
//! has no effect.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use portcullis::{LockOutcome, SecureStore, StoreFailure, Stored};

use super::disk::{Disk, State};
use super::sabotage::Sabotage;

/// Where a process is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fuse {
    /// Before the store call that comes after so many.
    BeforeStoreCall(u32),
    /// After it had its effect, before its caller knows.
    AfterStoreCall(u32),
    /// When the service has acted on the request that comes after so many, before its answer is there.
    AtAnswer(u32),
}

#[derive(Debug)]
pub struct Gate {
    pub number: u64,
    pub process: usize,
    pub disk: Arc<Disk>,
    pub sabotage: Sabotage,
    /// How the wall clock was set when the process began.
    pub skew: i64,
    /// How often it had been set by then.
    settings: u64,
    was_late: AtomicBool,
    is_open: AtomicBool,
    fuse: Mutex<Option<Fuse>>,
    /// Writes that are not durable yet, where that is what is planted.
    held_back: Mutex<Vec<(i64, String, Vec<u8>)>>,
}

impl Gate {
    pub fn new(number: u64, process: usize, disk: Arc<Disk>, sabotage: Sabotage) -> Self {
        let (fuse, held_back) = (Mutex::default(), Mutex::default());
        let (skew, settings) = (disk.world.skew(), disk.world.settings());
        let (is_open, was_late) = (AtomicBool::new(true), AtomicBool::new(false));
        Self { number, process, disk, sabotage, skew, settings, was_late, is_open, fuse, held_back }
    }

    /// Notes an answer that the device slept through: what it says of the time is old.
    pub fn note_late_answer(&self) {
        self.was_late.store(true, Ordering::SeqCst);
    }

    /// Whether the process may be wrong about the time: the wall clock was set since it began, be it back to what it was,
    /// or an answer came late.
    pub fn may_doubt_time(&self) -> bool {
        self.settings != self.disk.world.settings() || self.was_late.load(Ordering::SeqCst)
    }

    pub fn is_open(&self) -> bool {
        self.is_open.load(Ordering::SeqCst)
    }

    pub fn close(&self) {
        self.is_open.store(false, Ordering::SeqCst);
        self.disk.world.note_mishap(2);
        self.disk.free_of(self.number);
    }

    pub fn set_fuse(&self, fuse: Fuse) {
        *self.fuse.lock().unwrap() = Some(fuse);
    }

    pub fn unset_fuse(&self) {
        *self.fuse.lock().unwrap() = None;
    }

    /// Called when the service has acted on a request; whether the process still hears of it.
    pub fn answers(&self) -> bool {
        let mut fuse = self.fuse.lock().unwrap();
        match &mut *fuse {
            Some(Fuse::AtAnswer(0)) => self.close(),
            Some(Fuse::AtAnswer(left)) => *left -= 1,
            _ => {}
        }
        self.is_open()
    }

    fn call<T>(
        &self,
        writes: bool,
        code: impl FnOnce(&mut State) -> Result<T, StoreFailure>,
    ) -> Result<T, StoreFailure> {
        let dead = || StoreFailure::Failed("the process was killed".to_owned());
        self.disk.pace.wait();
        let mut dies = false;
        match &mut *self.fuse.lock().unwrap() {
            Some(Fuse::BeforeStoreCall(0)) => self.close(),
            Some(Fuse::AfterStoreCall(0)) => dies = true,
            Some(Fuse::BeforeStoreCall(left) | Fuse::AfterStoreCall(left)) => *left -= 1,
            _ => {}
        }
        if !self.is_open() {
            return Err(dead());
        }
        let result = {
            let mut state = self.disk.state();
            let admitted = state.admit(writes);
            if admitted.is_err() {
                self.disk.world.note_mishap(1);
            }
            admitted.and_then(|()| {
                let due = self.disk.world.elapsed() - 500;
                self.held_back.lock().unwrap().retain(|(since, key, bytes)| {
                    let stays = *since > due;
                    if !stays {
                        state.write(key, bytes);
                    }
                    stays
                });
                code(&mut state)
            })
        };
        if dies {
            self.close();
            return Err(dead());
        }
        result
    }
}

impl SecureStore for Gate {
    fn read(&self, key: &str) -> Result<Stored, StoreFailure> {
        let held_back = |key: &str| {
            let held_back = self.held_back.lock().unwrap();
            held_back.iter().rfind(|(_, held, _)| held == key).map(|(_, _, bytes)| Stored::Found(bytes.clone()))
        };
        match self.call(false, |state| Ok(held_back(key).unwrap_or_else(|| state.read(key)))) {
            Err(StoreFailure::Locked) => Ok(Stored::Locked),
            other => other,
        }
    }

    fn write(&self, key: &str, bytes: &[u8]) -> Result<(), StoreFailure> {
        self.call(true, |state| {
            if self.sabotage == Sabotage::WritesLater {
                self.held_back.lock().unwrap().push((self.disk.world.elapsed(), key.to_owned(), bytes.to_vec()));
            } else {
                state.write(key, bytes);
            }
            Ok(())
        })
    }

    fn remove(&self, key: &str) -> Result<(), StoreFailure> {
        self.call(true, |state| {
            if self.sabotage != Sabotage::ForgetsToRemove {
                state.records.remove(key);
            }
            Ok(())
        })
    }

    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreFailure> {
        self.call(false, |state| Ok(state.records.keys().filter(|key| key.starts_with(prefix)).cloned().collect()))
    }

    fn try_lock(&self, name: &str, owner: &str, lease: Duration) -> Result<LockOutcome, StoreFailure> {
        let (now, lease) = (self.disk.world.moment(), i64::try_from(lease.as_millis()).unwrap());
        self.call(false, |state| {
            if self.sabotage == Sabotage::LockForEverybody {
                return Ok(LockOutcome::Held);
            }
            Ok(state.try_lock(name, owner, self.number, now, lease))
        })
    }

    fn unlock(&self, name: &str, owner: &str) -> Result<(), StoreFailure> {
        self.call(false, |state| {
            state.unlock(name, owner);
            Ok(())
        })
    }
}
