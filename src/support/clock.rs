//! Time is injected: the device's clocks behind a trait, corrected by what the service's answers say.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The device's clocks. Inject one to test expiry without waiting.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// The present moment by the wall clock, which the user can set.
    fn now(&self) -> SystemTime;

    /// The time since a fixed moment (the device's start), by a clock that nobody can set and that runs on while the
    /// device sleeps. `None` if there is no such clock: then jumps of the wall clock are noticed only where they show.
    fn since_start(&self) -> Option<Duration> {
        None
    }
}

/// The device's own clocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods)] // the one place that reads it
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn since_start(&self) -> Option<Duration> {
        steady()
    }
}

/// The clock that counts sleep too: the standard library's `Instant` stands still while a phone sleeps.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn steady() -> Option<Duration> {
    #[cfg(target_vendor = "apple")]
    const ID: rustix::time::ClockId = rustix::time::ClockId::Monotonic;
    #[cfg(not(target_vendor = "apple"))]
    const ID: rustix::time::ClockId = rustix::time::ClockId::Boottime;
    let time = rustix::time::clock_gettime(ID);
    Some(Duration::new(u64::try_from(time.tv_sec).ok()?, u32::try_from(time.tv_nsec).ok()?))
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
const fn steady() -> Option<Duration> {
    None
}

/// The service's time, as far as it is known. SRP's timestamp must not be more than some minutes off, and phones' clocks
/// are. While the process runs it follows the clock that nobody can set; the wall clock only says where that begins,
/// until an answer of the service does.
#[derive(Debug)]
pub(crate) struct ServiceClock {
    device: std::sync::Arc<dyn Clock>,
    /// The service's time is the running clock plus this, in milliseconds.
    offset: AtomicI64,
    /// How far ahead of the running clock the wall clock was in the beginning, in milliseconds.
    wall_ahead: i64,
    /// Whether the offset rests on more than a wall clock that is known to be wrong.
    known: AtomicBool,
    /// Whether this process has heard from the service.
    observed: AtomicBool,
}

/// What a session record keeps of the clocks, so that the next process knows how wrong the wall clock is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ClockReading {
    /// Unix seconds by the wall clock.
    pub wall: i64,
    /// How many seconds the service's clock is ahead of it.
    pub offset: i64,
}

/// How far two readings may differ without being called different: headers have whole seconds, answers take a while.
const NOISE: i64 = 5_000;
/// How far an issue may seem to be in the future, and how long its answer may have been on its way, in seconds.
const ISSUE_NOISE: i64 = 5;
const ISSUE_DELAY: i64 = 120;
/// How far back the wall clock may go between two processes before it is called wrong, in seconds.
const BACKWARDS: i64 = 60;

impl ServiceClock {
    pub fn new(device: std::sync::Arc<dyn Clock>) -> Self {
        let (known, observed) = (AtomicBool::new(true), AtomicBool::new(false));
        let mut clock = Self { device, offset: AtomicI64::new(0), wall_ahead: 0, known, observed };
        clock.wall_ahead = clock.wall() - clock.running();
        clock.offset = AtomicI64::new(clock.wall_ahead);
        clock
    }

    /// The service's present time.
    pub fn now(&self) -> SystemTime {
        from_unix_milliseconds(self.now_ms())
    }

    /// The service's present time in Unix seconds.
    pub fn now_seconds(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }

    /// Milliseconds by a clock that only differences mean something of: how long ago something was.
    pub fn running(&self) -> i64 {
        self.device.since_start().map_or_else(|| self.wall(), |since| i64::try_from(since.as_millis()).unwrap_or(0))
    }

    /// Whether the service's time is known; otherwise only the service can say whether a token still counts.
    pub fn is_known(&self) -> bool {
        self.known.load(Ordering::Relaxed)
    }

    /// Notes what the service said the time is.
    pub fn observe(&self, service_now: SystemTime) {
        let said = unix_seconds(service_now).saturating_mul(1000);
        if said.saturating_sub(self.now_ms()).abs() >= NOISE {
            self.offset.store(said.saturating_sub(self.running()), Ordering::Relaxed);
        }
        self.known.store(true, Ordering::Relaxed);
        self.observed.store(true, Ordering::Relaxed);
    }

    /// Notes when a token that has just come was issued: the service's time is that or a little later. The `Date` of an
    /// answer is better, so this only corrects what is far off.
    pub fn observe_issue(&self, issued_at: SystemTime) {
        let behind = self.now_seconds().saturating_sub(unix_seconds(issued_at));
        if !self.is_known() || !(-ISSUE_NOISE..=ISSUE_DELAY).contains(&behind) {
            self.observe(issued_at);
        }
        self.observed.store(true, Ordering::Relaxed); // what fits is heard from the service too
    }

    /// What to keep for the next process.
    pub fn reading(&self) -> ClockReading {
        let wall = self.wall().div_euclid(1000);
        let offset = self.now_seconds().saturating_sub(wall);
        ClockReading { wall, offset: if offset.abs() * 1000 < NOISE { 0 } else { offset } }
    }

    /// Takes over what an earlier process knew, unless this one has heard from the service itself. A wall clock that is
    /// behind what was seen before was put back, so it says nothing.
    pub fn recall(&self, reading: ClockReading) {
        if self.observed.load(Ordering::Relaxed) {
            return;
        }
        let wall = self.wall();
        if (wall - self.running() - self.wall_ahead).abs() >= NOISE {
            // It was set since this process began: before or after the reading, nobody knows.
            self.known.store(false, Ordering::Relaxed);
            return;
        }
        let service = wall.saturating_add(reading.offset.saturating_mul(1000));
        self.offset.store(service.saturating_sub(self.running()), Ordering::Relaxed);
        self.known.store(wall.div_euclid(1000).saturating_add(BACKWARDS) >= reading.wall, Ordering::Relaxed);
    }

    /// The service's present time in Unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.running().saturating_add(self.offset.load(Ordering::Relaxed))
    }

    fn wall(&self) -> i64 {
        unix_milliseconds_signed(self.device.now())
    }
}

/// Whether a moment can be the present one: what says that it is before 2020 or after 2100 is mistaken or hostile.
pub(crate) fn is_plausible(now: SystemTime) -> bool {
    (1_577_836_800..4_102_444_800).contains(&unix_seconds(now))
}

/// Seconds since 1970, negative before.
pub(crate) fn unix_seconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |seconds| -seconds),
    }
}

fn unix_milliseconds_signed(time: SystemTime) -> i64 {
    let whole = |since: Duration| i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    time.duration_since(UNIX_EPOCH).map_or_else(|before| -whole(before.duration()), whole)
}

/// The moment that many milliseconds after 1970, with the bounds of [`from_unix_seconds`].
pub(crate) fn from_unix_milliseconds(milliseconds: i64) -> SystemTime {
    let fraction = Duration::from_millis(milliseconds.rem_euclid(1000).unsigned_abs());
    let whole = from_unix_seconds(milliseconds.div_euclid(1000));
    whole.checked_add(fraction).unwrap_or(whole)
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
    use std::sync::Arc;

    #[derive(Debug)]
    struct Hands {
        wall: AtomicI64,
        steady: Option<AtomicI64>,
    }

    impl Clock for Hands {
        fn now(&self) -> SystemTime {
            from_unix_seconds(self.wall.load(Ordering::Relaxed))
        }

        fn since_start(&self) -> Option<Duration> {
            let steady = self.steady.as_ref()?.load(Ordering::Relaxed);
            Some(Duration::from_secs(steady.unsigned_abs()))
        }
    }

    fn hands(wall: i64, steady: Option<i64>) -> (Arc<Hands>, ServiceClock) {
        let hands = Arc::new(Hands { wall: AtomicI64::new(wall), steady: steady.map(AtomicI64::new) });
        (hands.clone(), ServiceClock::new(hands))
    }

    fn at(seconds: i64) -> SystemTime {
        from_unix_seconds(seconds)
    }

    #[test]
    fn follows_the_service_when_the_device_is_wrong() {
        for steady in [None, Some(77)] {
            let (_, clock) = hands(1_000_000, steady);
            assert_eq!(clock.now_seconds(), 1_000_000);
            clock.observe(at(1_086_400));
            assert_eq!((clock.now_seconds(), clock.reading().offset), (1_086_400, 86_400));
            clock.observe(at(1_086_402)); // noise
            assert_eq!(clock.now_seconds(), 1_086_400);
            clock.observe(at(1_000_002));
            assert_eq!((clock.now_seconds(), clock.reading().offset), (1_000_002, 0));
        }
    }

    #[test]
    fn a_wall_clock_that_jumps_while_running_changes_nothing() {
        let (hands, clock) = hands(1_000_000, Some(77));
        for jump in [-50_000, 90_000] {
            hands.wall.fetch_add(jump, Ordering::Relaxed);
            assert_eq!(clock.now_seconds(), 1_000_000);
        }
        if let Some(steady) = &hands.steady {
            steady.fetch_add(60, Ordering::Relaxed);
        }
        assert_eq!(clock.now_seconds(), 1_000_060);
        assert_eq!(clock.reading(), ClockReading { wall: 1_040_000, offset: -39_940 });
    }

    #[test]
    fn what_an_earlier_process_knew_is_taken_over_once_and_only_if_the_wall_clock_fits() {
        let earlier = ClockReading { wall: 1_000_000, offset: 3600 };
        let (_, later) = hands(1_000_500, Some(5));
        later.recall(earlier);
        assert!(later.is_known());
        assert_eq!(later.now_seconds(), 1_004_100);
        let (_, put_back) = hands(1_000_000 - 61, Some(5));
        put_back.recall(earlier);
        assert!(!put_back.is_known());
        put_back.observe(at(1_010_000));
        assert!(put_back.is_known());
        put_back.recall(earlier);
        assert_eq!((put_back.is_known(), put_back.now_seconds()), (true, 1_010_000));
    }

    #[test]
    fn the_machines_steady_clock_runs() {
        let (one, two) = (SystemClock.since_start(), SystemClock.since_start());
        assert!(cfg!(not(target_os = "linux")) || one.is_some() && one <= two);
    }

    #[test]
    fn absurd_times_do_not_overflow() {
        assert_eq!(unix_seconds(from_unix_seconds(i64::MAX)), 253_402_300_799);
        assert_eq!(unix_seconds(from_unix_seconds(-5)), -5);
    }
}
