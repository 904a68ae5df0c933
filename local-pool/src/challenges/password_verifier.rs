//! PASSWORD_VERIFIER: the second half of SRP. Found by its SECRET_BLOCK, since some clients send no session.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::Response;
use crate::clock::{Civil, MONTHS, WEEKDAYS};
use crate::crypto::{same_secret, sha256, srp};
use crate::error::{Outcome, ServiceError};
use crate::sign_in::attempt::{self, Attempt};
use crate::sign_in::{SignIn, lock_out, order, required};

/// How far a client's clock may be off.
const SKEW_S: i64 = 300;

pub(crate) async fn respond(sign_in: &SignIn<'_>, response: &Response<'_>) -> Outcome<Value> {
    let parameters = response.parameters;
    let block = required(parameters, "PASSWORD_CLAIM_SECRET_BLOCK")?;
    let signature = required(parameters, "PASSWORD_CLAIM_SIGNATURE")?;
    let timestamp = required(parameters, "TIMESTAMP")?;
    let claimed = Timestamp::read(timestamp).ok_or_else(|| {
        ServiceError::invalid_parameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
    })?;
    let service = &sign_in.call.service;
    let counted = response.named.as_deref().unwrap_or(response.typed);
    lock_out::check(service, &sign_in.pool, counted)?;

    let opened = attempt::load_by_block(sign_in, "PASSWORD_VERIFIER", block)?;
    let Some(opened) = opened.filter(|opened| response.is_for(&opened.attempt)) else {
        return fail(sign_in, counted);
    };
    let session_fits = response.session.is_none_or(|session| {
        let given = sha256(&[session.as_bytes()]);
        opened.attempt.session_hash.is_some_and(|hash| same_secret(&hash, &given))
    });
    if !session_fits {
        return Err(ServiceError::invalid_session());
    }
    if !claimed.is_exact || (claimed.epoch_s - service.now_ms().div_euclid(1000)).abs() > SKEW_S {
        // The client can set its clock right and sign again.
        return Err(ServiceError::wrong_credentials());
    }
    // One guess per challenge (RFC 5054, section 2.6): a wrong proof uses it up as well.
    attempt::forget(sign_in, &opened.hash).map_err(|_| ServiceError::wrong_credentials())?;
    let user = sign_in.user_of(&opened.attempt)?;
    let proven = proves(sign_in, &opened.attempt, block, signature, timestamp);
    let current = user.filter(|user| opened.attempt.srp.as_ref().is_some_and(|srp| srp.verifier == user.verifier));
    match current.filter(|_| proven) {
        Some(user) => order::after_password(sign_in, opened.attempt, user).await,
        None => fail(sign_in, counted),
    }
}

fn fail(sign_in: &SignIn<'_>, counted: &str) -> Outcome<Value> {
    lock_out::count(&sign_in.call.service, &sign_in.pool, counted)?;
    Err(ServiceError::wrong_credentials())
}

fn proves(sign_in: &SignIn<'_>, attempt: &Attempt, block: &str, signature: &str, timestamp: &str) -> bool {
    let (Some(state), Ok(block), Ok(signature)) = (&attempt.srp, STANDARD.decode(block), STANDARD.decode(signature))
    else {
        return false;
    };
    let Ok(client_public) = srp::client_public(&state.client_public) else { return false };
    let key = srp::session_key(&client_public, &state.verifier, &state.secret, &state.public);
    let expected = srp::proof(&key, sign_in.pool.short_name(), &attempt.username, &block, timestamp);
    same_secret(&expected, &signature)
}

/// `EEE MMM d HH:mm:ss 'UTC' yyyy`
struct Timestamp {
    epoch_s: i64,
    /// False for a zero-padded day or a weekday that is not that day's: read, but refused.
    is_exact: bool,
}

impl Timestamp {
    fn read(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split(' ').collect();
        let [weekday, month, day, time, "UTC", year] = parts[..] else { return None };
        let weekday = WEEKDAYS.iter().position(|name| *name == weekday)?;
        let month = u32::try_from(MONTHS.iter().position(|name| *name == month)? + 1).ok()?;
        let [hour, minute, second] = time.split(':').collect::<Vec<_>>()[..] else { return None };
        let number = |text: &str, lengths: std::ops::RangeInclusive<usize>, most: u32| {
            let digits = lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse::<u32>().ok()).flatten().filter(|number| *number <= most)
        };
        let (day_number, year) = (number(day, 1..=2, 31)?, i64::from(number(year, 4..=4, 9999)?));
        let (hour, minute, second) = (number(hour, 2..=2, 23)?, number(minute, 2..=2, 59)?, number(second, 2..=2, 59)?);
        let epoch_s = Civil::epoch(year, month, day_number, hour, minute, second);
        let civil = Civil::from_epoch(epoch_s);
        if civil.day != day_number || civil.month != month {
            return None;
        }
        Some(Self { epoch_s, is_exact: civil.weekday as usize == weekday && !day.starts_with('0') })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_read_as_the_service_does() {
        let exact = Timestamp::read("Mon Jan 5 09:03:07 UTC 2026").unwrap();
        assert!(exact.is_exact && exact.epoch_s == 1_767_603_787);
        assert!(!Timestamp::read("Mon Jan 05 09:03:07 UTC 2026").unwrap().is_exact);
        assert!(!Timestamp::read("Tue Jan 5 09:03:07 UTC 2026").unwrap().is_exact);
        for broken in [
            "",
            "Mon Jan 5 9:03:07 UTC 2026",
            "Mon Jan 5 09:03:07 GMT 2026",
            "lun. janv. 5 09:03:07 UTC 2026",
            "Mon Feb 31 09:03:07 UTC 2026",
            "2026-01-05T09:03:07Z",
        ] {
            assert!(Timestamp::read(broken).is_none(), "{broken}");
        }
    }
}
