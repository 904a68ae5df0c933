//! Events for Swift and Kotlin: a listener that is called, and a stream that is pulled (for `AsyncStream` and `Flow`).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};

use tokio::runtime::Runtime;

use crate::events::{AuthEvent, EventStream};

/// An exception from a listener; noted nowhere, since a listener's fault is its own.
#[derive(Clone, Debug, thiserror::Error, uniffi::Error)]
pub enum ListenerError {
    /// The listener threw.
    #[error("the listener failed")]
    Failed,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for ListenerError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed
    }
}

/// Is told what happens. Called from a background thread, one event at a time, in order; the first is `configured`
/// with the current state. It may block or call the client; an exception does no harm.
#[uniffi::export(foreign)]
pub trait AuthEventListener: Send + Sync {
    /// Something happened.
    fn on_event(&self, event: AuthEvent) -> Result<(), ListenerError>;
}

/// A stream of events.
#[derive(Debug, uniffi::Object)]
pub struct EventQueue {
    stream: Arc<EventStream>,
}

impl EventQueue {
    pub(super) fn new(stream: EventStream) -> Self {
        Self { stream: Arc::new(stream) }
    }
}

#[uniffi::export]
impl EventQueue {
    /// The next event; waits for it. None once the queue was finished or the client closed.
    pub async fn next(&self) -> Option<AuthEvent> {
        self.stream.next().await
    }

    /// Ends the queue: a waiting `next` gives none.
    pub fn finish(&self) {
        self.stream.close();
    }
}

impl Drop for EventQueue {
    fn drop(&mut self) {
        self.stream.close();
    }
}

/// Keeps a listener listening: until it is cancelled or dropped.
#[derive(Debug, uniffi::Object)]
pub struct SubscriptionCore {
    stream: Arc<EventStream>,
}

#[uniffi::export]
impl SubscriptionCore {
    /// Ends the listening. An event that is being told at this moment is told to its end.
    pub fn cancel(&self) {
        self.stream.close();
    }
}

impl Drop for SubscriptionCore {
    fn drop(&mut self) {
        self.stream.close();
    }
}

/// Tells the listener every event, on a thread of its own: one that blocks keeps nobody waiting but itself.
pub(super) fn listen(
    stream: EventStream,
    listener: Arc<dyn AuthEventListener>,
    runtime: &'static Runtime,
) -> std::io::Result<SubscriptionCore> {
    let stream = Arc::new(stream);
    let weak: Weak<EventStream> = Arc::downgrade(&stream);
    std::thread::Builder::new().name("portcullis-listener".to_owned()).spawn(move || {
        while let Some(stream) = weak.upgrade() {
            let Some(event) = runtime.block_on(stream.next()) else { return };
            drop(stream);
            // A panic or an exception in the listener ends neither this loop nor anything else.
            let _ = catch_unwind(AssertUnwindSafe(|| listener.on_event(event)));
        }
    })?;
    Ok(SubscriptionCore { stream })
}
