//! What an identity provider of a pool can be like, with the service's texts.

use crate::discovery::is_loopback_url;
use crate::error::{Outcome, ServiceError};
use crate::model::identity_provider::{IdentityProvider, default_subject};
use crate::pools::Pool;

const SOCIAL: [&str; 4] = ["Google", "Facebook", "LoginWithAmazon", "SignInWithApple"];

/// Checks a provider and fills in what it did not say.
pub(crate) fn check(pool: &Pool, provider: &mut IdentityProvider) -> Outcome<()> {
    let refuse = |text: String| Err(ServiceError::invalid_parameter(text));
    let (name, kind) = (provider.name.clone(), provider.settings.provider_type.clone());
    let is_social = SOCIAL.contains(&kind.as_str());
    if name == "COGNITO" || (is_social || SOCIAL.contains(&name.as_str())) && name != kind {
        return refuse(format!("Provider {name} cannot be of type {kind}."));
    }
    let required: &[&str] = match kind.as_str() {
        "SignInWithApple" => &["client_id", "team_id", "key_id", "authorize_scopes"],
        "OIDC" => &["client_id", "attributes_request_method", "oidc_issuer", "authorize_scopes"],
        "SAML" => &[],
        _ => &["client_id", "client_secret", "authorize_scopes"],
    };
    if required.iter().any(|detail| provider.detail(detail).is_none()) {
        return refuse(match required {
            [others @ .., last] => format!("{} and {last} are all required idp details", others.join(", ")),
            [] => String::new(),
        });
    }
    if kind == "SAML" && provider.detail("MetadataURL").or(provider.detail("MetadataFile")).is_none() {
        return refuse("One of MetadataURL or MetadataFile is required in idp details".into());
    }
    let settings = &mut provider.settings;
    settings.attribute_mapping.entry("username".into()).or_insert_with(|| default_subject(&kind).into());
    let unknown = |attribute: &&String| *attribute != "username" && pool.schema(attribute).is_none();
    if let Some(attribute) = settings.attribute_mapping.keys().find(unknown) {
        return refuse(format!("{attribute}: Attribute does not exist in the schema."));
    }
    // One on this machine is there to be asked.
    let issuer = settings.provider_details.get("oidc_issuer").cloned().unwrap_or_default();
    settings.discover |= kind == "OIDC" && is_loopback_url(&issuer);
    Ok(())
}

/// Refuses identifiers that another provider of the pool has.
pub(crate) fn check_identifiers(provider: &IdentityProvider, others: &[IdentityProvider]) -> Outcome<()> {
    let others = others.iter().filter(|other| other.name != provider.name);
    let mut taken = others.flat_map(|other| &other.settings.idp_identifiers);
    match taken.find(|identifier| provider.settings.idp_identifiers.contains(identifier)) {
        Some(identifier) => {
            let text = format!("The identifier {identifier} is already associated with another identity provider.");
            Err(ServiceError::invalid_parameter(text))
        }
        None => Ok(()),
    }
}

pub(crate) fn unknown(name: &str) -> ServiceError {
    ServiceError::resource_not_found(format!("Identity provider {name} does not exist."))
}
