//! TIMESTAMP of an SRP proof.

use time::{Date, Month};

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `EEE MMM d HH:mm:ss 'UTC' yyyy`
pub(super) struct Timestamp {
    pub epoch_s: i64,
    /// False for a zero-padded day or a weekday that is not that day's: read, but refused.
    pub is_exact: bool,
}

impl Timestamp {
    pub fn read(text: &str) -> Option<Self> {
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
