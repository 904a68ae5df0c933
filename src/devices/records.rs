//! What is kept of devices here. A store that fails costs a second factor, never the sign-in.

use super::Devices;
use crate::error::Result;
use crate::events::AuthUser;
use crate::storage::record::DeviceRecord;

impl Devices {
    /// The devices that a sign-in may use.
    pub async fn known(&self) -> Vec<DeviceRecord> {
        self.records.devices().await.unwrap_or_default()
    }

    /// The device of one user.
    pub async fn of(&self, username: &str) -> Option<DeviceRecord> {
        self.records.device(username).await.ok().flatten()
    }

    /// The device of the user's session, if its verifier is not yet with the service.
    pub async fn unconfirmed(&self, user: &AuthUser, device_key: &str) -> Option<DeviceRecord> {
        let found = self.of(&user.username).await?;
        (found.device_key == device_key && !found.confirmed).then_some(found)
    }

    /// Notes the name that led to this user, and what became of a device that the service had forgotten.
    pub async fn note_sign_in(
        &self,
        user: &AuthUser,
        typed: &str,
        used: Option<DeviceRecord>,
        lost: Option<DeviceRecord>,
    ) -> Result<()> {
        if let Some(mut used) = used.filter(|device| !device.is_named(typed)) {
            used.names.push(typed.to_lowercase());
            self.records.save_device(used).await?;
        }
        match lost {
            Some(lost) if lost.username == user.username => {
                self.records.remove_device(&lost.username, &lost.device_key).await
            }
            // The name is another user's now; the device is still that of the user it was filed under.
            Some(mut lost) => {
                lost.names.retain(|name| *name != typed.to_lowercase());
                self.records.save_device(lost).await
            }
            None => Ok(()),
        }
    }

    /// Keeps a device.
    pub async fn keep(&self, device: DeviceRecord) -> Result<()> {
        self.records.save_device(device).await
    }

    /// Forgets a device here.
    pub async fn remove_record(&self, username: &str, device_key: &str) -> Result<()> {
        self.records.remove_device(username, device_key).await
    }
}
