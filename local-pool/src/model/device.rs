use serde_json::{Value, json};

use super::pool::{ACCOUNT_ID, Pool};
use super::timestamp::seconds;

/// A device that a user confirmed.
pub(crate) struct Device {
    pub key: String,
    pub name: Option<String>,
    pub salt: Vec<u8>,
    /// `v` of the secret that the device made for itself.
    pub verifier: Vec<u8>,
    /// A device that is confirmed and not remembered is known, and proves nothing.
    pub remembered: bool,
    pub seen: Seen,
    pub created_ms: i64,
    pub modified_ms: i64,
}

/// The last sign-in from a device.
#[derive(Clone)]
pub(crate) struct Seen {
    pub ip: String,
    pub sdk: String,
    pub at_ms: i64,
}

/// The device in a token line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LineDevice {
    /// The pool does not remember devices.
    None,
    /// One that the user confirmed before.
    Known(String),
    /// One that this sign-in offers. It can be confirmed unless the sign-in was answered under another name than the
    /// user's own.
    Offered { key: String, confirmable: bool },
}

impl LineDevice {
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Known(key) | Self::Offered { key, .. } => Some(key),
        }
    }

    pub fn is_offered(&self) -> bool {
        matches!(self, Self::Offered { .. })
    }
}

pub(crate) const REMEMBERED: &str = "remembered";
pub(crate) const NOT_REMEMBERED: &str = "not_remembered";

impl Device {
    /// `DeviceType`
    pub fn description(&self, pool: &Pool, username: &str) -> Value {
        let owner = format!("{username}.{}", pool.id);
        let arn = format!("arn:aws:cognito-idp:{}:{ACCOUNT_ID}:owner/{owner}/device/{}", pool.region(), self.key);
        let remembered = if self.remembered { REMEMBERED } else { NOT_REMEMBERED };
        let values = [
            ("device_status", Some("valid")),
            ("device_name", self.name.as_deref()),
            ("dev:device_arn", Some(arn.as_str())),
            ("dev:device_owner", Some(owner.as_str())),
            ("last_ip_used", Some(self.seen.ip.as_str())),
            ("dev:device_remembered_status", Some(remembered)),
            ("dev:device_sdk", Some(self.seen.sdk.as_str())),
        ];
        let present = values.into_iter().filter_map(|(name, value)| Some(json!({ "Name": name, "Value": value? })));
        json!({
            "DeviceKey": self.key,
            "DeviceAttributes": present.collect::<Vec<_>>(),
            "DeviceCreateDate": seconds(self.created_ms),
            "DeviceLastModifiedDate": seconds(self.modified_ms),
            "DeviceLastAuthenticatedDate": seconds(self.seen.at_ms),
        })
    }
}
