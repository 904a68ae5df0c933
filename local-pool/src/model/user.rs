use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::mfa::MfaSettings;
use super::timestamp::seconds;

pub(crate) type Attributes = BTreeMap<String, String>;

#[derive(Clone)]
pub(crate) struct User {
    /// The internal name: what was signed up with, or the sub where e-mail addresses or phone numbers are the names.
    pub username: String,
    pub sub: String,
    pub status: UserStatus,
    pub enabled: bool,
    /// All but `sub`.
    pub attributes: Attributes,
    pub salt: Vec<u8>,
    /// SRP's `v`; empty for a user without a password.
    pub verifier: Vec<u8>,
    /// Until when a password that an administrator gave is good.
    pub temporary_until_ms: Option<i64>,
    pub created_ms: i64,
    pub modified_ms: i64,
    pub mfa: MfaSettings,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UserStatus {
    Unconfirmed,
    Confirmed,
    ForceChangePassword,
    ResetRequired,
    /// An identity provider signs them in, and nothing here does.
    ExternalProvider,
}

impl UserStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unconfirmed => "UNCONFIRMED",
            Self::Confirmed => "CONFIRMED",
            Self::ForceChangePassword => "FORCE_CHANGE_PASSWORD",
            Self::ResetRequired => "RESET_REQUIRED",
            Self::ExternalProvider => "EXTERNAL_PROVIDER",
        }
    }

    /// The reverse of [`Self::as_str`].
    pub fn from_name(name: &str) -> Option<Self> {
        let all = [
            Self::Unconfirmed,
            Self::Confirmed,
            Self::ForceChangePassword,
            Self::ResetRequired,
            Self::ExternalProvider,
        ];
        all.into_iter().find(|status| status.as_str() == name)
    }
}

impl User {
    pub fn new(username: String, sub: String, status: UserStatus, attributes: Attributes, now_ms: i64) -> Self {
        Self {
            username,
            sub,
            status,
            enabled: true,
            attributes,
            salt: Vec::new(),
            verifier: Vec::new(),
            temporary_until_ms: None,
            created_ms: now_ms,
            modified_ms: now_ms,
            mfa: MfaSettings::default(),
        }
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    pub fn has_password(&self) -> bool {
        !self.verifier.is_empty()
    }

    pub fn is_verified(&self, name: &str) -> bool {
        self.attribute(&format!("{name}_verified")) == Some("true")
    }

    /// The list form of the attributes `shown` lets through, `sub` first.
    pub fn attribute_list(&self, shown: impl Fn(&str) -> bool) -> Vec<Value> {
        let sub = std::iter::once(("sub", self.sub.as_str()));
        let rest = self.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let visible = sub.chain(rest).filter(|(name, _)| *name == "sub" || shown(name));
        visible.map(|(name, value)| json!({ "Name": name, "Value": value })).collect()
    }

    /// `userAttributes` of trigger events.
    pub fn event_attributes(&self) -> Map<String, Value> {
        let mut all = Map::new();
        all.insert("sub".into(), json!(self.sub));
        all.insert("cognito:user_status".into(), json!(self.status.as_str()));
        all.extend(self.attributes.iter().map(|(name, value)| (name.clone(), json!(value))));
        all
    }
}

impl User {
    /// `UserType`, which calls its list of attributes `Attributes`; AdminGetUser's answer calls it `UserAttributes`.
    pub fn description(&self, list_name: &str) -> Value {
        json!({
            "Username": self.username,
            list_name: self.attribute_list(|_| true),
            "UserCreateDate": seconds(self.created_ms),
            "UserLastModifiedDate": seconds(self.modified_ms),
            "Enabled": self.enabled,
            "UserStatus": self.status.as_str(),
        })
    }
}
