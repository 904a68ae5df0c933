//! Locking a name after failed passwords or codes: from the fifth on for 1, 2, 4 … seconds up to 15 minutes (developer
//! guide, "Lockout behavior for failed sign-in attempts").
//!
//! No more tries are judged at once than may fail, so that guessing in parallel gives no guess more; and however many right
//! ones come at once, none is refused.

use rusqlite::Connection;

use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;
use crate::service::Service;
use crate::store::failures::{self, Failures};
use crate::turns::Turn;

const FREE_TRIES: i64 = 5;
const QUIET_MS: i64 = 15 * 60_000;

/// What a try is at. A right password does not take wrong codes back, and nobody who does not have the password can
/// lock codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    Password,
    SecondFactor,
}

/// A try that is being judged. Dropped, it was no guess and does not count.
#[must_use]
pub(crate) struct Try {
    key: String,
    _turn: Turn,
}

/// Begins a try at a name; one at a locked name is refused. As many are judged at once as may fail before the name is
/// locked, and the others wait.
pub(crate) async fn begin(service: &Service, pool: &Pool, of: Of, name: &str) -> Outcome<Option<Try>> {
    if !pool.local.lock_out {
        return Ok(None);
    }
    let key = key(of, name);
    let most = || {
        let before = service.store.read(|db| recent(db, pool, &key, service.now_ms()))?;
        match before {
            Some(failures) if failures.locked_until_ms > service.now_ms() => {
                Err(ServiceError::not_authorized("Password attempts exceeded").because("locked"))
            }
            before => Ok(free_tries(before.map_or(0, |failures| failures.count))),
        }
    };
    let turn = service.turns.take(&format!("{} {key}", pool.id), most).await?;
    Ok(Some(Try { key, _turn: turn }))
}

/// How many tries may fail before the name is locked; when it has been, one at a time.
fn free_tries(failed: i64) -> usize {
    usize::try_from(FREE_TRIES - failed).unwrap_or(0).max(1)
}

/// Counts a try that was a wrong guess.
pub(crate) fn failed(service: &Service, pool: &Pool, attempt: Option<Try>) -> Outcome<()> {
    let Some(attempt) = attempt else { return Ok(()) };
    let now = service.now_ms();
    service.store.write(|db| {
        failures::forget_before(db, now - QUIET_MS)?;
        let count = recent(db, pool, &attempt.key, now)?.map_or(0, |failures| failures.count) + 1;
        let locked_ms = match count - FREE_TRIES {
            past @ 0..=20 => (1_000_i64 << past).min(QUIET_MS),
            past if past > 20 => QUIET_MS,
            _ => 0,
        };
        let counted = Failures { count, last_ms: now, locked_until_ms: now + locked_ms };
        failures::put(db, &pool.id, &attempt.key, &counted)
    })
}

fn recent(db: &Connection, pool: &Pool, key: &str, now_ms: i64) -> Outcome<Option<Failures>> {
    Ok(failures::find(db, &pool.id, key)?.filter(|failures| now_ms - failures.last_ms < QUIET_MS))
}

/// Forgets failures after a success.
pub(crate) fn reset(service: &Service, pool: &Pool, of: Of, name: &str) -> Outcome<()> {
    if !pool.local.lock_out {
        return Ok(());
    }
    // There are seldom any, and looking is cheaper than a transaction.
    match service.store.read(|db| failures::find(db, &pool.id, &key(of, name)))? {
        Some(_) => service.store.write(|db| forget(db, pool, of, name)),
        None => Ok(()),
    }
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
