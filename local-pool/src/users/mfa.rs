//! The second factors of a user.

use serde::{Deserialize, Serialize};

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
}

/// A verified software token.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SoftwareToken {
    /// In base32 (RFC 4648).
    pub secret: String,
    pub friendly_device_name: Option<String>,
    /// The last time step a code was taken of; neither it nor an earlier one is taken again.
    pub last_step: Option<u64>,
}

/// A kind of second factor, under its name on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Factor {
    SmsMfa,
    SoftwareTokenMfa,
    EmailOtp,
}
