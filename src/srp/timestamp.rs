//! The `TIMESTAMP` of a password proof: `Mon Jan 5 09:03:07 UTC 2026`, in English whatever the phone speaks.

use std::time::SystemTime;

use crate::support::clock::unix_seconds;

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]; // 1 January 1970 was a Thursday
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The moment as the service wants it: English names, UTC, the day of the month without a leading zero.
/// Moments before 1970 count as 1970.
#[must_use]
pub fn timestamp(moment: SystemTime) -> String {
    let seconds = unix_seconds(moment).max(0).unsigned_abs();
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let weekday = usize::try_from(days % 7).unwrap_or(0);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{} {} {day} {hour:02}:{minute:02}:{second:02} UTC {year}", DAYS[weekday], MONTHS[month])
}

/// Year, month (from 0) and day (from 1) of the day that many days after 1 January 1970, in the Gregorian calendar.
fn civil(mut days: u64) -> (u64, usize, u64) {
    // 400 years have 146,097 days; the loops below then run over at most 400 years.
    let mut year = 1970 + 400 * (days / 146_097);
    days %= 146_097;
    while days >= year_length(year) {
        days -= year_length(year);
        year += 1;
    }
    let mut month = 0;
    while days >= month_length(year, month) {
        days -= month_length(year, month);
        month += 1;
    }
    (year, month, days + 1)
}

const fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const fn year_length(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

const fn month_length(year: u64, month: usize) -> u64 {
    match month {
        1 if is_leap(year) => 29,
        1 => 28,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::clock::from_unix_seconds;

    #[test]
    fn known_moments() {
        for (seconds, expected) in [
            (0, "Thu Jan 1 00:00:00 UTC 1970"),
            (951_782_400, "Tue Feb 29 00:00:00 UTC 2000"),
            (1_767_603_787, "Mon Jan 5 09:03:07 UTC 2026"),
            (1_767_225_599, "Wed Dec 31 23:59:59 UTC 2025"),
            (1_798_675_200, "Thu Dec 31 00:00:00 UTC 2026"),
            (4_107_542_400, "Mon Mar 1 00:00:00 UTC 2100"),
            (-1, "Thu Jan 1 00:00:00 UTC 1970"),
        ] {
            assert_eq!(timestamp(from_unix_seconds(seconds)), expected);
        }
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let mut before = civil(0);
        for days in 1..146_097 {
            let (year, month, day) = civil(days);
            let next = (before.0, before.1, before.2 + 1);
            let first_of_next = if before.1 == 11 { (before.0 + 1, 0, 1) } else { (before.0, before.1 + 1, 1) };
            assert!((year, month, day) == next || (year, month, day) == first_of_next);
            assert!((1..=31).contains(&day));
            before = (year, month, day);
        }
        assert_eq!(civil(146_097), (2370, 0, 1));
    }
}
