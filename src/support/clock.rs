//! Time is injected: the wall clock behind a trait, corrected by what the service's answers say.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The wall clock. Inject one to test expiry without waiting.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The present moment.
    fn now(&self) -> SystemTime;
}

/// The device's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // the one place that reads it
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// The service's time, as far as it is known: the device's clock plus the offset that the last answer's `Date` header
/// showed. SRP's timestamp must not be more than some minutes off, and phones' clocks are.
#[derive(Debug)]
pub(crate) struct ServiceClock {
    device: std::sync::Arc<dyn Clock>,
    offset_seconds: AtomicI64,
}

impl ServiceClock {
    pub fn new(device: std::sync::Arc<dyn Clock>) -> Self {
        Self { device, offset_seconds: AtomicI64::new(0) }
    }

    /// The service's present time.
    pub fn now(&self) -> SystemTime {
        shift(self.device.now(), self.offset_seconds.load(Ordering::Relaxed))
    }

    /// Notes what the service said the time is. The header has whole seconds, so small differences are noise.
    pub fn observe(&self, service_now: SystemTime) {
        let offset = unix_seconds(service_now).saturating_sub(unix_seconds(self.device.now()));
        self.offset_seconds.store(if offset.unsigned_abs() < 5 { 0 } else { offset }, Ordering::Relaxed);
    }
}

/// Seconds since 1970, negative before.
pub(crate) fn unix_seconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
    }
}

/// Milliseconds since 1970; 0 before.
pub(crate) fn unix_milliseconds(time: SystemTime) -> u128 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis())
}

/// The moment that many seconds after 1970, between the years 1 and 9999: what every platform's clock type can hold.
pub(crate) fn from_unix_seconds(seconds: i64) -> SystemTime {
    shift(UNIX_EPOCH, seconds.clamp(-62_135_596_800, 253_402_300_799))
}

fn shift(time: SystemTime, seconds: i64) -> SystemTime {
    let by = Duration::from_secs(seconds.unsigned_abs());
    let shifted = if seconds >= 0 { time.checked_add(by) } else { time.checked_sub(by) };
    shifted.unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Debug)]
    struct Hand(Mutex<SystemTime>);

    impl Clock for Hand {
        fn now(&self) -> SystemTime {
            *self.0.lock().unwrap()
        }
    }

    #[test]
    fn follows_the_service_when_the_device_is_wrong() {
        let clock = ServiceClock::new(Arc::new(Hand(Mutex::new(from_unix_seconds(1_000_000)))));
        clock.observe(from_unix_seconds(1_000_000 + 86_400));
        assert_eq!(unix_seconds(clock.now()), 1_086_400);
        clock.observe(from_unix_seconds(1_000_002));
        assert_eq!(unix_seconds(clock.now()), 1_000_000);
    }

    #[test]
    fn absurd_times_do_not_overflow() {
        assert_eq!(unix_seconds(from_unix_seconds(i64::MAX)), 253_402_300_799);
        assert_eq!(unix_seconds(from_unix_seconds(-5)), -5);
    }
}
