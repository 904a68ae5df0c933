//! A lock made of records, for stores whose platform has none but keeps records of several processes in one order (the
//! Apple keychain): whoever wants the lock writes a ticket and then looks who else has one.
//!
//! Both of two contenders write before they look, so at least one of them sees the other and steps back: never both hold
//! it. Both may step back; they look again after waits that differ. A ticket says when its lease ends, so that one of a
//! killed process does not last.

use std::time::{Duration, SystemTime};

use super::{LockOutcome, SecureStore, StoreFailure};
use crate::support::clock::unix_milliseconds;

/// What the keys of tickets begin with; no record of a client does.
const TICKETS: &str = "lock/";

/// Tries to take the lock: a ticket of nobody else may be there.
pub(super) fn try_lock(
    store: &dyn SecureStore,
    now: SystemTime,
    name: &str,
    owner: &str,
    lease: Duration,
) -> Result<LockOutcome, StoreFailure> {
    let prefix = format!("{TICKETS}{name}/");
    let ticket = format!("{prefix}{owner}/{}", unix_milliseconds(now) + lease.as_millis());
    if is_taken(store, &prefix, owner, now)? {
        return Ok(LockOutcome::Busy);
    }
    store.write(&ticket, b"")?;
    match is_taken(store, &prefix, owner, now) {
        Ok(false) => Ok(LockOutcome::Held),
        taken => {
            store.remove(&ticket)?;
            taken.map(|_| LockOutcome::Busy)
        }
    }
}

/// Removes the owner's tickets.
pub(super) fn unlock(store: &dyn SecureStore, name: &str, owner: &str) -> Result<(), StoreFailure> {
    let mine = store.keys(&format!("{TICKETS}{name}/{owner}/"))?;
    mine.iter().try_for_each(|ticket| store.remove(ticket))
}

/// Whether somebody else has a ticket that is still good. Others are removed.
fn is_taken(store: &dyn SecureStore, prefix: &str, owner: &str, now: SystemTime) -> Result<bool, StoreFailure> {
    let mut taken = false;
    for ticket in store.keys(prefix)? {
        let Some((other, end)) = ticket.strip_prefix(prefix).and_then(|rest| rest.split_once('/')) else { continue };
        if other == owner {
            continue;
        }
        match end.parse::<u128>() {
            Ok(end) if end > unix_milliseconds(now) => taken = true,
            _ => store.remove(&ticket)?,
        }
    }
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::storage::MemoryStore;
    use crate::support::clock::from_unix_seconds;

    const LEASE: Duration = Duration::from_secs(60);

    fn at(seconds: i64) -> SystemTime {
        from_unix_seconds(1_767_603_787 + seconds)
    }

    #[test]
    fn one_owner_at_a_time_until_it_gives_back_or_its_lease_ends() {
        let store = MemoryStore::new();
        let lock = |owner, now| try_lock(&store, now, "portcullis/a", owner, LEASE);
        assert_eq!(lock("one", at(0)), Ok(LockOutcome::Held));
        assert_eq!(lock("two", at(59)), Ok(LockOutcome::Busy));
        assert_eq!(try_lock(&store, at(0), "portcullis/b", "two", LEASE), Ok(LockOutcome::Held));
        unlock(&store, "portcullis/a", "two").unwrap(); // not theirs
        assert_eq!(lock("two", at(59)), Ok(LockOutcome::Busy));
        unlock(&store, "portcullis/a", "one").unwrap();
        assert_eq!(lock("two", at(59)), Ok(LockOutcome::Held));
        assert_eq!(lock("three", at(118)), Ok(LockOutcome::Busy));
        assert_eq!(lock("three", at(119)), Ok(LockOutcome::Held), "a lease is over when it ends");
        unlock(&store, "portcullis/a", "three").unwrap();
        unlock(&store, "portcullis/b", "two").unwrap();
        assert_eq!(store.keys("").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn threads_never_hold_it_together() {
        let (store, inside) = (MemoryStore::new(), AtomicU32::new(0));
        std::thread::scope(|scope| {
            for thread in 0..4_u32 {
                let (store, inside) = (&store, &inside);
                scope.spawn(move || {
                    let mut held = 0;
                    for round in 0..2_000 {
                        let owner = format!("{thread}-{round}");
                        if try_lock(store, at(0), "a", &owner, LEASE) == Ok(LockOutcome::Held) {
                            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                            held += 1;
                            inside.fetch_sub(1, Ordering::SeqCst);
                            unlock(store, "a", &owner).unwrap();
                        }
                    }
                    held
                });
            }
        });
    }
}
