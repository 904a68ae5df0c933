//! The operations about remembered devices.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use super::sign_up::NameValue;
use super::{Call, Nothing, lenient, null_is_default};
use crate::support::input::cut_device_name;
use crate::support::ordered::ordered;
use crate::support::secret::Secret;

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConfirmDevice {
    pub access_token: Secret,
    pub device_key: String,
    /// Cut to what the service takes: a name too long would be refused for good, and with it the device.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "cut")]
    pub device_name: Option<String>,
    pub device_secret_verifier_config: DeviceSecretVerifierConfig,
}

#[allow(clippy::ref_option)] // as serde calls it
fn cut<S: Serializer>(name: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    name.as_deref().map(cut_device_name).serialize(serializer)
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
    #[serde(default, deserialize_with = "lenient::list")]
    pub devices: Vec<Device>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub pagination_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Device {
    #[serde(default, deserialize_with = "null_is_default")]
    pub device_key: String,
    #[serde(default, deserialize_with = "lenient::list")]
    pub device_attributes: Vec<NameValue>,
    /// Unix seconds, possibly with a fraction; the two below too.
    #[serde(default, deserialize_with = "lenient::number")]
    pub device_create_date: Option<f64>,
    #[serde(default, deserialize_with = "lenient::number")]
    pub device_last_modified_date: Option<f64>,
    #[serde(default, deserialize_with = "lenient::number")]
    pub device_last_authenticated_date: Option<f64>,
}

impl Device {
    pub fn attributes(&mut self) -> BTreeMap<String, String> {
        ordered(std::mem::take(&mut self.device_attributes).into_iter().map(|pair| (pair.name, pair.value)))
    }
}

impl Call for ListDevices {
    const OPERATION: &'static str = "ListDevices";
    const REPEATABLE: bool = true;
    type Answer = ListDevicesAnswer;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_too_long_does_not_cost_the_device() {
        let sent = |name: &str| {
            let device_secret_verifier_config =
                DeviceSecretVerifierConfig { password_verifier: String::new(), salt: String::new() };
            let device_name = Some(name.to_owned());
            let (access_token, device_key) = ("a".into(), "k".to_owned());
            let call = ConfirmDevice { access_token, device_key, device_name, device_secret_verifier_config };
            serde_json::to_value(call).unwrap()["DeviceName"].as_str().unwrap().to_owned()
        };
        assert_eq!(sent(&"x".repeat(1025)), "x".repeat(1024));
        assert_eq!(sent("Ann's phone"), "Ann's phone");
    }
}
