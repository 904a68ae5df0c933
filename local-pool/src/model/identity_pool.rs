use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::role_mapping::PoolRoles;

/// An identity pool as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct IdentityPool {
    pub id: String,
    pub settings: IdentityPoolSettings,
    pub roles: PoolRoles,
    /// Principal tags by provider.
    pub tag_maps: BTreeMap<String, TagMap>,
    pub created_ms: i64,
    pub modified_ms: i64,
}

/// The members of the model's `IdentityPool` besides the id.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct IdentityPoolSettings {
    pub identity_pool_name: String,
    pub allow_unauthenticated_identities: bool,
    /// Unset counts as allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_classic_flow: Option<bool>,
    /// Applications' ids by provider.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub supported_login_providers: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub developer_provider_name: Option<String>,
    #[serde(rename = "OpenIdConnectProviderARNs", skip_serializing_if = "Vec::is_empty")]
    pub open_id_connect_provider_arns: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cognito_identity_providers: Vec<UserPoolClient>,
    #[serde(rename = "SamlProviderARNs", skip_serializing_if = "Vec::is_empty")]
    pub saml_provider_arns: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub identity_pool_tags: BTreeMap<String, String>,
}

/// `CognitoIdentityProvider`: a user pool's client whose users get identities.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct UserPoolClient {
    /// `cognito-idp.<region>.amazonaws.com/<pool>`
    pub provider_name: String,
    pub client_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_side_token_check: Option<bool>,
}

/// Which claims become tags of a session.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct TagMap {
    pub use_defaults: bool,
    /// Claims by tag.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub principal_tags: BTreeMap<String, String>,
}

impl IdentityPool {
    /// The model's `IdentityPool`.
    pub fn description(&self) -> Value {
        let mut description = json!(self.settings);
        description["IdentityPoolId"] = json!(self.id);
        description
    }

    /// The region in its id and in those of its identities.
    pub fn region(&self) -> &str {
        self.id.split_once(':').map_or("", |(region, _)| region)
    }

    /// Whether anybody can sign in at all.
    pub fn has_providers(&self) -> bool {
        let settings = &self.settings;
        !settings.supported_login_providers.is_empty()
            || settings.developer_provider_name.is_some()
            || !settings.open_id_connect_provider_arns.is_empty()
            || !settings.cognito_identity_providers.is_empty()
            || !settings.saml_provider_arns.is_empty()
    }
}

/// The name by which a user pool is a provider of identity pools.
pub(crate) fn user_pool_provider(pool_id: &str) -> String {
    let region = pool_id.rsplit_once('_').map_or("", |(region, _)| region);
    format!("cognito-idp.{region}.amazonaws.com/{pool_id}")
}
