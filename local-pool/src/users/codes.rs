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

/// The purpose of codes that verify an attribute.
pub(crate) fn attribute_purpose(attribute: &str) -> String {
    format!("attr:{attribute}")
}

pub(crate) const SIGN_UP_LIFE_MS: i64 = 24 * 3_600_000;
pub(crate) const FORGOT_LIFE_MS: i64 = 3_600_000;
pub(crate) const ATTRIBUTE_LIFE_MS: i64 = 24 * 3_600_000;

/// What came of a code somebody entered.
pub(crate) enum Verdict {
    Right,
    Refused(ServiceError),
}

/// How many codes a user can ask for in an hour to verify an attribute with.
pub(crate) const ATTRIBUTE_CODES: i64 = 5;

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
    let sent = SentCode { code: code.clone(), attribute: attribute.to_owned(), expires_ms: service.now_ms() + life_ms };
    service.store.write(|db| codes::put(db, &pool.id, &user.username, purpose, &sent))?;
    Ok(code)
}

/// The work of [`make`], for nobody.
pub(crate) fn pretend_to_make(service: &Service, pool: &Pool, user: &User, attribute: &str) -> Outcome<String> {
    let code = service.random.digits(6);
    let sent = SentCode { code: code.clone(), attribute: attribute.to_owned(), expires_ms: service.now_ms() };
    service.store.rehearse(|db| codes::put(db, &pool.id, &user.username, "nothing", &sent))?;
    Ok(code)
}

/// Counts a request for something, and refuses it when there were more than `most` in an hour.
/// `name` is the user's, or what was typed where nobody may know that there is no such user.
pub(crate) fn limit_requests(service: &Service, pool: &Pool, name: &str, action: &str, most: i64) -> Outcome<()> {
    // A refused one counts as well: the caller's transaction is not this one.
    service.store.write(|db| Ok(limit(db, service, pool, name, action, most)))?
}

/// As [`limit_requests`], within a transaction.
pub(crate) fn limit(
    db: &Connection,
    service: &Service,
    pool: &Pool,
    name: &str,
    action: &str,
    most: i64,
) -> Outcome<()> {
    if !pool.local.rate_limits {
        return Ok(());
    }
    let count = codes::count(db, &pool.id, name, action, service.now_ms())?;
    if count > most { Err(ServiceError::too_many_attempts()) } else { Ok(()) }
}

/// A code somebody entered.
pub(crate) struct Entered<'a> {
    pub purpose: &'a str,
    pub code: &'a str,
    /// Tries per hour; more answer `too_many`, and the code is not looked at.
    pub most: i64,
    pub too_many: fn() -> ServiceError,
}

/// Checks a code inside the caller's transaction; a wrong one counts, which the caller has to commit.
pub(crate) fn check(
    db: &Connection,
    service: &Service,
    pool: &Pool,
    user: &User,
    entered: &Entered<'_>,
) -> Outcome<Verdict> {
    let (now, action) = (service.now_ms(), format!("try:{}", entered.purpose));
    if pool.local.rate_limits && codes::count(db, &pool.id, &user.username, &action, now)? > entered.most {
        return Ok(Verdict::Refused((entered.too_many)()));
    }
    let sent = codes::find(db, &pool.id, &user.username, entered.purpose)?;
    let Some(sent) = sent.filter(|sent| sent.expires_ms > now) else {
        return Ok(Verdict::Refused(expired()));
    };
    if !same_secret(sent.code.as_bytes(), entered.code.as_bytes()) {
        return Ok(Verdict::Refused(mismatch()));
    }
    codes::forget_count(db, &pool.id, &user.username, &action)?;
    Ok(Verdict::Right)
}

/// What [`check`] would seem to find for a name that nobody may know to be unknown: `verdict`, with the same limit.
pub(crate) fn pretend_check(
    db: &Connection,
    service: &Service,
    pool: &Pool,
    name: &str,
    entered: &Entered<'_>,
    verdict: fn() -> ServiceError,
) -> Outcome<ServiceError> {
    let action = format!("try:{}", entered.purpose);
    // As much is looked up as for somebody who was sent a code.
    for _ in 0..2 {
        codes::find(db, &pool.id, name, entered.purpose)?;
    }
    let too_many =
        pool.local.rate_limits && codes::count(db, &pool.id, name, &action, service.now_ms())? > entered.most;
    Ok(if too_many { (entered.too_many)() } else { verdict() })
}

pub(crate) fn mismatch() -> ServiceError {
    ServiceError::code_mismatch("Invalid verification code provided, please try again.")
}

pub(crate) fn expired() -> ServiceError {
    ServiceError::expired_code("Invalid code provided, please request a code again.")
}
