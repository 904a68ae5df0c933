//! Checking codes that were sent, with their limits.

use rusqlite::Connection;

use super::User;
use crate::crypto::same_secret;
use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;
use crate::service::Service;
use crate::store::codes::{self, SentCode};

pub(crate) const SIGN_UP: &str = "signup";
pub(crate) const FORGOT: &str = "forgot";

pub(crate) const SIGN_UP_LIFE_MS: i64 = 24 * 3_600_000;
pub(crate) const FORGOT_LIFE_MS: i64 = 3_600_000;

/// What came of a code somebody entered.
pub(crate) enum Verdict {
    Right,
    Refused(ServiceError),
}

/// Makes a new six-digit code for `purpose` and keeps it.
pub(crate) fn make(
    service: &Service,
    pool: &Pool,
    user: &User,
    purpose: &str,
    attribute: &str,
    life_ms: i64,
) -> Outcome<String> {
    let code = service.random.digits(6);
    let sent =
        SentCode { code: code.clone(), attribute: attribute.to_owned(), expires_ms: service.now_ms() + life_ms };
    service.store.write(|db| codes::put(db, &pool.id, &user.username, purpose, &sent))?;
    Ok(code)
}

/// Counts a request for something, and refuses it when there were more than `most` in an hour.
pub(crate) fn limit_requests(service: &Service, pool: &Pool, user: &User, action: &str, most: i64) -> Outcome<()> {
    if !pool.local.rate_limits {
        return Ok(());
    }
    let count = service.store.write(|db| codes::count(db, &pool.id, &user.username, action, service.now_ms()))?;
    if count > most { Err(ServiceError::too_many_attempts()) } else { Ok(()) }
}

/// Checks a code inside the caller's transaction; a wrong one counts, which the caller has to commit.
///
/// More than `most` tries in an hour answer `too_many` without looking at the code.
pub(crate) fn check(
    db: &Connection,
    service: &Service,
    pool: &Pool,
    user: &User,
    purpose: &str,
    entered: &str,
    most: i64,
    too_many: fn() -> ServiceError,
) -> Outcome<Verdict> {
    let (now, action) = (service.now_ms(), format!("try:{purpose}"));
    if pool.local.rate_limits && codes::count(db, &pool.id, &user.username, &action, now)? > most {
        return Ok(Verdict::Refused(too_many()));
    }
    let Some(sent) = codes::find(db, &pool.id, &user.username, purpose)?.filter(|sent| sent.expires_ms > now) else {
        return Ok(Verdict::Refused(expired()));
    };
    if !same_secret(sent.code.as_bytes(), entered.as_bytes()) {
        return Ok(Verdict::Refused(mismatch()));
    }
    codes::forget_count(db, &pool.id, &user.username, &action)?;
    Ok(Verdict::Right)
}

pub(crate) fn mismatch() -> ServiceError {
    ServiceError::code_mismatch("Invalid verification code provided, please try again.")
}

pub(crate) fn expired() -> ServiceError {
    ServiceError::expired_code("Invalid code provided, please request a code again.")
}
