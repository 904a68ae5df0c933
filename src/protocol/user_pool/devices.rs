//! The operations about remembered devices.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::sign_up::NameValue;
use super::{Call, Nothing, null_is_default};
use crate::support::secret::Secret;

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConfirmDevice {
    pub access_token: Secret,
    pub device_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_name: Option<String>,
    pub device_secret_verifier_config: DeviceSecretVerifierConfig,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeviceSecretVerifierConfig {
    pub password_verifier: String,
    pub salt: String,
}

impl Call for ConfirmDevice {
    const OPERATION: &'static str = "ConfirmDevice";
    const REPEATABLE: bool = true;
    type Answer = Nothing;
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateDeviceStatus {
    pub access_token: Secret,
    pub device_key: String,
    /// `remembered` or `not_remembered`.
    pub device_remembered_status: &'static str,
}

impl Call for UpdateDeviceStatus {
    const OPERATION: &'static str = "UpdateDeviceStatus";
    const REPEATABLE: bool = true;
    type Answer = Nothing;
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ForgetDevice {
    pub access_token: Secret,
    pub device_key: String,
}

impl Call for ForgetDevice {
    const OPERATION: &'static str = "ForgetDevice";
    // The second one would hear that there is no such device.
    const REPEATABLE: bool = false;
    type Answer = Nothing;
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListDevices {
    pub access_token: Secret,
    /// At most 60.
    pub limit: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagination_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListDevicesAnswer {
    #[serde(default, deserialize_with = "null_is_default")]
    pub devices: Vec<Device>,
    pub pagination_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Device {
    #[serde(default, deserialize_with = "null_is_default")]
    pub device_key: String,
    #[serde(default, deserialize_with = "null_is_default")]
    pub device_attributes: Vec<NameValue>,
    /// Unix seconds, possibly with a fraction; the two below too.
    pub device_create_date: Option<f64>,
    pub device_last_modified_date: Option<f64>,
    pub device_last_authenticated_date: Option<f64>,
}

impl Device {
    pub fn attributes(&mut self) -> BTreeMap<String, String> {
        std::mem::take(&mut self.device_attributes).into_iter().map(|pair| (pair.name, pair.value)).collect()
    }
}

impl Call for ListDevices {
    const OPERATION: &'static str = "ListDevices";
    const REPEATABLE: bool = true;
    type Answer = ListDevicesAnswer;
}
