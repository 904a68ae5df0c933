//! Locking a name after failed passwords: from the fifth on for 1, 2, 4 … seconds up to 15 minutes (developer guide,
//! "Lockout behavior for failed sign-in attempts").

use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;
use crate::service::Service;
use crate::store::failures::{self, Failures};

const FREE_TRIES: i64 = 5;
const QUIET_MS: i64 = 15 * 60_000;

/// Refuses a name that is locked. Such a try does not count.
pub(crate) fn check(service: &Service, pool: &Pool, name: &str) -> Outcome<()> {
    if !pool.local.lock_out {
        return Ok(());
    }
    let now = service.now_ms();
    let failures = service.store.read(|db| failures::find(db, &pool.id, name))?;
    match failures {
        Some(failures) if failures.locked_until_ms > now => {
            Err(ServiceError::not_authorized("Password attempts exceeded"))
        }
        _ => Ok(()),
    }
}

/// Counts a failure.
pub(crate) fn count(service: &Service, pool: &Pool, name: &str) -> Outcome<()> {
    if !pool.local.lock_out {
        return Ok(());
    }
    let now = service.now_ms();
    service.store.write(|db| {
        let before = failures::find(db, &pool.id, name)?.filter(|failures| now - failures.last_ms < QUIET_MS);
        let count = before.map_or(0, |failures| failures.count) + 1;
        let locked_ms = match count - FREE_TRIES {
            past @ 0..=20 => (1_000_i64 << past).min(QUIET_MS),
            past if past > 20 => QUIET_MS,
            _ => 0,
        };
        failures::put(db, &pool.id, name, &Failures { count, last_ms: now, locked_until_ms: now + locked_ms })
    })
}

/// Forgets failures after a success.
pub(crate) fn reset(service: &Service, pool: &Pool, name: &str) -> Outcome<()> {
    if !pool.local.lock_out {
        return Ok(());
    }
    service.store.write(|db| failures::delete(db, &pool.id, name))
}
