//! TIMESTAMP of an SRP proof.

use crate::clock::{Civil, MONTHS, WEEKDAYS};

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
