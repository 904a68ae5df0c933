//! Making this device known to the service after a sign-in, until it is.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::Parts;
use crate::error::{Error, Result as Internal};
use crate::events::{AuthEvent, AuthUser};
use crate::storage::record::DeviceRecord;
use crate::support::task::detached;

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

impl Parts {
    /// Confirms the device. A failure that can pass is tried again in the background, and is no failure of the sign-in.
    pub(super) async fn confirm_device(self: &Arc<Self>, user: AuthUser, device: DeviceRecord) {
        if self.confirming.lock().await.replace(device.device_key.clone()).as_ref() == Some(&device.device_key) {
            return; // it is being done already
        }
        let parts = self.clone();
        let first = detached(async move {
            if parts.try_to_confirm(&user, &device).await.is_err_and(|error| error.code().is_retryable()) {
                tokio::spawn(keep_confirming(Arc::downgrade(&parts), user, device));
            }
            Ok(())
        });
        let _ = tokio::time::timeout(PATIENCE, first).await; // it goes on by itself
    }

    /// Confirms the device of the stored session, if an earlier process could not.
    pub(super) async fn settle_device(self: &Arc<Self>) {
        let Ok((user, Some(device_key))) = self.keeper.user_and_device().await else { return };
        if let Some(device) = self.devices.unconfirmed(&user, &device_key).await {
            self.confirm_device(user, device).await;
        }
    }

    async fn try_to_confirm(self: &Arc<Self>, user: &AuthUser, device: &DeviceRecord) -> Internal<()> {
        let confirm = |token| self.devices.confirm(token, device.clone());
        let result = self.keeper.authorized_for(user, confirm).await;
        let Err(error) = &result else { return result };
        if !matches!(error, Error::Superseded(_) | Error::NotSignedIn) {
            self.hub.tell(&AuthEvent::DeviceConfirmationFailed { user: user.clone(), error: error.clone().into() });
        }
        if !error.code().is_retryable() {
            // The service will not have it. The session keeps its key; the next sign-in is from a new device.
            let _ = self.devices.drop(&device.username, &device.device_key).await;
        }
        result
    }
}

async fn keep_confirming(parts: Weak<Parts>, user: AuthUser, device: DeviceRecord) {
    for wait in WAITS {
        tokio::time::sleep(wait).await;
        let Some(parts) = parts.upgrade().filter(|parts| !parts.closed.load(Ordering::Acquire)) else { return };
        let current = parts.keeper.user_and_device().await;
        if !matches!(&current, Ok((who, Some(key))) if *who == user && *key == device.device_key) {
            return; // signed out, or in again
        }
        if !parts.try_to_confirm(&user, &device).await.is_err_and(|error| error.code().is_retryable()) {
            return;
        }
    }
    if let Some(parts) = parts.upgrade() {
        *parts.confirming.lock().await = None; // the next process, or `rememberDevice`, may try again
    }
}
