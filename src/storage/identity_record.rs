//! What is stored of identities and their AWS credentials.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::record::Record;
use crate::support::secret::Secret;
use crate::support::shown::shows;

/// An identity of an identity pool, and its latest credentials.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct IdentityRecord {
    /// The identity pool that it is of: another pool's means nothing.
    pub identity_pool_id: String,
    pub identity_id: String,
    /// Whose it is: the `sub` claim of a user, or when the federation began; absent for guests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<CredentialsRecord>,
    /// Fields of a newer release, kept as they are.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}
shows!(IdentityRecord { credentials });

/// AWS credentials.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct CredentialsRecord {
    pub access_key_id: String,
    pub secret_access_key: Secret,
    pub session_token: Secret,
    /// The role that was asked for, if one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_role_arn: Option<String>,
    /// When they came and when they expire: Unix milliseconds by the service's clock.
    pub received_at: i64,
    pub expires_at: i64,
    /// Fields of a newer release, kept as they are.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}
shows!(CredentialsRecord { received_at, expires_at });

/// Somebody whom another provider vouches for, without a user pool.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct FederationRecord {
    /// The identity pool that they are known to.
    pub identity_pool_id: String,
    pub identity_id: String,
    /// When it began, in Unix milliseconds.
    pub began: i64,
    /// The provider, as the app named it.
    pub provider: FederatedProviderRecord,
    pub token: Secret,
    /// When the provider's token expires, in Unix milliseconds; absent where nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// What the app said of the person.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub user: BTreeMap<String, String>,
    /// Fields of a newer release, kept as they are.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}
shows!(FederationRecord { provider, began, expires_at });

/// A provider and what names it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FederatedProviderRecord {
    /// `google`, `facebook`, `amazon`, `apple`, `twitter`, `oidc`, `saml` or `developer`.
    pub kind: String,
    /// The issuer of an OpenID Connect provider, the ARN of a SAML provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}
shows!(FederatedProviderRecord { kind, name });

impl Record for IdentityRecord {
    fn is_plausible(&self) -> bool {
        !self.identity_id.is_empty()
    }
}

impl Record for FederationRecord {
    fn is_plausible(&self) -> bool {
        !self.identity_id.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::{decode, encode};
    use super::*;

    /// What release 0.1 writes. Never edit: add a file beside it for a new format.
    const IDENTITY_0_1: &str = include_str!("../../tests/fixtures/storage/identity-0.1.json");
    const FEDERATION_0_1: &str = include_str!("../../tests/fixtures/storage/federation-0.1.json");

    #[test]
    fn reads_and_writes_what_was_released_and_prints_no_secret() {
        let identity: IdentityRecord = decode(IDENTITY_0_1.as_bytes()).unwrap();
        let credentials = identity.credentials.as_ref().unwrap();
        assert_eq!(identity.identity_id, "eu-west-1:00000000-1111-2222-3333-555555555555");
        assert_eq!(credentials.secret_access_key.expose(), "canary-secret");
        assert_eq!((credentials.received_at, credentials.expires_at), (1_767_604_987_000, 1_767_608_587_000));
        let federation: FederationRecord = decode(FEDERATION_0_1.as_bytes()).unwrap();
        assert_eq!(federation.provider, FederatedProviderRecord { kind: "oidc".into(), name: Some("i".into()) });
        assert_eq!(federation.user["name"], "canary-name");
        assert!(!format!("{identity:?}{credentials:?}{federation:?}").contains("canary"));
        let value = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap();
        assert_eq!(value(&encode(&identity).unwrap()), value(IDENTITY_0_1.as_bytes()));
        assert_eq!(value(&encode(&federation).unwrap()), value(FEDERATION_0_1.as_bytes()));
    }
}
