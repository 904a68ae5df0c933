//! The one place that knows what time it is. Tests move it; nothing else in the crate reads the system's clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const RUNNING: i64 = i64::MIN;

/// The server's clock: the system's time plus what tests added, or standing still. Clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Hands>);

#[derive(Debug)]
struct Hands {
    offset_ms: AtomicI64,
    frozen_at_ms: AtomicI64,
}

impl Default for Clock {
    fn default() -> Self {
        Self(Arc::new(Hands { offset_ms: AtomicI64::new(0), frozen_at_ms: AtomicI64::new(RUNNING) }))
    }
}

impl Clock {
    /// Moves the clock forward. Nothing waits: codes, sessions, tokens and locks are then as old as that.
    pub fn advance(&self, by: Duration) {
        self.shift(i64::try_from(by.as_millis()).unwrap_or(i64::MAX));
    }

    /// Moves the clock back, as a phone sees it whose own clock is fast.
    pub fn turn_back(&self, by: Duration) {
        self.shift(-i64::try_from(by.as_millis()).unwrap_or(i64::MAX));
    }

    /// Stops the clock at `epoch_ms` milliseconds after 1970-01-01T00:00Z until [`Clock::resume`].
    pub fn freeze_at(&self, epoch_ms: i64) {
        self.0.frozen_at_ms.store(epoch_ms, Ordering::SeqCst);
    }

    /// Whether it stands still.
    pub fn is_frozen(&self) -> bool {
        self.0.frozen_at_ms.load(Ordering::SeqCst) != RUNNING
    }

    /// Lets a frozen clock run on from the time it shows.
    pub fn resume(&self) {
        let frozen = self.0.frozen_at_ms.swap(RUNNING, Ordering::SeqCst);
        if frozen != RUNNING {
            self.0.offset_ms.store(frozen - system_ms(), Ordering::SeqCst);
        }
    }

    /// Milliseconds after 1970-01-01T00:00Z.
    pub fn now_ms(&self) -> i64 {
        match self.0.frozen_at_ms.load(Ordering::SeqCst) {
            RUNNING => system_ms().saturating_add(self.0.offset_ms.load(Ordering::SeqCst)),
            frozen => frozen,
        }
    }

    /// As [`Clock::now_ms`], in the form that [`crate::totp_code`] takes. A clock set before 1970 shows 1970.
    pub fn now(&self) -> SystemTime {
        let since = u64::try_from(self.now_ms()).unwrap_or(0);
        UNIX_EPOCH.checked_add(Duration::from_millis(since)).unwrap_or(UNIX_EPOCH)
    }

    fn shift(&self, by_ms: i64) {
        if self.0.frozen_at_ms.load(Ordering::SeqCst) == RUNNING {
            self.0.offset_ms.fetch_add(by_ms, Ordering::SeqCst);
        } else {
            self.0.frozen_at_ms.fetch_add(by_ms, Ordering::SeqCst);
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "this is the clock that everything else is given")]
fn system_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A point in time taken apart, in UTC and the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    pub year: i64,
    /// 1 to 12.
    pub month: u32,
    pub day: u32,
    pub hour: u32,
    pub minute: u32,
    pub second: u32,
    /// 0 is Sunday.
    pub weekday: u32,
}

pub(crate) const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
pub(crate) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Civil {
    /// From seconds after the epoch (days-to-civil over 400-year eras that start on 1 March).
    pub fn from_epoch(seconds: i64) -> Self {
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * march_month + 2) / 5 + 1;
        let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let part = |n: i64| u32::try_from(n).unwrap_or(0);
        Self {
            year,
            month: part(month),
            day: part(day),
            hour: part(rest / 3600),
            minute: part(rest / 60 % 60),
            second: part(rest % 60),
            weekday: part((days + 4).rem_euclid(7)),
        }
    }

    /// Seconds after the epoch of a date and time whose parts are in range.
    pub fn epoch(year: i64, month: u32, day: u32, hour: u32, minute: u32, second: u32) -> i64 {
        let (month, day) = (i64::from(month), i64::from(day));
        let march_year = if month <= 2 { year - 1 } else { year };
        let era = march_year.div_euclid(400);
        let year_of_era = march_year.rem_euclid(400);
        let march_month = (month + 9) % 12;
        let day_of_year = (153 * march_month + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = era * 146_097 + day_of_era - 719_468;
        days * 86_400 + i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second)
    }

    /// `Mon, 05 Jan 2026 09:03:07 GMT`, the form of HTTP's `Date` header (RFC 9110, section 5.6.7).
    pub fn http_date(self) -> String {
        let weekday = WEEKDAYS.get(self.weekday as usize).copied().unwrap_or_default();
        let month = MONTHS.get(self.month.wrapping_sub(1) as usize).copied().unwrap_or_default();
        let Self { year, day, hour, minute, second, .. } = self;
        format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_dates_go_there_and_back() {
        for seconds in [0, 951_782_400, 1_767_603_787, 4_107_542_399, -1] {
            let c = Civil::from_epoch(seconds);
            assert_eq!(Civil::epoch(c.year, c.month, c.day, c.hour, c.minute, c.second), seconds);
        }
        assert_eq!(Civil::from_epoch(1_767_603_787).http_date(), "Mon, 05 Jan 2026 09:03:07 GMT");
    }

    #[test]
    fn a_frozen_clock_moves_only_when_told() {
        let clock = Clock::default();
        clock.freeze_at(1_000);
        assert!(clock.is_frozen());
        assert_eq!(clock.now_ms(), 1_000);
        clock.advance(Duration::from_secs(2));
        assert_eq!(clock.now_ms(), 3_000);
        clock.turn_back(Duration::from_secs(1));
        assert_eq!(clock.now_ms(), 2_000);
        clock.resume();
        assert!(!clock.is_frozen());
        assert!((2_000..10_000).contains(&clock.now_ms()));
    }
}
