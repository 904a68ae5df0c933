//! The device that still waits for its confirmation: made known to the service after a sign-in, until it is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::devices::Devices;
use crate::error::{Error, Result as Internal, Verdict};
use crate::events::{AuthEvent, AuthUser, Hub};
use crate::session::SessionManager;
use crate::storage::record::DeviceRecord;
use crate::support::shown::shows;
use crate::support::task::{detached, spawn};

/// How long a sign-in waits for it. What takes longer goes on in the background.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long to wait before it is tried again; in the end an access token's life is over.
const WAITS: [Duration; 8] = [
    Duration::from_secs(2),
    Duration::from_secs(10),
    Duration::from_secs(30),
    Duration::from_secs(60),
    Duration::from_secs(300),
    Duration::from_secs(600),
    Duration::from_secs(600),
    Duration::from_secs(1200),
];

/// The confirmation of one client's device.
pub(super) struct DeviceConfirmation {
    sessions: Arc<SessionManager>,
    devices: Arc<Devices>,
    hub: Arc<Hub>,
    /// The device whose confirmation has been begun.
    confirming: tokio::sync::Mutex<Option<String>>,
    /// Whether it has been looked after an earlier process's device.
    settled: AtomicBool,
    closed: AtomicBool,
}
shows!(DeviceConfirmation { settled, closed });

impl DeviceConfirmation {
    pub fn new(sessions: Arc<SessionManager>, devices: Arc<Devices>, hub: Arc<Hub>) -> Arc<Self> {
        Arc::new(Self {
            sessions,
            devices,
            hub,
            confirming: tokio::sync::Mutex::default(),
            settled: AtomicBool::new(false),
            closed: AtomicBool::new(false),
        })
    }

    /// Confirms the device. A failure that can pass is tried again in the background, and is no failure of the sign-in.
    pub async fn confirm(self: &Arc<Self>, user: AuthUser, device: DeviceRecord) {
        if self.confirming.lock().await.replace(device.device_key.clone()).as_ref() == Some(&device.device_key) {
            return; // it is being done already
        }
        let this = self.clone();
        let first = detached(async move {
            if this.attempt(&user, &device).await.is_err_and(|error| may_pass(&error)) {
                spawn(keep_confirming(Arc::downgrade(&this), user, device));
            }
            Ok(())
        });
        let _ = tokio::time::timeout(PATIENCE, first).await; // it goes on by itself
    }

    /// Confirms the device of the stored session, if an earlier process could not; once, and nobody waits for it.
    pub fn settle_later(self: &Arc<Self>) {
        if self.sessions.is_loaded() && !self.settled.swap(true, Ordering::AcqRel) {
            let this = self.clone();
            spawn(async move { this.settle().await });
        }
    }

    /// Confirms the device of the session, if it is not confirmed yet.
    pub async fn settle(self: &Arc<Self>) {
        let Ok(caller) = self.sessions.caller().await else { return };
        let Some(device_key) = caller.device_key() else { return };
        if let Some(device) = self.devices.unconfirmed(caller.user(), device_key).await {
            self.confirm(caller.user().clone(), device).await;
        }
    }

    /// From now on nothing is tried again.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    async fn attempt(self: &Arc<Self>, user: &AuthUser, device: &DeviceRecord) -> Internal<()> {
        let confirm = |token| self.devices.confirm(token, device.clone());
        let result = match self.sessions.caller_for(user).await {
            Ok(caller) => caller.authorized(confirm).await,
            Err(error) => Err(error),
        };
        let Err(error) = &result else { return result };
        if !matches!(error, Error::Superseded(_) | Error::NotSignedIn) {
            self.hub.emit(&AuthEvent::DeviceConfirmationFailed { user: user.clone(), error: error.clone().into() });
        }
        if error.verdict() == Verdict::Refused {
            // The service will not have it. The session keeps its key; the next sign-in is from a new device.
            let _ = self.devices.remove_record(&device.username, &device.device_key).await;
        }
        result
    }
}

/// Whether it is worth trying again: the service has not refused, and the session is still there.
fn may_pass(error: &Error) -> bool {
    let is_over =
        matches!(error, Error::Superseded(_) | Error::NotSignedIn | Error::SessionExpired { .. } | Error::Closed);
    error.verdict() == Verdict::None && !is_over
}

async fn keep_confirming(this: Weak<DeviceConfirmation>, user: AuthUser, device: DeviceRecord) {
    for wait in WAITS {
        tokio::time::sleep(wait).await;
        let Some(this) = this.upgrade().filter(|this| !this.closed.load(Ordering::Acquire)) else { return };
        let caller = this.sessions.caller_for(&user).await;
        if !matches!(&caller, Ok(caller) if caller.device_key() == Some(&device.device_key)) {
            return; // signed out, or in again
        }
        if !this.attempt(&user, &device).await.is_err_and(|error| may_pass(&error)) {
            return;
        }
    }
    if let Some(this) = this.upgrade() {
        *this.confirming.lock().await = None; // the next process, or `rememberDevice`, may try again
    }
}
