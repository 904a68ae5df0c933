//! The second factors of a user: which are set up, switched on and preferred.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::User;
use super::first_factors::passkeys_are_two_factors;
use super::software_token::SoftwareToken;
use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;

/// What a user has set up and switched on.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
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

    fn deactivate(&mut self, factor: Factor) {
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

/// Whether a user could be asked for a factor now.
pub(crate) fn is_usable(pool: &Pool, user: &User, factor: Factor) -> bool {
    match factor.attribute() {
        // A token that was registered goes on working when the pool takes in no new ones.
        None => user.mfa.software_token.is_some(),
        Some(attribute) => pool.mfa.enables(factor) && user.attribute(attribute).is_some_and(|value| !value.is_empty()),
    }
}

/// Changes the preferences of the factors in `wanted` and of no other.
pub(crate) fn prefer(pool: &Pool, user: &mut User, wanted: &[(Factor, Preference)]) -> Outcome<()> {
    let refuse = |text: String| Err(ServiceError::invalid_parameter(text));
    if wanted.iter().filter(|(_, preference)| preference.preferred_mfa).count() > 1 {
        return refuse("Only one MFA method can be preferred.".into());
    }
    for (factor, preference) in wanted {
        if !preference.enabled {
            if preference.preferred_mfa {
                return refuse(format!("{} cannot be preferred without being enabled.", factor.name()));
            }
            user.mfa.deactivate(*factor);
            continue;
        }
        if !is_usable(pool, user, *factor) {
            return refuse(format!("User does not have delivery config set to turn on {}", factor.name()));
        }
        user.mfa.activate(*factor);
        if preference.preferred_mfa {
            user.mfa.preferred = Some(*factor);
        } else {
            user.mfa.preferred = user.mfa.preferred.filter(|preferred| preferred != factor);
        }
    }
    Ok(())
}

/// Lets passkeys stand for both factors, or no longer. Another factor has to be switched on in the same `request`.
pub(crate) fn prefer_passkeys(
    pool: &Pool,
    user: &mut User,
    enabled: bool,
    request: &[(Factor, Preference)],
) -> Outcome<()> {
    let refuse = |text: &str| Err(ServiceError::invalid_parameter(text));
    if enabled && !passkeys_are_two_factors(pool) {
        return refuse("WebAuthn MFA requires the factor configuration MULTI_FACTOR_WITH_USER_VERIFICATION.");
    }
    if enabled && !request.iter().any(|(_, preference)| preference.enabled) {
        return refuse("WebAuthn MFA requires enabling an additional MFA setting.");
    }
    user.mfa.web_authn = enabled;
    Ok(())
}
