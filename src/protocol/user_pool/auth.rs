//! `InitiateAuth` and `RespondToAuthChallenge`. Neither is sent twice: a trigger may have sent a message, a code may be
//! used up.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::{Call, TextMap, lenient, lenient_texts};
use crate::support::secret::Secret;
use crate::support::shown::shows;

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
shows!(InitiateAuth { auth_flow });

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
shows!(RespondToAuthChallenge { challenge_name });

impl Call for RespondToAuthChallenge {
    const OPERATION: &'static str = "RespondToAuthChallenge";
    const REPEATABLE: bool = false;
    type Answer = AuthAnswer;

    fn context_username(&self) -> Option<&str> {
        self.challenge_responses.get("USERNAME").map(Secret::expose)
    }
}

/// The next challenge, or tokens.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AuthAnswer {
    #[serde(deserialize_with = "lenient::text")]
    pub challenge_name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub session: Option<Secret>,
    #[serde(deserialize_with = "lenient_texts")]
    pub challenge_parameters: TextMap,
    #[serde(deserialize_with = "lenient::object")]
    pub authentication_result: Option<AuthenticationResult>,
    /// The first factors to choose among.
    #[serde(deserialize_with = "lenient::list")]
    pub available_challenges: Vec<String>,
}
shows!(AuthAnswer { challenge_name });

/// Nothing of it but the access token is needed: whatever else is missing or odd costs only itself.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AuthenticationResult {
    #[serde(deserialize_with = "lenient::text")]
    pub access_token: Option<Secret>,
    #[serde(deserialize_with = "lenient::text")]
    pub id_token: Option<Secret>,
    #[serde(deserialize_with = "lenient::text")]
    pub refresh_token: Option<Secret>,
    /// How long the access token lives, in seconds.
    #[serde(deserialize_with = "lenient::span")]
    pub expires_in: Option<i64>,
    /// A device that the service would remember.
    #[serde(deserialize_with = "new_device")]
    pub new_device_metadata: Option<NewDeviceMetadata>,
}

/// Both are optional in the service model, but a device needs both.
#[derive(Clone)]
pub(crate) struct NewDeviceMetadata {
    pub device_key: String,
    pub device_group_key: String,
}
shows!(NewDeviceMetadata {});

fn new_device<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NewDeviceMetadata>, D::Error> {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "PascalCase", default)]
    struct Sent {
        #[serde(deserialize_with = "lenient::text")]
        device_key: Option<String>,
        #[serde(deserialize_with = "lenient::text")]
        device_group_key: Option<String>,
    }
    let Some(Sent { device_key, device_group_key }) = lenient::object(deserializer)? else { return Ok(None) };
    let pair = device_key.zip(device_group_key);
    Ok(pair.map(|(device_key, device_group_key)| NewDeviceMetadata { device_key, device_group_key }))
}
