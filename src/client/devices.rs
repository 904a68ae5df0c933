//! The calls about remembered devices.

use super::AuthClient;
use crate::devices::AuthDevice;
use crate::error::{AuthError, Error, ErrorCode, InputError};

impl AuthClient {
    /// Has the service ask for no second factor on this device (`UpdateDeviceStatus`). Only pools that let the user
    /// decide need it; others remember every device.
    ///
    /// # Errors
    /// `device_not_tracked`, `not_signed_in`, `session_expired`, and what every call may give.
    pub async fn remember_device(&self) -> Result<(), AuthError> {
        self.run(|inner| async move {
            let caller = inner.sessions.caller().await?;
            let device_key = caller.device_key().ok_or(Error::DeviceNotTracked)?;
            inner.device_confirmation.settle().await;
            caller.authorized(|token| inner.devices.remember(token, device_key.clone())).await
        })
        .await
    }

    /// Has the service forget a device of the user (`ForgetDevice`): this one, or the one with that id. The service
    /// refuses to renew tokens that are bound to a device it has forgotten, so after forgetting this one the session
    /// ends with its present tokens.
    ///
    /// # Errors
    /// `device_not_tracked`, `resource_not_found` (there is no such device), `not_signed_in`, `session_expired`, and
    /// what every call may give.
    pub async fn forget_device(&self, id: Option<String>) -> Result<(), AuthError> {
        self.run(|inner| async move {
            if id.as_deref() == Some("") {
                return Err(InputError::new("id", "the device's id is empty").into());
            }
            let caller = inner.sessions.caller().await?;
            let current = caller.device_key().cloned();
            let device_key = id.or(current.clone()).ok_or(Error::DeviceNotTracked)?;
            let forgotten = caller.authorized(|token| inner.devices.forget(token, device_key.clone())).await;
            // This one may have been forgotten elsewhere: done is done.
            let is_done =
                |error: &Error| current.as_ref() == Some(&device_key) && error.code() == ErrorCode::ResourceNotFound;
            if let Some(error) = forgotten.err().filter(|error| !is_done(error)) {
                return Err(error);
            }
            inner.hub.report_storing(inner.devices.remove_record(&caller.user().username, &device_key).await);
            Ok(())
        })
        .await
    }

    /// The devices that the service knows for the user (`ListDevices`), all of them.
    ///
    /// # Errors
    /// `not_signed_in`, `session_expired`, and what every call may give.
    pub async fn fetch_devices(&self) -> Result<Vec<AuthDevice>, AuthError> {
        self.run(|inner| async move {
            let caller = inner.sessions.caller().await?;
            let current = caller.device_key().map(String::as_str);
            caller.authorized(|token| inner.devices.list(token, current)).await
        })
        .await
    }
}
