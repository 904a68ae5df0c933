//! Making a device known to the service: it gets a password of its own, whose verifier the service keeps.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Devices;
use crate::error::{ErrorCode, Result};
use crate::protocol::user_pool::{ConfirmDevice, DeviceSecretVerifierConfig, NewDeviceMetadata};
use crate::srp::client::Identity;
use crate::srp::device::device_verifier;
use crate::storage::record::DeviceRecord;
use crate::support::secret::Secret;

impl Devices {
    /// The record of a device that the service offers to remember, not yet confirmed. The names that led to the one
    /// before lead to it too.
    pub fn begin(
        &self,
        username: &str,
        typed: &str,
        before: Option<&DeviceRecord>,
        offered: NewDeviceMetadata,
    ) -> Result<DeviceRecord> {
        let mut secret = zeroize::Zeroizing::new([0; 40]);
        self.random.fill(&mut *secret)?;
        let mut names = before.map_or_else(Vec::new, |before| before.names.clone());
        let typed = typed.to_lowercase();
        if !names.contains(&typed) {
            names.push(typed);
        }
        Ok(DeviceRecord {
            username: username.to_owned(),
            names,
            device_key: offered.device_key,
            group_key: offered.device_group_key,
            secret: Secret::new(STANDARD.encode(secret.as_slice())),
            confirmed: false,
            unknown: before.map(|before| before.unknown.clone()).unwrap_or_default(),
        })
    }

    /// Gives the service the device's verifier (`ConfirmDevice`), and notes that it has it. A device that was confirmed
    /// before is one whose last answer got lost.
    pub async fn confirm(&self, access_token: Secret, mut device: DeviceRecord) -> Result<()> {
        let mut salt = [0; 16];
        self.random.fill(&mut salt)?;
        let identity = Identity { group: &device.group_key, user: &device.device_key };
        let verifier = device_verifier(identity, device.secret.expose(), &salt);
        let call = ConfirmDevice {
            access_token,
            device_key: device.device_key.clone(),
            device_name: self.name.clone(),
            device_secret_verifier_config: DeviceSecretVerifierConfig {
                password_verifier: verifier.password_verifier,
                salt: verifier.salt,
            },
        };
        match self.pool.call(&call).await {
            Ok(_) => {}
            Err(error) if error.code() == ErrorCode::DeviceKeyExists => {}
            Err(error) => return Err(error),
        }
        device.confirmed = true;
        self.records.save_device(device).await
    }
}
