//! Checking the login tokens that identities are asked for with.

mod bearer;
mod flaw;
mod oidc;
mod own_token;
mod social;
mod user_pool;

use std::collections::BTreeMap;

pub(crate) use self::bearer::Bearer;
pub(crate) use self::flaw::{do_not_match, unsupported};
pub(crate) use self::own_token::{
    Flaw as OwnTokenFlaw, ISSUER as OWN_ISSUER, OwnToken, PROVIDER as OWN_PROVIDER, read as read_own_token,
};
pub(crate) use self::user_pool::pool_id_of;
use crate::error::{Outcome, ServiceError};
use crate::model::identity_pool::IdentityPool;
use crate::providers;
use crate::service::Service;

/// What a call's logins have proven.
#[derive(Debug, Default)]
pub(crate) struct Proven {
    /// In the order of their providers' names.
    pub bearers: Vec<Bearer>,
    /// The identity pool's own OpenID token.
    pub own: Option<OwnToken>,
}

impl Proven {
    pub fn is_empty(&self) -> bool {
        self.bearers.is_empty() && self.own.is_none()
    }
}

/// Checks all of them: every one has to pass.
pub(crate) async fn verify(
    service: &Service,
    pool: &IdentityPool,
    logins: &BTreeMap<String, String>,
) -> Outcome<Proven> {
    let mut proven = Proven::default();
    for (key, token) in logins {
        if key == OWN_PROVIDER {
            proven.own = Some(own_token::verify(service, pool, token).await?);
            continue;
        }
        proven.bearers.push(bearer(service, pool, key, token).await?);
    }
    Ok(proven)
}

async fn bearer(service: &Service, pool: &IdentityPool, key: &str, token: &str) -> Outcome<Bearer> {
    let settings = &pool.settings;
    if settings.developer_provider_name.as_deref() == Some(key) {
        return Err(ServiceError::invalid_parameter("Please provide a valid public provider."));
    }
    if let Some(clients) = user_pool::clients(pool, key) {
        return user_pool::verify(service, &clients, key, token).await;
    }
    if let Some(app_ids) = settings.supported_login_providers.get(key) {
        return social::verify(service, &providers::provider(key), app_ids, token).await;
    }
    if let Some(arn) = oidc::arn(pool, key) {
        return oidc::verify(service, arn, key, token).await;
    }
    if settings.saml_provider_arns.iter().any(|arn| arn == key) {
        return Err(flaw::invalid("local-pool takes no SAML assertions: use a provider of OpenID Connect instead."));
    }
    Err(if pool.has_providers() { unsupported() } else { do_not_match() })
}
