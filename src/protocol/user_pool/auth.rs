//! `InitiateAuth` and `RespondToAuthChallenge`. Neither is sent twice: a trigger may have sent a message, a code may be
//! used up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Call, TextMap, lenient_texts, null_is_default};
use crate::support::secret::Secret;

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct InitiateAuth {
    pub auth_flow: &'static str,
    pub client_id: String,
    pub auth_parameters: BTreeMap<String, Secret>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub client_metadata: TextMap,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Secret>,
}

impl Call for InitiateAuth {
    const OPERATION: &'static str = "InitiateAuth";
    const REPEATABLE: bool = false;
    type Answer = AuthAnswer;

    fn context_username(&self) -> Option<&str> {
        self.auth_parameters.get("USERNAME").map(Secret::expose)
    }
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RespondToAuthChallenge {
    pub client_id: String,
    pub challenge_name: String,
    pub challenge_responses: BTreeMap<String, Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Secret>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub client_metadata: TextMap,
}

impl Call for RespondToAuthChallenge {
    const OPERATION: &'static str = "RespondToAuthChallenge";
    const REPEATABLE: bool = false;
    type Answer = AuthAnswer;

    fn context_username(&self) -> Option<&str> {
        self.challenge_responses.get("USERNAME").map(Secret::expose)
    }
}

/// The metadata of a request is the app's own: not printed.
impl std::fmt::Debug for InitiateAuth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InitiateAuth").field("auth_flow", &self.auth_flow).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for RespondToAuthChallenge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RespondToAuthChallenge").field("challenge_name", &self.challenge_name).finish_non_exhaustive()
    }
}

/// The next challenge, or tokens.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AuthAnswer {
    pub challenge_name: Option<String>,
    pub session: Option<Secret>,
    #[serde(deserialize_with = "lenient_texts")]
    pub challenge_parameters: TextMap,
    pub authentication_result: Option<AuthenticationResult>,
    /// The first factors to choose among.
    #[serde(deserialize_with = "null_is_default")]
    pub available_challenges: Vec<String>,
}

impl std::fmt::Debug for AuthAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthAnswer").field("challenge_name", &self.challenge_name).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AuthenticationResult {
    pub access_token: Option<Secret>,
    pub id_token: Option<Secret>,
    pub refresh_token: Option<Secret>,
    /// The access token's life in seconds.
    pub expires_in: Option<i64>,
    /// A device that the service would remember.
    pub new_device_metadata: Option<NewDeviceMetadata>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct NewDeviceMetadata {
    pub device_key: String,
    pub device_group_key: String,
}
