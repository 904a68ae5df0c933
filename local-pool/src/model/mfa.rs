//! What users have set up of second factors.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::software_token::SoftwareToken;

/// What a user has set up and switched on.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct MfaSettings {
    /// The factors that are switched on.
    pub active: Vec<Factor>,
    /// One of the active ones.
    pub preferred: Option<Factor>,
    pub software_token: Option<SoftwareToken>,
    /// A secret that was handed out and not yet verified, in base32.
    pub pending_secret: Option<String>,
    /// Whether a passkey that verified its user stands for both factors.
    pub web_authn: bool,
}

/// A kind of second factor, under its name on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Factor {
    SmsMfa,
    SoftwareTokenMfa,
    EmailOtp,
}

/// `{Enabled, PreferredMfa}` of a factor.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Preference {
    pub enabled: bool,
    pub preferred_mfa: bool,
}

impl Factor {
    /// In the order lists of them have.
    pub const ALL: [Self; 3] = [Self::SmsMfa, Self::SoftwareTokenMfa, Self::EmailOtp];

    pub fn name(self) -> &'static str {
        match self {
            Self::SmsMfa => "SMS_MFA",
            Self::SoftwareTokenMfa => "SOFTWARE_TOKEN_MFA",
            Self::EmailOtp => "EMAIL_OTP",
        }
    }

    /// The attribute that codes go to.
    pub fn attribute(self) -> Option<&'static str> {
        match self {
            Self::SmsMfa => Some("phone_number"),
            Self::SoftwareTokenMfa => None,
            Self::EmailOtp => Some("email"),
        }
    }
}

impl MfaSettings {
    pub fn activate(&mut self, factor: Factor) {
        self.active.push(factor);
        self.active.sort();
        self.active.dedup();
    }

    pub fn deactivate(&mut self, factor: Factor) {
        self.active.retain(|active| *active != factor);
        self.preferred = self.preferred.filter(|preferred| *preferred != factor);
    }

    /// Adds the members that GetUser and AdminGetUser show; what is unset stays absent.
    pub fn describe(&self, description: &mut Value) {
        let passkeys = self.web_authn.then_some("WEB_AUTHN_MFA");
        let listed: Vec<&str> = self.active.iter().map(|factor| factor.name()).chain(passkeys).collect();
        if !listed.is_empty() {
            description["UserMFASettingList"] = json!(listed);
        }
        if let Some(preferred) = self.preferred {
            description["PreferredMfaSetting"] = json!(preferred);
        }
        if self.active.contains(&Factor::SmsMfa) {
            description["MFAOptions"] = json!([{ "DeliveryMedium": "SMS", "AttributeName": "phone_number" }]);
        }
    }
}
