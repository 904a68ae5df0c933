//! The signed-in user: `GetUser`, `DeleteUser`, and the operations about attributes. What sends a message or uses a code
//! up is not sent twice.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::sign_up::{CodeDeliveryDetails, CodeSent, NameValue};
use super::{Call, Nothing, TextMap, lenient};
use crate::support::secret::Secret;

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetUser {
    pub access_token: Secret,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetUserAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    pub user_attributes: Vec<NameValue>,
    #[serde(default, rename = "UserMFASettingList", deserialize_with = "lenient::list")]
    pub user_mfa_setting_list: Vec<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub preferred_mfa_setting: Option<String>,
}

impl Call for GetUser {
    const OPERATION: &'static str = "GetUser";
    const REPEATABLE: bool = true;
    type Answer = GetUserAnswer;
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateUserAttributes {
    pub access_token: Secret,
    pub user_attributes: Vec<NameValue>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub client_metadata: TextMap,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateUserAttributesAnswer {
    /// One for each attribute whose new value has to be confirmed.
    #[serde(default, deserialize_with = "lenient::list")]
    pub code_delivery_details_list: Vec<CodeDeliveryDetails>,
}

impl Call for UpdateUserAttributes {
    const OPERATION: &'static str = "UpdateUserAttributes";
    const REPEATABLE: bool = false;
    type Answer = UpdateUserAttributesAnswer;
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteUserAttributes {
    pub access_token: Secret,
    pub user_attribute_names: Vec<String>,
}

impl Call for DeleteUserAttributes {
    const OPERATION: &'static str = "DeleteUserAttributes";
    const REPEATABLE: bool = true;
    type Answer = Nothing;
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetUserAttributeVerificationCode {
    pub access_token: Secret,
    pub attribute_name: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub client_metadata: TextMap,
}

impl Call for GetUserAttributeVerificationCode {
    const OPERATION: &'static str = "GetUserAttributeVerificationCode";
    const REPEATABLE: bool = false;
    type Answer = CodeSent;
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VerifyUserAttribute {
    pub access_token: Secret,
    pub attribute_name: String,
    pub code: Secret,
}

impl Call for VerifyUserAttribute {
    const OPERATION: &'static str = "VerifyUserAttribute";
    const REPEATABLE: bool = false;
    type Answer = Nothing;
}

/// The second one is told that there is no such user, which is what was wanted.
#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteUser {
    pub access_token: Secret,
}

impl Call for DeleteUser {
    const OPERATION: &'static str = "DeleteUser";
    const REPEATABLE: bool = true;
    type Answer = Nothing;
}
