//! The store's exclusive lock: taken for one transaction, or held while a refresh is on its way.
//!
//! Within a process it is taken once: while a refresh holds it, the transactions of the same client need not wait for
//! the network. They take turns, since the store is called once at a time.

use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::lock_state::Held;
use super::record_store::{RecordStore, Transaction};
use super::records::Records;
use super::{LockOutcome, SecureStore};
use crate::error::{Error, Result};
use crate::support::task::{self, Anything, given};
use crate::support::{deadline, hex};

/// How long an owner keeps the lock at most, where the store cannot see that its process ended: longer than any call
/// holds it.
const LEASE: Duration = Duration::from_secs(60);

/// How long a transaction waits for the lock. Who does not get it changes nothing.
pub(crate) const LOCK_LIMIT: Duration = Duration::from_secs(10);

/// Between two looks whether the lock is free.
const SHORTEST_LOOK: Duration = Duration::from_millis(2);
const LONGEST_LOOK: Duration = Duration::from_millis(50);

/// The lock, held until it is given back. Dropped, it is given back in the background.
#[derive(Debug)]
pub(crate) struct Hold {
    store: Option<RecordStore>,
}

impl Hold {
    /// Gives the lock back.
    pub async fn release(mut self) {
        if let Some(store) = self.store.take() {
            let _ = store.give_back().await; // a lock that cannot be given back ends with its lease or process
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(store) = self.store.take() {
            task::in_background(async move { drop(store.give_back().await) });
        }
    }
}

impl RecordStore {
    /// A transaction under the lock; waits for it no longer than that. A store without a lock runs it as it is.
    pub async fn exclusive<T: Send + 'static>(
        &self,
        limit: Duration,
        code: impl FnOnce(&Records) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        given(self.exclusive_erased(limit, Box::new(|records| Ok(Box::new(code(records)?)))).await?)
    }

    /// The one code for all transactions.
    async fn exclusive_erased(&self, limit: Duration, code: Transaction) -> Result<Anything> {
        let mut code = Some(code);
        let owner = self.owner();
        let end = deadline::at_most(limit);
        loop {
            let (this, owner) = (self.clone(), owner.clone());
            let Some(transaction) = code.take() else { return Err(Error::internal("a transaction ran twice")) };
            let tried = self.run(move |records| Ok(this.try_exclusive(records, &owner, transaction))).await?;
            match tried {
                Ok(result) => return result,
                Err(given_back) => code = Some(given_back),
            }
            self.look_again(end).await?;
        }
    }

    /// Takes the lock and keeps it; waits for it no longer than that.
    pub async fn hold(&self, limit: Duration) -> Result<Hold> {
        let owner = self.owner();
        let end = deadline::at_most(limit);
        loop {
            let (this, owner) = (self.clone(), owner.clone());
            if self.run(move |records| this.try_hold(&*records.store, &records.scope, &owner)).await? {
                return Ok(Hold { store: Some(self.clone()) });
            }
            self.look_again(end).await?;
        }
    }

    /// Runs the transaction, or gives it back if another owner has the lock.
    fn try_exclusive(
        &self,
        records: &Records,
        owner: &str,
        transaction: Transaction,
    ) -> Result<Result<Anything>, Transaction> {
        if self.held().is_some() {
            return Ok(transaction(records));
        }
        match records.store.try_lock(&records.scope, owner, LEASE) {
            Ok(LockOutcome::Held) => {
                let _unlocking = Unlocking { records, owner };
                Ok(transaction(records))
            }
            Ok(LockOutcome::Busy) => Err(transaction),
            Ok(LockOutcome::Unsupported) => Ok(transaction(records)),
            Err(failure) => Ok(Err(failure.into())),
        }
    }

    fn try_hold(&self, store: &dyn SecureStore, scope: &str, owner: &str) -> Result<bool> {
        let mut held = self.held();
        if let Some(held) = held.as_mut() {
            held.holds += 1;
            return Ok(true);
        }
        let outcome = store.try_lock(scope, owner, LEASE)?;
        if outcome != LockOutcome::Busy {
            *held = Some(Held { owner: owner.to_owned(), holds: 1, is_real: outcome == LockOutcome::Held });
        }
        Ok(outcome != LockOutcome::Busy)
    }

    async fn give_back(&self) -> Result<()> {
        let this = self.clone();
        self.run(move |records| {
            let ended = {
                let mut held = this.held();
                if let Some(held) = held.as_mut() {
                    held.holds = held.holds.saturating_sub(1);
                }
                held.take_if(|held| held.holds == 0)
            };
            match ended {
                Some(held) if held.is_real => Ok(records.store.unlock(&records.scope, &held.owner)?),
                _ => Ok(()),
            }
        })
        .await
    }

    /// Waits a little, unless the time is up.
    async fn look_again(&self, end: Instant) -> Result<()> {
        let wait = wait(self.asked.fetch_add(1, Ordering::Relaxed));
        if Instant::now() + wait > end {
            return Err(Error::StorageBusy);
        }
        tokio::time::sleep(wait).await;
        Ok(())
    }

    /// A text that no other owner has, the same for all that this client does: a lock that could not be given back, since
    /// the store failed just then, is still its own.
    fn owner(&self) -> String {
        let drawn = || {
            let mut bytes = [0; 16];
            match self.random.fill(&mut bytes) {
                Ok(()) => hex::lower(&bytes),
                // Without randomness the process and this client's place in it still tell owners apart.
                Err(_unavailable) => format!("{}-{:p}", std::process::id(), Arc::as_ptr(&self.locked)),
            }
        };
        self.locked.owner.get_or_init(drawn).clone()
    }

    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        self.locked.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives the lock back when the transaction ends, by a panic too.
struct Unlocking<'a> {
    records: &'a Records,
    owner: &'a str,
}

impl Drop for Unlocking<'_> {
    fn drop(&mut self) {
        let _ = self.records.store.unlock(&self.records.scope, self.owner); // ends with its lease or process otherwise
    }
}

/// Spread by counting: two processes that wait do not look in step for long.
fn wait(number: u32) -> Duration {
    (SHORTEST_LOOK * (1 + number % 29)).min(LONGEST_LOOK)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::storage::{MemoryStore, StoreFailure, Stored};
    use crate::support::random::SystemRandom;

    fn client(store: Arc<dyn SecureStore>) -> RecordStore {
        RecordStore::new(store, "eu-west-1_Pool", "client", Arc::new(SystemRandom))
    }

    fn is_free(store: &MemoryStore) -> bool {
        let taken = store.try_lock("portcullis/eu-west-1_Pool/client", "somebody else", LEASE);
        store.unlock("portcullis/eu-west-1_Pool/client", "somebody else").unwrap();
        taken == Ok(LockOutcome::Held)
    }

    #[tokio::test]
    async fn a_lock_that_is_held_twice_is_free_when_both_are_given_back() {
        let store = Arc::new(MemoryStore::new());
        let client = client(store.clone());
        let one = client.hold(Duration::ZERO).await.unwrap();
        let two = client.hold(Duration::ZERO).await.unwrap();
        one.release().await;
        assert!(!is_free(&store));
        two.release().await;
        assert!(is_free(&store), "at once, and not some time later");
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_look_is_at_the_end_of_the_time_and_no_later() {
        let client = client(Arc::new(MemoryStore::new()));
        assert_eq!(client.look_again(Instant::now() + SHORTEST_LOOK).await, Ok(()));
        let second = SHORTEST_LOOK * 2;
        let too_late = second.checked_sub(Duration::from_millis(1)).unwrap();
        assert_eq!(client.look_again(Instant::now() + too_late).await, Err(Error::StorageBusy));
    }

    #[test]
    fn those_who_wait_do_not_look_in_step() {
        let waits: Vec<u128> = (0..60).map(|number| wait(number).as_millis()).collect();
        assert_eq!((waits[..3].to_vec(), waits[28], waits[29]), (vec![2, 4, 6], 50, 2));
        assert!(waits.iter().all(|wait| (2..=50).contains(wait)));
    }

    /// Has no lock, and counts those who give one back.
    #[derive(Debug, Default)]
    struct Lockless(AtomicUsize);

    impl SecureStore for Lockless {
        fn read(&self, _key: &str) -> std::result::Result<Stored, StoreFailure> {
            Ok(Stored::Absent)
        }

        fn write(&self, _key: &str, _bytes: &[u8]) -> std::result::Result<(), StoreFailure> {
            Ok(())
        }

        fn remove(&self, _key: &str) -> std::result::Result<(), StoreFailure> {
            Ok(())
        }

        fn keys(&self, _prefix: &str) -> std::result::Result<Vec<String>, StoreFailure> {
            Ok(Vec::new())
        }

        fn unlock(&self, _name: &str, _owner: &str) -> std::result::Result<(), StoreFailure> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_store_without_a_lock_gets_none_back() {
        let store = Arc::new(Lockless::default());
        client(store.clone()).hold(Duration::ZERO).await.unwrap().release().await;
        assert_eq!(store.0.load(Ordering::Relaxed), 0);
    }
}
