//! Locking a name after failed passwords or codes: from the fifth on for 1, 2, 4 … seconds up to 15 minutes (developer
//! guide, "Lockout behavior for failed sign-in attempts").
//!
//! A try counts before it is judged and is taken back if it was right, so that tries at once are no more than others.

use rusqlite::Connection;

use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;
use crate::service::Service;
use crate::store::failures::{self, Failures};

const FREE_TRIES: i64 = 5;
const QUIET_MS: i64 = 15 * 60_000;

/// What a try is at. A right password does not take wrong codes back, and nobody who does not have the password can
/// lock codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    Password,
    SecondFactor,
}

/// A try that counts as failed until it is taken back.
#[must_use]
pub(crate) struct Try {
    key: String,
    before: Option<Failures>,
    count: i64,
}

/// Counts a try at a name; one at a locked name is refused and does not count.
pub(crate) fn begin(service: &Service, pool: &Pool, of: Of, name: &str) -> Outcome<Option<Try>> {
    if !pool.local.lock_out {
        return Ok(None);
    }
    let (now, key) = (service.now_ms(), key(of, name));
    service.store.write(|db| {
        failures::forget_before(db, now - QUIET_MS)?;
        let before = failures::find(db, &pool.id, &key)?.filter(|failures| now - failures.last_ms < QUIET_MS);
        if before.as_ref().is_some_and(|failures| failures.locked_until_ms > now) {
            return Err(ServiceError::not_authorized("Password attempts exceeded").because("locked"));
        }
        let count = before.as_ref().map_or(0, |failures| failures.count) + 1;
        let locked_ms = match count - FREE_TRIES {
            past @ 0..=20 => (1_000_i64 << past).min(QUIET_MS),
            past if past > 20 => QUIET_MS,
            _ => 0,
        };
        let counted = Failures { count, last_ms: now, locked_until_ms: now + locked_ms };
        failures::put(db, &pool.id, &key, &counted)?;
        Ok(Some(Try { key, before, count }))
    })
}

/// The try was no guess: it does not count. Those that were made meanwhile do.
pub(crate) fn take_back(service: &Service, pool: &Pool, attempt: Option<Try>) -> Outcome<()> {
    let Some(Try { key, before, count }) = attempt else { return Ok(()) };
    service.store.write(|db| {
        let Some(now) = failures::find(db, &pool.id, &key)? else { return Ok(()) };
        let left = if now.count == count { before } else { Some(Failures { count: now.count - 1, ..now }) };
        match left.filter(|left| left.count > 0) {
            Some(left) => failures::put(db, &pool.id, &key, &left),
            None => failures::delete(db, &pool.id, &key),
        }
    })
}

/// Forgets failures after a success.
pub(crate) fn reset(service: &Service, pool: &Pool, of: Of, name: &str) -> Outcome<()> {
    if !pool.local.lock_out {
        return Ok(());
    }
    service.store.write(|db| forget(db, pool, of, name))
}

/// As [`reset`], within a transaction.
pub(crate) fn forget(db: &Connection, pool: &Pool, of: Of, name: &str) -> Outcome<()> {
    failures::delete(db, &pool.id, &key(of, name))
}

/// No kind has a blank in it: whatever is typed, it counts for its own kind.
fn key(of: Of, name: &str) -> String {
    let kind = match of {
        Of::Password => "password",
        Of::SecondFactor => "code",
    };
    format!("{kind} {name}")
}
