//! Putting configured identity providers of a user pool into the store.

use std::collections::BTreeMap;

use super::pool::IdentityProviderConfig;
use crate::error::Outcome;
use crate::federation::rules;
use crate::model::identity_provider::{IdentityProvider, ProviderSettings};
use crate::pools::Pool;
use crate::service::Service;
use crate::store::identity_providers;

pub(super) fn apply(service: &Service, pool: &Pool, configured: &[IdentityProviderConfig]) -> Outcome<()> {
    for config in configured {
        let existing = service.store.read(|db| identity_providers::find(db, &pool.id, &config.name))?;
        let now = service.now_ms();
        let mut provider = IdentityProvider {
            pool_id: pool.id.clone(),
            name: config.name.clone(),
            settings: settings(config),
            created_ms: existing.map_or(now, |known| known.created_ms),
            modified_ms: now,
        };
        rules::check(pool, &mut provider)?;
        service.store.write(|db| {
            rules::check_identifiers(&provider, &identity_providers::list(db, &pool.id)?)?;
            identity_providers::put(db, &provider)
        })?;
    }
    Ok(())
}

fn settings(config: &IdentityProviderConfig) -> ProviderSettings {
    let named = ["Google", "Facebook", "LoginWithAmazon", "SignInWithApple"].contains(&config.name.as_str());
    let provider_type = match (&config.provider_type, named) {
        (Some(kind), _) => kind.clone(),
        (None, true) => config.name.clone(),
        (None, false) => "OIDC".into(),
    };
    let issuer = config.issuer.clone().unwrap_or_else(|| format!("https://{}.invalid", config.name.to_lowercase()));
    let made_up = |text: &str| Some(text.to_owned());
    let details = [
        ("client_id", Some(config.client_id.clone())),
        ("authorize_scopes", Some(config.scopes.clone())),
        ("client_secret", config.client_secret.clone().or_else(|| named.then(|| "local-secret".into()))),
        ("team_id", (provider_type == "SignInWithApple").then(|| "local-team".into())),
        ("key_id", (provider_type == "SignInWithApple").then(|| "local-key".into())),
        ("oidc_issuer", (provider_type == "OIDC").then_some(issuer)),
        ("attributes_request_method", if provider_type == "OIDC" { made_up("GET") } else { None }),
        ("MetadataFile", if provider_type == "SAML" { made_up("<local/>") } else { None }),
    ];
    let details: BTreeMap<String, String> =
        details.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    ProviderSettings {
        provider_type,
        provider_details: details,
        attribute_mapping: config.attribute_mapping.clone(),
        idp_identifiers: config.identifiers.clone(),
        discover: config.discover,
    }
}
