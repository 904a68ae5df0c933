//! What answers to PASSWORD_VERIFIER and DEVICE_PASSWORD_VERIFIER have in common: the proof of SRP and its time.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use time::{Date, Month};

use super::Response;
use crate::crypto::{same_secret, sha256, srp};
use crate::error::{Outcome, ServiceError};
use crate::sign_in::attempt::{self, Opened, SrpState};
use crate::sign_in::{Parameters, SignIn, required};

/// How far a client's clock may be off.
const SKEW_S: i64 = 300;

pub(crate) struct SrpClaim<'a> {
    block: &'a str,
    signature: &'a str,
    timestamp: &'a str,
    time: Timestamp,
}

impl<'a> SrpClaim<'a> {
    pub fn read(parameters: &'a Parameters) -> Outcome<Self> {
        let block = required(parameters, "PASSWORD_CLAIM_SECRET_BLOCK")?;
        let signature = required(parameters, "PASSWORD_CLAIM_SIGNATURE")?;
        let timestamp = required(parameters, "TIMESTAMP")?;
        let time = Timestamp::read(timestamp).ok_or_else(|| {
            ServiceError::invalid_parameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
        })?;
        Ok(Self { block, signature, timestamp, time })
    }

    /// The attempt that the SECRET_BLOCK stands for; None when it is not this user's, not this challenge's, old or used.
    /// A session has to be the one that came with it.
    pub fn open(&self, sign_in: &SignIn<'_>, response: &Response<'_>, challenge: &str) -> Outcome<Option<Opened>> {
        let hash = sha256(&[self.block.as_bytes()]);
        let opened = attempt::load_by_hash(sign_in, challenge, &hash)?;
        let Some(opened) = opened.filter(|opened| response.is_for(&opened.attempt)) else { return Ok(None) };
        let session_fits = response.session.is_none_or(|session| {
            let given = sha256(&[session.as_bytes()]);
            opened.attempt.session_hash.is_some_and(|hash| same_secret(&hash, &given))
        });
        if session_fits { Ok(Some(opened)) } else { Err(ServiceError::invalid_session()) }
    }

    /// Whether it was signed about now. Otherwise the client can set its clock right and sign again.
    pub fn is_timely(&self, now_ms: i64) -> bool {
        self.time.is_exact && (self.time.epoch_s - now_ms.div_euclid(1000)).abs() <= SKEW_S
    }

    /// Whether the signature proves the secret of `id` in `group`: a user in a pool, or a device in its group.
    pub fn proves(&self, state: &SrpState, group: &str, id: &str) -> bool {
        let (Ok(block), Ok(signature)) = (STANDARD.decode(self.block), STANDARD.decode(self.signature)) else {
            return false;
        };
        let Ok(client_public) = srp::client_public(&state.client_public) else { return false };
        let key = srp::session_key(&client_public, &state.verifier, &state.secret, &state.public);
        same_secret(&srp::proof(&key, group, id, &block, self.timestamp), &signature)
    }
}

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

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
        let month = u8::try_from(MONTHS.iter().position(|name| *name == month)? + 1).ok()?;
        let [hour, minute, second] = time.split(':').collect::<Vec<_>>()[..] else { return None };
        let number = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
            let digits = lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse::<u16>().ok()).flatten()
        };
        let two_digits = |text: &str| u8::try_from(number(text, 2..=2)?).ok();
        let (day_number, year) = (u8::try_from(number(day, 1..=2)?).ok()?, i32::from(number(year, 4..=4)?));
        let (hour, minute, second) = (two_digits(hour)?, two_digits(minute)?, two_digits(second)?);
        let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day_number).ok()?;
        let moment = date.with_hms(hour, minute, second).ok()?.assume_utc();
        let is_exact = usize::from(date.weekday().number_days_from_sunday()) == weekday && !day.starts_with('0');
        Some(Self { epoch_s: moment.unix_timestamp(), is_exact })
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
