//! The hub: holds the state and hands every event to every stream, in one order for all.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;

use super::{AuthEvent, AuthState, UnknownReason};

/// Holds the state and the listeners of one client.
#[derive(Debug)]
pub(crate) struct Hub {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    state: AuthState,
    streams: Vec<UnboundedSender<AuthEvent>>,
    closed: bool,
}

impl Hub {
    pub fn new() -> Arc<Self> {
        let state = AuthState::Unknown { reason: UnknownReason::NotLoaded };
        Arc::new(Self { inner: Mutex::new(Inner { state, streams: Vec::new(), closed: false }) })
    }

    pub fn state(&self) -> AuthState {
        self.lock().state.clone()
    }

    /// Changes the state and tells it with the event that belongs to the change.
    pub fn change(&self, state: AuthState, event: AuthEvent) {
        let mut inner = self.lock();
        inner.state = state;
        inner.tell(&event);
    }

    /// Notes what reading the store showed; an event only if that is news.
    pub fn learn(&self, state: AuthState) {
        let mut inner = self.lock();
        if inner.state != state {
            inner.state = state.clone();
            inner.tell(&AuthEvent::StateChanged { state });
        }
    }

    /// Tells an event that changes no state.
    pub fn tell(&self, event: &AuthEvent) {
        self.lock().tell(event);
    }

    /// A new stream; its first event is the current state.
    pub fn subscribe(&self) -> EventStream {
        let (sender, receiver) = unbounded_channel();
        let mut inner = self.lock();
        let _ = sender.send(AuthEvent::Configured { state: inner.state.clone() }); // the receiver is alive
        if !inner.closed {
            inner.streams.push(sender);
        }
        EventStream { receiver: tokio::sync::Mutex::new(receiver), closed: watch::Sender::new(false) }
    }

    /// Ends every stream, once it has given the events it still holds; later ones give the state and end.
    pub fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        inner.streams.clear();
    }

    /// No caller's code runs under this lock, so a poisoned one is still consistent.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn tell(&mut self, event: &AuthEvent) {
        self.streams.retain(|stream| stream.send(event.clone()).is_ok());
    }
}

/// One listener's events, in order. Begins with [`AuthEvent::Configured`].
#[derive(Debug)]
pub struct EventStream {
    receiver: tokio::sync::Mutex<UnboundedReceiver<AuthEvent>>,
    closed: watch::Sender<bool>,
}

impl EventStream {
    /// The next event; waits for it. `None` once the stream or the client was closed.
    /// Dropping the future loses no event.
    pub async fn next(&self) -> Option<AuthEvent> {
        let mut closed = self.closed.subscribe();
        tokio::select! {
            biased;
            _ = closed.wait_for(|closed| *closed) => None,
            event = async { self.receiver.lock().await.recv().await } => event,
        }
    }

    /// Ends the stream: a waiting and every later [`next`](Self::next) gives `None`.
    pub fn close(&self) {
        self.closed.send_replace(true);
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
        hub.learn(AuthState::SignedOut);
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
        hub.tell(&AuthEvent::SignUpConfirmed { username: "ann".to_owned() });
        assert!(hub.lock().streams.is_empty());
    }
}
