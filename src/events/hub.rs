//! The hub: holds the state and hands every event to every stream, in one order for all.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, Weak};

use tokio::sync::Notify;

use super::{AuthEvent, AuthState, UnknownReason};
use crate::error::Result;
use crate::support::shown::shows;
use crate::support::sync::{Mutex, MutexGuard};

/// So many events wait for a listener at most. One that is further behind begins anew with the current state.
const LONGEST_QUEUE: usize = 1_000;

/// Holds the state and the listeners of one client.
#[derive(Debug)]
pub(crate) struct Hub {
    inner: Mutex<Inner>,
}

struct Inner {
    /// What the user pool's session says.
    session: AuthState,
    /// The identity of whoever is federated without a user pool; counts while nobody is signed in.
    federated: Option<String>,
    streams: Vec<Weak<Queue>>,
    closed: bool,
}
shows!(Inner { session, closed });

/// The events that wait for one listener.
#[derive(Debug, Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    news: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    events: VecDeque<AuthEvent>,
    /// Nothing more comes.
    ended: bool,
}

impl Hub {
    pub fn new() -> Arc<Self> {
        let state = AuthState::Unknown { reason: UnknownReason::NotLoaded };
        let inner = Inner { session: state, federated: None, streams: Vec::new(), closed: false };
        Arc::new(Self { inner: Mutex::new(inner) })
    }

    pub fn state(&self) -> AuthState {
        self.lock().state()
    }

    /// Changes the state of the session and tells it with the event that belongs to the change.
    pub fn change(&self, state: AuthState, event: AuthEvent) {
        let mut inner = self.lock();
        inner.session = state;
        inner.federated = None; // who signs in or out has the last word
        inner.emit(&event);
    }

    /// Somebody is federated, unless a user of the user pool is signed in: then nothing changes.
    pub fn federate(&self, identity_id: &str) -> bool {
        let mut inner = self.lock();
        if inner.has_session() {
            return false;
        }
        inner.federated = Some(identity_id.to_owned());
        inner.emit(&AuthEvent::Federated { identity_id: identity_id.to_owned() });
        true
    }

    /// Nobody is federated any more; an event only if somebody was.
    pub fn end_federation(&self) {
        let mut inner = self.lock();
        if let Some(identity_id) = inner.federated.take() {
            inner.emit(&AuthEvent::FederationCleared { identity_id });
        }
    }

    /// Notes the federation that the store holds; an event only if that is news.
    pub fn set_federation_if_changed(&self, identity_id: &str) {
        let mut inner = self.lock();
        if inner.federated.as_deref() != Some(identity_id) && !inner.has_session() {
            inner.federated = Some(identity_id.to_owned());
            let state = inner.state();
            inner.emit(&AuthEvent::StateChanged { state });
        }
    }

    /// Notes what reading the store showed; an event only if that is news.
    pub fn set_if_changed(&self, state: AuthState) {
        let mut inner = self.lock();
        if inner.session != state {
            let before = inner.state();
            inner.session = state;
            let state = inner.state();
            if state != before {
                inner.emit(&AuthEvent::StateChanged { state });
            }
        }
    }

    /// Tells an event that changes no state.
    pub fn emit(&self, event: &AuthEvent) {
        self.lock().emit(event);
    }

    /// Tells that something could not be stored, if so.
    pub fn report_storing(&self, stored: Result<()>) {
        if let Err(error) = stored {
            self.emit(&AuthEvent::StorageFailed { error: error.into() });
        }
    }

    /// A new stream; its first event is the current state.
    pub fn subscribe(&self) -> EventStream {
        let queue = Arc::new(Queue::default());
        let mut inner = self.lock();
        let state = inner.state();
        queue.push(AuthEvent::Configured { state: state.clone() }, &state);
        if inner.closed {
            queue.end();
        } else {
            inner.streams.push(Arc::downgrade(&queue));
        }
        EventStream { queue }
    }

    /// Ends every stream, once it has given the events it still holds; later ones give the state and end.
    pub fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        for stream in inner.streams.drain(..).filter_map(|stream| stream.upgrade()) {
            stream.end();
        }
    }

    /// No caller's code runs under this lock, so a poisoned one is still consistent.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn has_session(&self) -> bool {
        matches!(self.session, AuthState::SignedIn { .. } | AuthState::SessionExpired { .. })
    }

    fn state(&self) -> AuthState {
        match &self.federated {
            Some(identity_id) if !self.has_session() => AuthState::Federated { identity_id: identity_id.clone() },
            _ => self.session.clone(),
        }
    }

    fn emit(&mut self, event: &AuthEvent) {
        let state = self.state();
        self.streams.retain(|stream| stream.upgrade().is_some_and(|queue| queue.push(event.clone(), &state)));
    }
}

impl Queue {
    /// Adds an event; whether the listener still listens.
    fn push(&self, event: AuthEvent, state: &AuthState) -> bool {
        let mut waiting = self.lock();
        if waiting.ended {
            return false;
        }
        if waiting.events.len() >= LONGEST_QUEUE {
            waiting.events.clear();
            waiting.events.push_back(AuthEvent::Configured { state: state.clone() });
        } else {
            waiting.events.push_back(event);
        }
        drop(waiting);
        self.news.notify_waiters();
        true
    }

    fn end(&self) {
        self.lock().ended = true;
        self.news.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One listener's events, in order. Begins with [`AuthEvent::Configured`]. A listener that falls more than 1,000 events
/// behind loses those, and begins anew with [`AuthEvent::Configured`].
#[derive(Debug)]
pub struct EventStream {
    queue: Arc<Queue>,
}

impl EventStream {
    /// The next event; waits for it. `None` once the stream or the client was closed.
    /// Dropping the future loses no event.
    pub async fn next(&self) -> Option<AuthEvent> {
        loop {
            let news = self.queue.news.notified();
            tokio::pin!(news);
            news.as_mut().enable(); // from here on nothing is missed
            {
                let mut waiting = self.queue.lock();
                if let Some(event) = waiting.events.pop_front() {
                    return Some(event);
                }
                if waiting.ended {
                    return None;
                }
            }
            news.await;
        }
    }

    /// Ends the stream: a waiting and every later [`next`](Self::next) gives `None`, and nothing is kept for it.
    pub fn close(&self) {
        let mut waiting = self.queue.lock();
        waiting.events.clear();
        waiting.ended = true;
        drop(waiting);
        self.queue.news.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::AuthUser;

    fn user(name: &str) -> AuthUser {
        AuthUser { username: name.to_owned(), user_id: format!("sub-{name}") }
    }

    #[tokio::test]
    async fn a_late_listener_first_gets_the_state_and_then_each_event_once() {
        let hub = Hub::new();
        hub.change(AuthState::SignedIn { user: user("ann") }, AuthEvent::SignedIn { user: user("ann") });
        let stream = hub.subscribe();
        hub.change(AuthState::SignedOut, AuthEvent::SignedOut { user: user("ann") });
        hub.set_if_changed(AuthState::SignedOut);
        hub.close();
        let state = AuthState::SignedIn { user: user("ann") };
        assert_eq!(stream.next().await, Some(AuthEvent::Configured { state }));
        assert_eq!(stream.next().await, Some(AuthEvent::SignedOut { user: user("ann") }));
        assert_eq!(stream.next().await, None);
        assert_eq!(hub.state(), AuthState::SignedOut);
    }

    #[tokio::test]
    async fn closing_wakes_the_waiting() {
        let hub = Hub::new();
        let stream = Arc::new(hub.subscribe());
        assert!(stream.next().await.is_some());
        let waiting = tokio::spawn({
            let stream = stream.clone();
            async move { stream.next().await }
        });
        tokio::task::yield_now().await;
        stream.close();
        assert_eq!(waiting.await.unwrap(), None);
        assert_eq!(stream.next().await, None);
        drop(stream);
        hub.emit(&AuthEvent::SignUpConfirmed { username: "ann".to_owned() });
        assert!(hub.lock().streams.is_empty());
    }

    #[tokio::test]
    async fn an_abandoned_listener_keeps_nothing() {
        let hub = Hub::new();
        let told = AuthEvent::SignUpConfirmed { username: "ann".to_owned() };
        let (closed, unread) = (hub.subscribe(), hub.subscribe());
        closed.close();
        for _ in 0..10_000 {
            hub.emit(&told);
        }
        assert_eq!((closed.queue.lock().events.len(), hub.lock().streams.len()), (0, 1));
        assert!(unread.queue.lock().events.len() <= LONGEST_QUEUE);
        // Who reads again is told where things stand, and misses nothing from there.
        hub.change(AuthState::SignedIn { user: user("ann") }, AuthEvent::SignedIn { user: user("ann") });
        let mut last = unread.next().await;
        assert!(matches!(last, Some(AuthEvent::Configured { .. })));
        while !unread.queue.lock().events.is_empty() {
            last = unread.next().await;
        }
        assert_eq!(last, Some(AuthEvent::SignedIn { user: user("ann") }));
    }
}
