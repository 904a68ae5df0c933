//! `SetUserMFAPreference`. May be sent twice: the second one sets what the first has set.

use serde::Serialize;

use super::{Call, Nothing};
use crate::support::secret::Secret;

/// The kinds that are absent stay as they are.
#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SetUserMfaPreference {
    pub access_token: Secret,
    #[serde(rename = "SMSMfaSettings", skip_serializing_if = "Option::is_none")]
    pub sms_mfa_settings: Option<MfaSettings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_token_mfa_settings: Option<MfaSettings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_mfa_settings: Option<MfaSettings>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct MfaSettings {
    pub enabled: bool,
    pub preferred_mfa: bool,
}

impl Call for SetUserMfaPreference {
    const OPERATION: &'static str = "SetUserMFAPreference";
    const REPEATABLE: bool = true;
    type Answer = Nothing;
}
