//! True time, which is the service's, and the device's clocks.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use portcullis::Clock;
use tokio::time::Instant;

const BEGIN: i64 = 1_767_603_787;

#[derive(Debug)]
pub struct World {
    start: Instant,
    /// Time that passed while the device slept, in milliseconds: the runtime's clock stood still meanwhile.
    slept: AtomicI64,
    /// How far ahead the wall clock is, in seconds.
    skew: AtomicI64,
    /// How often it was set.
    settings: AtomicU64,
    /// When something went wrong that can keep a lost answer from being asked for again in time: in elapsed milliseconds.
    mishaps: Mutex<Vec<i64>>,
}

/// Milliseconds since the history began, and how many of them the device was awake.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub elapsed: i64,
    pub awake: i64,
}

impl World {
    /// Inside the runtime, whose time it follows.
    pub fn new() -> Self {
        let zero = || AtomicI64::new(0);
        Self {
            start: Instant::now(),
            slept: zero(),
            skew: zero(),
            settings: AtomicU64::new(0),
            mishaps: Mutex::default(),
        }
    }

    pub fn moment(&self) -> Moment {
        let awake = i64::try_from(self.start.elapsed().as_millis()).unwrap();
        Moment { elapsed: awake + self.slept.load(Ordering::SeqCst), awake }
    }

    /// When the history began, in Unix seconds.
    pub const fn began(&self) -> i64 {
        BEGIN
    }

    /// Milliseconds since the history began.
    pub fn elapsed(&self) -> i64 {
        self.moment().elapsed
    }

    /// True time in Unix seconds.
    pub fn now(&self) -> i64 {
        BEGIN + self.elapsed().div_euclid(1000)
    }

    /// A fault of the network or the store counts once. A sleep and the end of a process count twice: nobody is there to
    /// ask again.
    pub fn note_mishap(&self, weight: usize) {
        let now = self.elapsed();
        self.mishaps.lock().unwrap().extend(std::iter::repeat_n(now, weight));
    }

    /// How many there were in that time.
    pub fn mishaps(&self, time: std::ops::Range<i64>) -> usize {
        self.mishaps.lock().unwrap().iter().filter(|at| time.contains(at)).count()
    }

    pub fn sleep(&self, seconds: i64) {
        self.note_mishap(2);
        self.slept.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    pub fn set_wall(&self, by: i64) {
        self.skew.fetch_add(by, Ordering::SeqCst);
        self.settings.fetch_add(1, Ordering::SeqCst);
    }

    /// How often the wall clock was set.
    pub fn settings(&self) -> u64 {
        self.settings.load(Ordering::SeqCst)
    }

    pub fn skew(&self) -> i64 {
        self.skew.load(Ordering::SeqCst)
    }
}

impl Clock for World {
    fn now(&self) -> SystemTime {
        let seconds = Self::now(self) + self.skew();
        UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs())
    }

    fn since_start(&self) -> Option<Duration> {
        Some(Duration::from_millis(86_400_000 + self.elapsed().unsigned_abs()))
    }
}
