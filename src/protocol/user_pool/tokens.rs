//! `GetTokensFromRefreshToken`, `RevokeToken`, `GlobalSignOut`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{AuthAnswer, Call, Nothing, TextMap};
use crate::support::secret::Secret;

/// Never sent twice: with rotation the second one would present a token that was used up, and end the session.
#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetTokensFromRefreshToken {
    pub refresh_token: Secret,
    pub client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_key: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub client_metadata: TextMap,
}

impl Call for GetTokensFromRefreshToken {
    const OPERATION: &'static str = "GetTokensFromRefreshToken";
    const REPEATABLE: bool = false;
    type Answer = AuthAnswer;
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RevokeToken {
    pub token: Secret,
    pub client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<Secret>,
}

impl Call for RevokeToken {
    const OPERATION: &'static str = "RevokeToken";
    const REPEATABLE: bool = true;
    type Answer = Nothing;
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GlobalSignOut {
    pub access_token: Secret,
}

impl Call for GlobalSignOut {
    const OPERATION: &'static str = "GlobalSignOut";
    const REPEATABLE: bool = true;
    type Answer = Nothing;
}
