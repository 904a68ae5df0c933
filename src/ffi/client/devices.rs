//! The calls about remembered devices.

use std::sync::Arc;

use super::AuthCore;
use crate::devices::AuthDevice;
use crate::error::AuthError;
use crate::ffi::cancel::CancelToken;
use crate::ffi::runtime::run;

#[uniffi::export]
impl AuthCore {
    /// Has the service ask for no second factor on this device.
    pub async fn remember_device(&self, cancel: Option<Arc<CancelToken>>) -> Result<(), AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.remember_device().await }).await
    }

    /// Has the service forget a device of the user: this one, or the one with that id.
    pub async fn forget_device(&self, id: Option<String>, cancel: Option<Arc<CancelToken>>) -> Result<(), AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.forget_device(id).await }).await
    }

    /// The devices that the service knows for the user.
    pub async fn fetch_devices(&self, cancel: Option<Arc<CancelToken>>) -> Result<Vec<AuthDevice>, AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.fetch_devices().await }).await
    }
}
