use serde::Deserialize;
use serde_json::json;

use crate::error::{Outcome, ServiceError};
use crate::federation::{links, rules};
use crate::model::identity_provider::{Link, SUBJECT};
use crate::service::Call;
use crate::store::{identity_providers, users};
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    destination_user: ProviderUser,
    source_user: ProviderUser,
}

/// `ProviderUserIdentifierType`
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct ProviderUser {
    pub provider_name: String,
    pub provider_attribute_name: String,
    pub provider_attribute_value: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = service.store.pool(&request.user_pool_id)?;
    let refuse = |text: &str| ServiceError::invalid_parameter(text);
    let (destination, source) = (request.destination_user, request.source_user);
    if source.provider_name == "Cognito" {
        return Err(refuse(
            "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as \
             a DestinationUser",
        ));
    }
    if destination.provider_name != "Cognito" {
        return Err(refuse("Invalid DestinationUser: the ProviderName has to be Cognito"));
    }
    service.store.write(|db| {
        let provider = identity_providers::find(db, &pool.id, &source.provider_name)?;
        let provider = provider.ok_or_else(|| rules::unknown(&source.provider_name))?;
        let claim = source.provider_attribute_name.as_str();
        let is_social = !matches!(provider.settings.provider_type.as_str(), "OIDC" | "SAML");
        let is_subject = claim == SUBJECT || claim == provider.subject_claim();
        let is_mapped = provider.settings.attribute_mapping.values().any(|mapped| mapped == claim);
        if source.provider_attribute_value.is_empty() || !is_subject && (is_social || !is_mapped) {
            return Err(refuse("Invalid SourceUser: the ProviderAttributeName is none that users are found by"));
        }
        let mut user = users::named(db, &pool, &destination.provider_attribute_value)?;
        let link = Link {
            provider: provider.name,
            attribute: if is_subject { SUBJECT.into() } else { claim.into() },
            value: source.provider_attribute_value.clone(),
            username: user.username.clone(),
            own: false,
            created_ms: service.now_ms(),
        };
        links::add(db, &pool, &mut user, &link)?;
        users::update(db, &pool, &user)
    })?;
    Ok(Answer::Json(json!({})))
}
