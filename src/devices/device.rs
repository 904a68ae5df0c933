//! The service's list of a user's devices.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use super::Devices;
use crate::error::{Error, Result};
use crate::protocol::user_pool::{Device, ForgetDevice, ListDevices, UpdateDeviceStatus};
use crate::support::clock::from_unix_seconds;
use crate::support::secret::Secret;
use crate::support::shown::shows;

/// A device that the service knows for the user (`ListDevices`).
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct AuthDevice {
    /// The device key.
    pub id: String,
    /// The name that it was registered with.
    pub name: Option<String>,
    /// Whether it is this device.
    pub is_current: bool,
    /// All its attributes by the service's names, for example `device_status` and `last_ip_used`.
    pub attributes: HashMap<String, String>,
    /// When it was first seen.
    pub created_at: Option<SystemTime>,
    /// When something about it was changed last.
    pub last_modified_at: Option<SystemTime>,
    /// When it last took part in a sign-in.
    pub last_authenticated_at: Option<SystemTime>,
}
shows!(AuthDevice { is_current, created_at, last_modified_at, last_authenticated_at });

impl AuthDevice {
    fn new(mut device: Device, current: Option<&str>) -> Self {
        let attributes = device.attributes();
        Self {
            is_current: current == Some(device.device_key.as_str()),
            name: attributes.get("device_name").cloned(),
            attributes: attributes.into_iter().collect(),
            created_at: device.device_create_date.and_then(time),
            last_modified_at: device.device_last_modified_date.and_then(time),
            last_authenticated_at: device.device_last_authenticated_date.and_then(time),
            id: device.device_key,
        }
    }
}

/// The most that the service gives at once, and a bound on how often it is asked.
const PAGE: u32 = 60;
const MOST_PAGES: usize = 100;

impl Devices {
    /// All the user's devices.
    pub async fn list(&self, access_token: Secret, current: Option<&str>) -> Result<Vec<AuthDevice>> {
        let (mut devices, mut pagination_token) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let call = ListDevices { access_token: access_token.clone(), limit: PAGE, pagination_token };
            let answer = self.pool.call(&call).await?;
            devices.extend(answer.devices.into_iter().map(|device| AuthDevice::new(device, current)));
            pagination_token = answer.pagination_token.filter(|token| !token.is_empty());
            if pagination_token.is_none() {
                return Ok(devices);
            }
        }
        Err(Error::bad_answer("the list of devices does not end"))
    }

    /// Has the service ask this device for no second factor.
    pub async fn remember(&self, access_token: Secret, device_key: String) -> Result<()> {
        let call = UpdateDeviceStatus { access_token, device_key, device_remembered_status: "remembered" };
        self.pool.call(&call).await.map(drop)
    }

    /// Has the service forget a device.
    pub async fn forget(&self, access_token: Secret, device_key: String) -> Result<()> {
        self.pool.call(&ForgetDevice { access_token, device_key }).await.map(drop)
    }
}

/// Seconds with a fraction; what is no such time is none.
fn time(seconds: f64) -> Option<SystemTime> {
    let fraction = Duration::try_from_secs_f64(seconds.fract()).ok()?;
    let whole = seconds.is_finite().then_some(seconds.trunc() as i64)?;
    from_unix_seconds(whole).checked_add(fraction)
}
