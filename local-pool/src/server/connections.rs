//! The open connections: how long each may take for what, and which of them give way when there are too many.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::config::Limits;

const RETRY: Duration = Duration::from_millis(20);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing of a request is here, or an answer is on its way.
    Idle,
    Headers,
    Body,
    /// The server's turn, which no limit ends.
    Working,
}

/// What a connection is doing, and since when.
pub(super) struct Activity {
    state: Mutex<(Phase, Instant)>,
    /// Whether it has brought a whole request at any time.
    has_asked: AtomicBool,
    must_go: AtomicBool,
    changed: Notify,
}

impl Activity {
    fn new() -> Self {
        Self {
            state: Mutex::new((Phase::Idle, Instant::now())),
            has_asked: AtomicBool::new(false),
            must_go: AtomicBool::new(false),
            changed: Notify::new(),
        }
    }

    pub fn has_read(&self) {
        if self.state().0 == Phase::Idle {
            self.enter(Phase::Headers);
        }
    }

    pub fn has_written(&self) {
        let mut state = self.state();
        if state.0 == Phase::Idle {
            state.1 = Instant::now();
        }
    }

    pub fn reads_body(&self) {
        self.enter(Phase::Body);
    }

    pub fn works(&self) {
        self.has_asked.store(true, Ordering::Relaxed);
        self.enter(Phase::Working);
    }

    pub fn answers(&self) {
        self.enter(Phase::Idle);
    }

    /// Waits until the connection has to be closed.
    pub async fn overdue(&self, limits: &Limits) {
        loop {
            if self.must_go.load(Ordering::Relaxed) {
                return;
            }
            let (phase, since) = *self.state();
            let limit = match phase {
                Phase::Idle => Some(limits.idle),
                Phase::Headers => Some(limits.headers),
                // Reading the body is timed where it is read, for an answer that says so.
                Phase::Body | Phase::Working => None,
            };
            match limit {
                None => self.changed.notified().await,
                Some(limit) if since.elapsed() >= limit => return,
                Some(limit) => tokio::select! {
                    () = self.changed.notified() => {}
                    () = tokio::time::sleep_until(since + limit) => {}
                },
            }
        }
    }

    fn enter(&self, phase: Phase) {
        *self.state() = (phase, Instant::now());
        self.changed.notify_one();
    }

    fn evict(&self) {
        self.must_go.store(true, Ordering::Relaxed);
        self.changed.notify_one();
    }

    /// Who has to give way first is first; None for those that never do.
    fn rank(&self) -> Option<(bool, Instant)> {
        let (phase, since) = *self.state();
        (phase != Phase::Working).then(|| (self.has_asked.load(Ordering::Relaxed), since))
    }

    fn state(&self) -> MutexGuard<'_, (Phase, Instant)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All that are open.
pub(super) struct Connections {
    pub limits: Limits,
    open: Mutex<HashMap<u64, Arc<Activity>>>,
    next: AtomicU64,
    freed: Notify,
}

/// A place among the open connections; dropping it leaves it.
pub(super) struct Place {
    pub activity: Arc<Activity>,
    number: u64,
    connections: Arc<Connections>,
}

impl Connections {
    pub fn new(limits: Limits) -> Arc<Self> {
        let (open, next, freed) = (Mutex::default(), AtomicU64::new(0), Notify::new());
        Arc::new(Self { limits, open, next, freed })
    }

    /// A place for one more. Where there is none, another gives way; where all are at work, this waits.
    pub async fn place(self: &Arc<Self>) -> Place {
        while self.open().len() >= self.limits.connections.max(1) {
            self.make_room();
            // Where all were at work, one of them may be idle by now.
            drop(tokio::time::timeout(RETRY, self.freed.notified()).await);
        }
        let (activity, number) = (Arc::new(Activity::new()), self.next.fetch_add(1, Ordering::Relaxed));
        self.open().insert(number, Arc::clone(&activity));
        Place { activity, number, connections: Arc::clone(self) }
    }

    /// Closes the connection that has the least to lose, if any may be closed.
    pub fn make_room(&self) {
        let open = self.open();
        let ranked = open.values().filter_map(|activity| Some((activity.rank()?, activity)));
        if let Some((_, first)) = ranked.min_by_key(|(rank, _)| *rank) {
            first.evict();
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Arc<Activity>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.open().remove(&self.number);
        self.connections.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(connections: usize) -> Arc<Connections> {
        Connections::new(Limits { connections, ..Limits::default() })
    }

    async fn goes(place: &Place) -> bool {
        let gone = place.activity.overdue(&place.connections.limits);
        tokio::time::timeout(Duration::from_millis(1), gone).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn half_sent_requests_give_way_before_idle_clients_and_work_never_does() {
        let connections = of(3);
        let (working, idle, half) = (connections.place().await, connections.place().await, connections.place().await);
        working.activity.works();
        idle.activity.works();
        idle.activity.answers();
        half.activity.has_read();
        for expected in [&half, &idle] {
            assert!(!goes(expected).await);
            connections.make_room();
            assert!(goes(expected).await);
            connections.open().remove(&expected.number);
        }
        connections.make_room();
        assert!(!goes(&working).await);
    }

    #[tokio::test(start_paused = true)]
    async fn the_next_one_waits_until_work_is_done() {
        let connections = of(1);
        let working = connections.place().await;
        working.activity.works();
        let waiting = tokio::time::timeout(Duration::from_secs(5), connections.place());
        assert!(waiting.await.is_err());
        drop(working);
        connections.place().await;
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_done_gives_way_to_one_that_waits_already() {
        let connections = of(1);
        let place = connections.place().await;
        place.activity.works();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            place.activity.answers();
            place.activity.overdue(&place.connections.limits).await;
        });
        let waited = tokio::time::timeout(Duration::from_secs(2), connections.place()).await;
        assert!(waited.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn each_phase_has_its_limit() {
        let connections = of(1);
        let place = connections.place().await;
        let overdue_after = |seconds: u64| {
            tokio::time::timeout(Duration::from_secs(seconds), place.activity.overdue(&connections.limits))
        };
        place.activity.has_read();
        assert!(overdue_after(9).await.is_err());
        assert!(overdue_after(2).await.is_ok());
        place.activity.works();
        assert!(overdue_after(3_600).await.is_err());
        place.activity.answers();
        assert!(overdue_after(59).await.is_err());
        place.activity.has_written();
        assert!(overdue_after(59).await.is_err());
        assert!(overdue_after(2).await.is_ok());
    }
}
