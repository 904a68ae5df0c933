//! The store that the processes share, with its lock and its faults.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use portcullis::{LockOutcome, StoreFailure, Stored};
use serde_json::Value;

use super::pace::Pace;
use super::world::{Moment, World};

/// How the store is at present.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StoreFault {
    #[default]
    Well,
    Locked,
    ReadOnly,
    /// So many calls go well, and so many fail then.
    Fails {
        after: u32,
        calls: u32,
    },
    /// All of them fail.
    Broken,
}

#[derive(Debug)]
pub struct Disk {
    pub pace: Arc<Pace>,
    pub world: Arc<World>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub struct State {
    pub records: BTreeMap<String, Vec<u8>>,
    locks: BTreeMap<String, Lock>,
    fault: StoreFault,
    /// Until when somebody else has the lock, in the history's milliseconds.
    busy_until: i64,
    /// Counts what failed or was refused.
    pub faults: u64,
    pub calls: u64,
    /// Every refresh token that was ever written.
    pub kept: BTreeSet<String>,
}

#[derive(Debug)]
struct Lock {
    owner: String,
    /// Through which gate the owner came.
    gate: u64,
    /// The end of the lease.
    until: i64,
}

impl Disk {
    pub fn new(pace: Arc<Pace>, world: Arc<World>) -> Self {
        Self { pace, world, state: Mutex::default() }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn be(&self, fault: StoreFault) {
        self.state().fault = fault;
    }

    pub fn keep_busy(&self, milliseconds: i64) {
        self.state().busy_until = self.world.elapsed() + milliseconds;
    }

    pub fn free_of(&self, gate: u64) {
        self.state().locks.retain(|_, lock| lock.gate != gate);
    }

    /// Whether the store does what it is asked.
    pub fn is_well(&self) -> bool {
        let state = self.state();
        state.fault == StoreFault::Well && state.busy_until <= self.world.elapsed()
    }

    /// What the accounts' record says: who is the current one, and who is listed.
    pub fn accounts(&self) -> (Option<String>, Vec<String>) {
        let accounts = self.find(|key| key.ends_with("/accounts"));
        let Some(accounts) = accounts else { return (None, Vec::new()) };
        let listed = accounts["accounts"].as_array().into_iter().flatten();
        let listed = listed.map(|entry| entry["username"].as_str().unwrap().to_owned()).collect();
        (accounts["current"].as_str().map(str::to_owned), listed)
    }

    /// A user's session record.
    pub fn session(&self, username: &str) -> Option<Value> {
        self.find(|key| key.ends_with(&format!("account/{username}/session")))
    }

    /// The users of whom there are records, devices apart.
    pub fn owners(&self) -> Vec<(String, String)> {
        let state = self.state();
        let owner = |key: &String| {
            let (_, rest) = key.split_once("/account/")?;
            Some((rest.split('/').next()?.to_owned(), key.clone()))
        };
        state.records.keys().filter_map(owner).collect()
    }

    fn find(&self, is_it: impl Fn(&str) -> bool) -> Option<Value> {
        let state = self.state();
        let (_, bytes) = state.records.iter().find(|(key, _)| is_it(key))?;
        serde_json::from_slice(bytes).ok()
    }
}

impl State {
    /// Whether a call may go ahead.
    pub fn admit(&mut self, writes: bool) -> Result<(), StoreFailure> {
        self.calls += 1;
        let failed = || StoreFailure::Failed("a fault of the model".to_owned());
        let outcome = match &mut self.fault {
            StoreFault::Well => Ok(()),
            StoreFault::Locked => Err(StoreFailure::Locked),
            StoreFault::ReadOnly if writes => Err(failed()),
            StoreFault::ReadOnly => Ok(()),
            StoreFault::Broken => Err(failed()),
            StoreFault::Fails { after, .. } if *after > 0 => {
                *after -= 1;
                Ok(())
            }
            StoreFault::Fails { calls, .. } => {
                *calls -= 1;
                Err(failed())
            }
        };
        if let StoreFault::Fails { calls: 0, .. } = self.fault {
            self.fault = StoreFault::Well;
        }
        self.faults += u64::from(outcome.is_err());
        outcome
    }

    pub fn read(&self, key: &str) -> Stored {
        self.records.get(key).map_or(Stored::Absent, |bytes| Stored::Found(bytes.clone()))
    }

    pub fn write(&mut self, key: &str, bytes: &[u8]) {
        if let Ok(record) = serde_json::from_slice::<Value>(bytes)
            && let Some(token) = record["refresh_token"].as_str()
        {
            self.kept.insert(token.to_owned());
        }
        self.records.insert(key.to_owned(), bytes.to_vec());
    }

    pub fn try_lock(&mut self, name: &str, owner: &str, gate: u64, now: Moment, lease: i64) -> LockOutcome {
        if self.busy_until > now.elapsed {
            self.faults += 1;
            return LockOutcome::Busy;
        }
        let lock = Lock { owner: owner.to_owned(), gate, until: now.awake + lease };
        match self.locks.get(name) {
            Some(held) if held.owner != owner && held.until > now.awake => LockOutcome::Busy,
            _ => {
                self.locks.insert(name.to_owned(), lock);
                LockOutcome::Held
            }
        }
    }

    pub fn unlock(&mut self, name: &str, owner: &str) {
        if self.locks.get(name).is_some_and(|held| held.owner == owner) {
            self.locks.remove(name);
        }
    }
}
