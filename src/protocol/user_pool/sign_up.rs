//! `SignUp`, `ConfirmSignUp`, `ResendConfirmationCode`. None is sent twice: each sends a message or uses a code up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Call, TextMap, lenient, null_is_default};
use crate::factors;
use crate::support::secret::Secret;

/// An attribute, or a piece of validation data.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct NameValue {
    pub name: String,
    /// An attribute without a value is read as an empty one.
    #[serde(default, deserialize_with = "null_is_default")]
    pub value: String,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SignUp {
    pub client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_hash: Option<Secret>,
    pub username: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<Secret>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub user_attributes: Vec<NameValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub validation_data: Vec<NameValue>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub client_metadata: TextMap,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SignUpAnswer {
    #[serde(default, deserialize_with = "lenient::flag")]
    pub user_confirmed: bool,
    #[serde(default, deserialize_with = "lenient::text")]
    pub user_sub: Option<String>,
    #[serde(default, deserialize_with = "lenient::object")]
    pub code_delivery_details: Option<CodeDeliveryDetails>,
    /// Given when the user may be signed in with it, without a password.
    #[serde(default, deserialize_with = "lenient::text")]
    pub session: Option<Secret>,
}

impl Call for SignUp {
    const OPERATION: &'static str = "SignUp";
    const REPEATABLE: bool = false;
    type Answer = SignUpAnswer;

    fn context_username(&self) -> Option<&str> {
        Some(&self.username)
    }
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ConfirmSignUp {
    pub client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_hash: Option<Secret>,
    pub username: String,
    pub confirmation_code: Secret,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub force_alias_creation: Option<bool>,
    /// The session that SignUp gave, if any: its successor signs the user in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Secret>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub client_metadata: TextMap,
}

impl Call for ConfirmSignUp {
    const OPERATION: &'static str = "ConfirmSignUp";
    const REPEATABLE: bool = false;
    type Answer = ConfirmSignUpAnswer;

    fn context_username(&self) -> Option<&str> {
        Some(&self.username)
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct ConfirmSignUpAnswer {
    #[serde(deserialize_with = "lenient::text")]
    pub session: Option<Secret>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ResendConfirmationCode {
    pub client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_hash: Option<Secret>,
    pub username: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub client_metadata: TextMap,
}

/// Where a code went.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CodeDeliveryDetails {
    #[serde(default, deserialize_with = "lenient::text")]
    pub destination: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub delivery_medium: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub attribute_name: Option<String>,
}

impl From<CodeDeliveryDetails> for factors::CodeDeliveryDetails {
    fn from(wire: CodeDeliveryDetails) -> Self {
        let medium = wire.delivery_medium.map(factors::DeliveryMedium::from_wire);
        Self { destination: wire.destination, medium, attribute_name: wire.attribute_name }
    }
}

/// The answer of an operation that sends a code.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CodeSent {
    #[serde(default, deserialize_with = "lenient::object")]
    code_delivery_details: Option<CodeDeliveryDetails>,
}

impl CodeSent {
    /// Where the code went; nothing is known of it if the service does not say.
    pub fn delivery(self) -> factors::CodeDeliveryDetails {
        self.code_delivery_details.map(Into::into).unwrap_or_default()
    }
}

impl Call for ResendConfirmationCode {
    const OPERATION: &'static str = "ResendConfirmationCode";
    const REPEATABLE: bool = false;
    type Answer = CodeSent;

    fn context_username(&self) -> Option<&str> {
        Some(&self.username)
    }
}
