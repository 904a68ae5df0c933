//! The operations about passkeys. Completing uses a challenge up, and deleting what is deleted already is an error, so
//! these two are not sent twice.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Call, Nothing, lenient};
use crate::support::secret::Secret;

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct StartWebAuthnRegistration {
    pub access_token: Secret,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct StartWebAuthnRegistrationAnswer {
    /// W3C's `PublicKeyCredentialCreationOptionsJSON`.
    pub credential_creation_options: Map<String, Value>,
}

impl Call for StartWebAuthnRegistration {
    const OPERATION: &'static str = "StartWebAuthnRegistration";
    const REPEATABLE: bool = true;
    type Answer = StartWebAuthnRegistrationAnswer;
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CompleteWebAuthnRegistration {
    pub access_token: Secret,
    /// W3C's `RegistrationResponseJSON`, as an object and not as its text.
    pub credential: Map<String, Value>,
}

impl Call for CompleteWebAuthnRegistration {
    const OPERATION: &'static str = "CompleteWebAuthnRegistration";
    const REPEATABLE: bool = false;
    type Answer = Nothing;
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListWebAuthnCredentials {
    pub access_token: Secret,
    /// At most 20.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_results: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ListWebAuthnCredentialsAnswer {
    #[serde(default, deserialize_with = "lenient::list")]
    pub credentials: Vec<WebAuthnCredential>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct WebAuthnCredential {
    pub credential_id: String,
    #[serde(default, deserialize_with = "lenient::text")]
    pub friendly_credential_name: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub relying_party_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub authenticator_attachment: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    pub authenticator_transports: Vec<String>,
    /// Unix seconds, possibly with a fraction.
    #[serde(default, deserialize_with = "lenient::number")]
    pub created_at: Option<f64>,
}

impl Call for ListWebAuthnCredentials {
    const OPERATION: &'static str = "ListWebAuthnCredentials";
    const REPEATABLE: bool = true;
    type Answer = ListWebAuthnCredentialsAnswer;
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteWebAuthnCredential {
    pub access_token: Secret,
    pub credential_id: String,
}

impl Call for DeleteWebAuthnCredential {
    const OPERATION: &'static str = "DeleteWebAuthnCredential";
    const REPEATABLE: bool = false;
    type Answer = Nothing;
}
