//! Putting configured identity pools into the store. One is known by its id, or by its name when the file gives no id.

use std::collections::BTreeMap;

use super::identity_pool::{IdentityPoolConfig, OidcProviderConfig, RoleMappingConfig, UserPoolClientConfig};
use crate::error::{Outcome, ServiceError};
use crate::identities::{
    self, IdentityPool, IdentityPoolSettings, PoolRoles, RoleMapping, Rule, RulesConfiguration, UserPoolClient,
    user_pool_provider,
};
use crate::model::pool::ACCOUNT_ID;
use crate::oidc_providers::{OidcProvider, arn_of};
use crate::pools::Client;
use crate::service::Service;
use crate::store::identity_pools;

/// Makes or updates the pool and returns its id. `first_client` is the first client of the first user pool.
pub(crate) fn apply(service: &Service, config: &IdentityPoolConfig, first_client: Option<&str>) -> Outcome<String> {
    let existing = service.store.read(|db| match &config.id {
        Some(id) => Ok(identity_pools::list(db)?.into_iter().find(|pool| pool.id == *id)),
        None => identity_pools::named(db, &config.name),
    })?;
    let now = service.now_ms();
    let pool = IdentityPool {
        id: match (&existing, &config.id) {
            (Some(pool), _) => pool.id.clone(),
            (None, Some(id)) => id.clone(),
            (None, None) => identities::new_id(&service.region, &service.random),
        },
        settings: settings(service, config, first_client)?,
        roles: roles(service, config, first_client)?,
        tag_maps: existing.as_ref().map_or_else(BTreeMap::new, |pool| pool.tag_maps.clone()),
        created_ms: existing.as_ref().map_or(now, |pool| pool.created_ms),
        modified_ms: now,
    };
    service.store.write(|db| identity_pools::put(db, &pool))?;
    Ok(pool.id)
}

/// The account's OpenID Connect providers: those of all identity pools.
pub(crate) fn oidc_providers(pools: &[IdentityPoolConfig]) -> Vec<OidcProvider> {
    let provider = |config: &OidcProviderConfig| OidcProvider {
        issuer: with_scheme(&config.issuer),
        client_ids: config.client_ids.clone(),
        discover: config.discover,
    };
    pools.iter().flat_map(|pool| &pool.oidc_providers).map(provider).collect()
}

fn with_scheme(issuer: &str) -> String {
    if issuer.contains("://") { issuer.to_owned() } else { format!("https://{issuer}") }
}

fn settings(
    service: &Service,
    config: &IdentityPoolConfig,
    first_client: Option<&str>,
) -> Outcome<IdentityPoolSettings> {
    let first = [UserPoolClientConfig::default()];
    let clients = match &config.user_pool_clients {
        Some(clients) => clients.as_slice(),
        None if first_client.is_some() => &first,
        None => &[],
    };
    let listed = |config: &UserPoolClientConfig| -> Outcome<UserPoolClient> {
        let client = client(service, config.client.as_deref(), first_client)?;
        Ok(UserPoolClient {
            provider_name: user_pool_provider(&client.pool_id),
            client_id: client.id,
            server_side_token_check: Some(config.server_side_token_check),
        })
    };
    Ok(IdentityPoolSettings {
        identity_pool_name: config.name.clone(),
        allow_unauthenticated_identities: config.guests,
        allow_classic_flow: Some(config.classic_flow),
        supported_login_providers: config.login_providers.clone(),
        developer_provider_name: config.developer_provider.clone(),
        open_id_connect_provider_arns: config.oidc_providers.iter().map(|provider| arn_of(&provider.issuer)).collect(),
        cognito_identity_providers: clients.iter().map(listed).collect::<Outcome<_>>()?,
        ..IdentityPoolSettings::default()
    })
}

/// A client by its id or name.
fn client(service: &Service, wanted: Option<&str>, first_client: Option<&str>) -> Outcome<Client> {
    let missing = |name: &str| ServiceError::invalid_parameter(format!("There is no user pool client {name}"));
    let wanted = wanted.or(first_client).ok_or_else(|| missing("at all"))?;
    if let Ok(client) = service.store.client(wanted) {
        return Ok((*client).clone());
    }
    for pool in service.store.pools()? {
        let mut clients = service.store.clients(&pool.id)?.into_iter();
        if let Some(client) = clients.find(|client| client.settings.client_name == wanted) {
            return Ok(client);
        }
    }
    Err(missing(wanted))
}

fn roles(service: &Service, config: &IdentityPoolConfig, first_client: Option<&str>) -> Outcome<PoolRoles> {
    let mut roles = BTreeMap::new();
    for (kind, role) in
        [("authenticated", &config.authenticated_role), ("unauthenticated", &config.unauthenticated_role)]
    {
        let name: String = config.name.chars().filter(|c| c.is_ascii_alphanumeric() || "_-".contains(*c)).collect();
        let made = || format!("arn:aws:iam::{ACCOUNT_ID}:role/{name}-{kind}");
        let role = role.clone().unwrap_or_else(made);
        if !role.is_empty() {
            roles.insert(kind.to_owned(), role);
        }
    }
    let mappings = config.role_mappings.iter();
    let role_mappings = mappings
        .map(|mapping| Ok((mapping_key(service, config, mapping, first_client)?, role_mapping(mapping))))
        .collect::<Outcome<_>>()?;
    Ok(PoolRoles { roles, role_mappings })
}

fn mapping_key(
    service: &Service,
    config: &IdentityPoolConfig,
    mapping: &RoleMappingConfig,
    first_client: Option<&str>,
) -> Outcome<String> {
    let provider = mapping.provider.as_deref();
    if let Some(provider) = provider {
        if config.login_providers.contains_key(provider) {
            return Ok(provider.to_owned());
        }
        if config.oidc_providers.iter().any(|known| arn_of(&known.issuer) == arn_of(provider)) {
            return Ok(arn_of(provider));
        }
    }
    let client = client(service, provider, first_client)?;
    Ok(format!("{}:{}", user_pool_provider(&client.pool_id), client.id))
}

fn role_mapping(config: &RoleMappingConfig) -> RoleMapping {
    let rules: Vec<Rule> = config
        .rules
        .iter()
        .map(|rule| Rule {
            claim: rule.claim.clone(),
            match_type: rule.match_type.clone(),
            value: rule.value.clone(),
            role_arn: rule.role.clone(),
        })
        .collect();
    let ambiguous = if config.or_authenticated { "AuthenticatedRole" } else { "Deny" };
    RoleMapping {
        kind: if rules.is_empty() { "Token" } else { "Rules" }.into(),
        ambiguous_role_resolution: Some(ambiguous.into()),
        rules_configuration: (!rules.is_empty()).then_some(RulesConfiguration { rules }),
    }
}
