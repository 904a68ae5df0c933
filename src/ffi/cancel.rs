//! Giving up a call from Swift, whose tasks do not drop a Rust future when they are cancelled. Kotlin needs none of it.

use tokio::sync::watch;

/// Makes the calls that it was given to stop waiting and give `cancelled`. What they have begun runs to its end.
#[derive(Debug, uniffi::Object)]
pub struct CancelToken {
    cancelled: watch::Sender<bool>,
}

#[uniffi::export]
impl CancelToken {
    /// A token for one or more calls.
    #[uniffi::constructor]
    pub fn new() -> Self {
        Self { cancelled: watch::Sender::new(false) }
    }

    /// Gives the calls up; for good.
    pub fn cancel(&self) {
        self.cancelled.send_replace(true);
    }
}

impl CancelToken {
    pub(super) async fn cancelled(&self) {
        let mut receiver = self.cancelled.subscribe();
        // The sender lives as long as this token, so the wait cannot fail.
        let _ = receiver.wait_for(|cancelled| *cancelled).await;
    }
}
