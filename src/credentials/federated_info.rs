//! What an app says of whoever is federated, and gets back.

use std::collections::HashMap;
use std::time::SystemTime;

use super::provider::FederatedProvider;
use crate::support::shown::shows;

/// Options of `federateToIdentityPool`.
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct FederateOptions {
    /// The identity that the app's back end named with its token. Needed for [`FederatedProvider::Developer`], and used
    /// only there.
    #[uniffi(default = None)]
    pub identity_id: Option<String>,
    /// When the provider's token expires, if that is known: a moment between 2020 and 2100.
    #[uniffi(default = None)]
    pub expires_at: Option<SystemTime>,
    /// What the app wants to keep of the person (`name`, `email` and the like), given back by `federatedInfo`.
    #[uniffi(default)]
    pub user: HashMap<String, String>,
}
shows!(FederateOptions { expires_at });

impl FederateOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The identity that the app's back end named.
    #[must_use]
    pub fn identity_id(mut self, identity_id: impl Into<String>) -> Self {
        self.identity_id = Some(identity_id.into());
        self
    }

    /// When the provider's token expires.
    #[must_use]
    pub const fn expires_at(mut self, expires_at: SystemTime) -> Self {
        self.expires_at = Some(expires_at);
        self
    }

    /// What to keep of the person.
    #[must_use]
    pub fn user(mut self, user: impl IntoIterator<Item = (String, String)>) -> Self {
        self.user = user.into_iter().collect();
        self
    }
}

/// Who is federated (`federatedInfo`).
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct FederatedInfo {
    /// Who vouches.
    pub provider: FederatedProvider,
    /// The provider's latest token.
    pub token: String,
    /// The identity at the identity pool.
    pub identity_id: String,
    /// When the token expires, if that is known.
    pub expires_at: Option<SystemTime>,
    /// What the app said of the person.
    pub user: HashMap<String, String>,
}
shows!(FederatedInfo { provider, expires_at });
