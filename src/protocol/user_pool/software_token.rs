//! `AssociateSoftwareToken` and `VerifySoftwareToken`: setting up an authenticator app, with an access token or within
//! a sign-in. Neither is sent twice: each uses its session up.

use serde::{Deserialize, Serialize};

use super::{Call, lenient};
use crate::support::secret::Secret;

#[derive(Clone, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AssociateSoftwareToken {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Secret>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AssociateAnswer {
    #[serde(default, deserialize_with = "lenient::text")]
    pub secret_code: Option<Secret>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub session: Option<Secret>,
}

impl Call for AssociateSoftwareToken {
    const OPERATION: &'static str = "AssociateSoftwareToken";
    const REPEATABLE: bool = false;
    type Answer = AssociateAnswer;
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VerifySoftwareToken {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Secret>,
    pub user_code: Secret,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub friendly_device_name: Option<String>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VerifyAnswer {
    /// `SUCCESS` or `ERROR`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub session: Option<Secret>,
}

impl VerifyAnswer {
    pub fn is_verified(&self) -> bool {
        self.status.as_deref() == Some("SUCCESS")
    }
}

impl Call for VerifySoftwareToken {
    const OPERATION: &'static str = "VerifySoftwareToken";
    const REPEATABLE: bool = false;
    type Answer = VerifyAnswer;
}
