//! An identity provider of a user pool: somebody else who signs users in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::timestamp::seconds;

#[derive(Clone, Debug)]
pub(crate) struct IdentityProvider {
    pub pool_id: String,
    pub name: String,
    pub settings: ProviderSettings,
    pub created_ms: i64,
    pub modified_ms: i64,
}

/// The members of `IdentityProviderType`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct ProviderSettings {
    pub provider_type: String,
    pub provider_details: BTreeMap<String, String>,
    /// Pool attribute by claim; `username` is the subject.
    pub attribute_mapping: BTreeMap<String, String>,
    pub idp_identifiers: Vec<String>,
    /// Whether the provider itself is asked; otherwise this server plays it. The API knows nothing of it.
    pub discover: bool,
}

/// Somebody whom a provider signs in, and the user they are here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub provider: String,
    /// The claim that they are known by: `Cognito_Subject`, or one that is mapped.
    pub attribute: String,
    pub value: String,
    pub username: String,
    /// Whether the user came to be by signing in there; others were linked by an administrator.
    pub own: bool,
    pub created_ms: i64,
}

/// The name that links call the subject by.
pub(crate) const SUBJECT: &str = "Cognito_Subject";

impl IdentityProvider {
    pub fn detail(&self, name: &str) -> Option<&str> {
        self.settings.provider_details.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// The claim that has the subject: what user names are made of.
    pub fn subject_claim(&self) -> &str {
        let mapped = self.settings.attribute_mapping.get("username").map(String::as_str);
        mapped.unwrap_or_else(|| default_subject(&self.settings.provider_type))
    }

    /// `IdentityProviderType`
    pub fn description(&self) -> Value {
        let settings = &self.settings;
        json!({
            "UserPoolId": self.pool_id,
            "ProviderName": self.name,
            "ProviderType": settings.provider_type,
            "ProviderDetails": settings.provider_details,
            "AttributeMapping": settings.attribute_mapping,
            "IdpIdentifiers": settings.idp_identifiers,
            "CreationDate": seconds(self.created_ms),
            "LastModifiedDate": seconds(self.modified_ms),
        })
    }
}

/// Facebook and Amazon have names of their own for it.
pub(crate) fn default_subject(provider_type: &str) -> &'static str {
    match provider_type {
        "Facebook" => "id",
        "LoginWithAmazon" => "user_id",
        _ => "sub",
    }
}
