//! What `SetUserPoolMfaConfig` sets, apart from `MfaConfiguration` itself. `UpdateUserPool` does not touch it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::mfa::Factor;

/// The factors of a pool, under the names of the API. A factor that is absent is switched off.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct MfaConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_mfa_configuration: Option<SmsMfaConfiguration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_token_mfa_configuration: Option<SoftwareTokenMfaConfiguration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_mfa_configuration: Option<EmailMfaConfiguration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_authn_configuration: Option<WebAuthnConfiguration>,
}

impl MfaConfig {
    pub fn enables(&self, factor: Factor) -> bool {
        match factor {
            Factor::SmsMfa => self.sms_mfa_configuration.is_some(),
            Factor::SoftwareTokenMfa => self.software_token_mfa_configuration.as_ref().is_some_and(|it| it.enabled),
            Factor::EmailOtp => self.email_mfa_configuration.is_some(),
        }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SmsMfaConfiguration {
    /// Holds the placeholder `{####}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_authentication_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms_configuration: Option<Value>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SoftwareTokenMfaConfiguration {
    pub enabled: bool,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct EmailMfaConfiguration {
    /// Holds the placeholder `{####}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct WebAuthnConfiguration {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relying_party_id: Option<String>,
    /// `preferred` or `required`.
    pub user_verification: String,
    /// `SINGLE_FACTOR` or `MULTI_FACTOR_WITH_USER_VERIFICATION`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor_configuration: Option<String>,
}

impl Default for WebAuthnConfiguration {
    fn default() -> Self {
        Self { relying_party_id: None, user_verification: "preferred".into(), factor_configuration: None }
    }
}
