use std::collections::BTreeMap;

use serde::Deserialize;

/// An identity pool. The default takes guests and the users of the first client of the first user pool, and has a role
/// for either.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdentityPoolConfig {
    /// `<region>:<uuid>`; made up if unset.
    pub id: Option<String>,
    pub name: String,
    /// Whether there are identities without a login (`AllowUnauthenticatedIdentities`). Default true.
    pub guests: bool,
    /// Whether GetOpenIdToken works (`AllowClassicFlow`). Default true.
    pub classic_flow: bool,
    /// Unset: the first client of the first user pool.
    pub user_pool_clients: Option<Vec<UserPoolClientConfig>>,
    /// Applications' ids by provider, as `accounts.google.com` (`SupportedLoginProviders`).
    pub login_providers: BTreeMap<String, String>,
    pub oidc_providers: Vec<OidcProviderConfig>,
    /// The name of the developer's own provider.
    pub developer_provider: Option<String>,
    /// Default: a role of this pool's name. Empty: none.
    pub authenticated_role: Option<String>,
    /// Default: a role of this pool's name. Empty: none.
    pub unauthenticated_role: Option<String>,
    pub role_mappings: Vec<RoleMappingConfig>,
}

/// A client of a user pool of this server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserPoolClientConfig {
    /// Its id or its name. Unset: the first client of the first user pool.
    pub client: Option<String>,
    /// Whether users who have signed out everywhere, or are disabled or deleted, are refused.
    pub server_side_token_check: bool,
}

/// An OpenID Connect provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OidcProviderConfig {
    /// As its tokens name it: `https://tenant.eu.auth0.com/`.
    pub issuer: String,
    /// Empty: tokens for all of them are taken.
    pub client_ids: Vec<String>,
    /// Whether it is asked for its keys, by discovery. Default: this server plays it.
    pub discover: bool,
}

/// How a provider's users get their role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RoleMappingConfig {
    /// As `accounts.google.com`, the issuer of an OpenID Connect provider, or a client of a user pool by id or name.
    /// Unset: the first client of the first user pool.
    pub provider: Option<String>,
    /// In their order. Empty: the token's own roles.
    pub rules: Vec<RoleRuleConfig>,
    /// Whether the authenticated role is given where no other is found; otherwise such a call is refused.
    pub or_authenticated: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RoleRuleConfig {
    pub claim: String,
    /// `Equals`, `Contains`, `StartsWith` or `NotEqual`.
    #[serde(rename = "match")]
    pub match_type: String,
    pub value: String,
    /// Its ARN.
    pub role: String,
}

impl Default for IdentityPoolConfig {
    fn default() -> Self {
        Self {
            id: None,
            name: "local".into(),
            guests: true,
            classic_flow: true,
            user_pool_clients: None,
            login_providers: BTreeMap::new(),
            oidc_providers: Vec::new(),
            developer_provider: None,
            authenticated_role: None,
            unauthenticated_role: None,
            role_mappings: Vec::new(),
        }
    }
}

impl IdentityPoolConfig {
    /// The same pool without guests.
    pub fn without_guests(mut self) -> Self {
        self.guests = false;
        self
    }

    /// The same pool with a provider, as `accounts.google.com`, and the app's id there.
    pub fn with_login_provider(mut self, provider: &str, app_id: &str) -> Self {
        self.login_providers.insert(provider.to_owned(), app_id.to_owned());
        self
    }

    /// The same pool with an OpenID Connect provider that this server plays.
    pub fn with_oidc_provider(mut self, issuer: &str, client_ids: &[&str]) -> Self {
        let client_ids = client_ids.iter().map(|id| (*id).to_owned()).collect();
        self.oidc_providers.push(OidcProviderConfig { issuer: issuer.to_owned(), client_ids, discover: false });
        self
    }

    /// The same pool with a provider of the developer's own.
    pub fn with_developer_provider(mut self, name: &str) -> Self {
        self.developer_provider = Some(name.to_owned());
        self
    }
}
