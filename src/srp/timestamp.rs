//! The `TIMESTAMP` of a password proof: `Mon Jan 5 09:03:07 UTC 2026`, in English whatever the phone speaks.

use std::time::SystemTime;

use crate::support::calendar::civil;
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
}
