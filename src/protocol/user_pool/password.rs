//! `ForgotPassword`, `ConfirmForgotPassword`, `ChangePassword`. None is sent twice: the first sends a message, the second
//! uses a code up, and the third would meet the new password where it expects the old one.

use std::collections::BTreeMap;

use serde::Serialize;

use super::sign_up::CodeSent;
use super::{Call, Nothing, TextMap};
use crate::support::secret::Secret;

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ForgotPassword {
    pub client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_hash: Option<Secret>,
    pub username: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub client_metadata: TextMap,
}

impl Call for ForgotPassword {
    const OPERATION: &'static str = "ForgotPassword";
    const REPEATABLE: bool = false;
    type Answer = CodeSent;

    fn context_username(&self) -> Option<&str> {
        Some(&self.username)
    }
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConfirmForgotPassword {
    pub client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_hash: Option<Secret>,
    pub username: String,
    pub confirmation_code: Secret,
    pub password: Secret,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub client_metadata: TextMap,
}

impl Call for ConfirmForgotPassword {
    const OPERATION: &'static str = "ConfirmForgotPassword";
    const REPEATABLE: bool = false;
    type Answer = Nothing;

    fn context_username(&self) -> Option<&str> {
        Some(&self.username)
    }
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ChangePassword {
    pub access_token: Secret,
    /// Absent for a user who has none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_password: Option<Secret>,
    pub proposed_password: Secret,
}

impl Call for ChangePassword {
    const OPERATION: &'static str = "ChangePassword";
    const REPEATABLE: bool = false;
    type Answer = Nothing;
}
