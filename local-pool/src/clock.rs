//! The one place that knows what time it is. Tests move it; nothing else in the crate reads the system's clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const RUNNING: i64 = i64::MIN;
/// 9999-12-31T23:59:59Z.
pub(crate) const LAST_MS: i64 = 253_402_300_799_000;

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
        self.shift(i64::try_from(by.as_millis()).map_or(i64::MIN, |by| -by));
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
            self.0.offset_ms.store(frozen.saturating_sub(system_ms()), Ordering::SeqCst);
        }
    }

    /// Milliseconds after 1970-01-01T00:00Z. A clock that was set to before then, or to after the year 9999, shows the
    /// first or the last moment that a `Date` header has a form for.
    pub fn now_ms(&self) -> i64 {
        let shown = match self.0.frozen_at_ms.load(Ordering::SeqCst) {
            RUNNING => system_ms().saturating_add(self.0.offset_ms.load(Ordering::SeqCst)),
            frozen => frozen,
        };
        shown.clamp(0, LAST_MS)
    }

    /// As [`Clock::now_ms`], in the form that [`crate::totp_code`] takes.
    pub fn now(&self) -> SystemTime {
        let since = u64::try_from(self.now_ms()).unwrap_or(0);
        UNIX_EPOCH.checked_add(Duration::from_millis(since)).unwrap_or(UNIX_EPOCH)
    }

    fn shift(&self, by_ms: i64) {
        let is_frozen = self.is_frozen();
        let hand = if is_frozen { &self.0.frozen_at_ms } else { &self.0.offset_ms };
        let moved = |ms: i64| Some(ms.saturating_add(by_ms).max(RUNNING + 1));
        // The closure always has a value to set.
        let _before = hand.fetch_update(Ordering::SeqCst, Ordering::SeqCst, moved);
    }
}

#[allow(clippy::disallowed_methods, reason = "this is the clock that everything else is given")]
fn system_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn no_time_is_too_far() {
        let clock = Clock::default();
        for _ in 0..3 {
            clock.advance(Duration::MAX);
            clock.advance(Duration::MAX);
            assert_eq!(clock.now_ms(), LAST_MS);
            clock.turn_back(Duration::MAX);
            clock.turn_back(Duration::MAX);
            assert_eq!(clock.now_ms(), 0);
            clock.freeze_at(i64::MAX);
            clock.resume();
            clock.freeze_at(i64::MIN + 1);
        }
    }
}
