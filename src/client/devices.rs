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
        self.run(|parts| async move {
            let (user, device_key) = parts.keeper.user_and_device().await?;
            let device_key = device_key.ok_or(Error::DeviceNotTracked)?;
            parts.settle_device().await;
            parts.keeper.authorized_for(&user, |token| parts.devices.remember(token, device_key.clone())).await
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
        self.run(|parts| async move {
            if id.as_deref() == Some("") {
                return Err(InputError::new("id", "the device's id is empty").into());
            }
            let (user, current) = parts.keeper.user_and_device().await?;
            let device_key = id.or(current.clone()).ok_or(Error::DeviceNotTracked)?;
            let forget = |token| parts.devices.forget(token, device_key.clone());
            let forgotten = parts.keeper.authorized_for(&user, forget).await;
            // This one may have been forgotten elsewhere: done is done.
            let is_done =
                |error: &Error| current.as_ref() == Some(&device_key) && error.code() == ErrorCode::ResourceNotFound;
            if let Some(error) = forgotten.err().filter(|error| !is_done(error)) {
                return Err(error);
            }
            parts.tell_storing(parts.devices.drop(&user.username, &device_key).await);
            Ok(())
        })
        .await
    }

    /// The devices that the service knows for the user (`ListDevices`), all of them.
    ///
    /// # Errors
    /// `not_signed_in`, `session_expired`, and what every call may give.
    pub async fn fetch_devices(&self) -> Result<Vec<AuthDevice>, AuthError> {
        self.run(|parts| async move {
            let (user, current) = parts.keeper.user_and_device().await?;
            parts.keeper.authorized_for(&user, |token| parts.devices.list(token, current.as_deref())).await
        })
        .await
    }
}
