use serde::Deserialize;
use serde_json::json;

use super::admin_link_provider_for_user::ProviderUser;
use crate::error::{Outcome, ServiceError};
use crate::federation::links;
use crate::model::identity_provider::SUBJECT;
use crate::service::Call;
use crate::store::{links as stored, users};
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    user: ProviderUser,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = service.store.pool(&request.user_pool_id)?;
    let ProviderUser { provider_name, provider_attribute_name, provider_attribute_value } = request.user;
    service.store.write(|db| {
        if provider_name == "Cognito" {
            // Nothing is left to sign in with but the providers.
            let mut user = users::named(db, &pool, &provider_attribute_value)?;
            (user.salt, user.verifier, user.modified_ms) = (Vec::new(), Vec::new(), service.now_ms());
            return users::update(db, &pool, &user);
        }
        if provider_attribute_name != SUBJECT {
            let text = format!("The ProviderAttributeName has to be {SUBJECT}.");
            return Err(ServiceError::invalid_parameter(text));
        }
        let found = stored::find(db, &pool.id, &provider_name, SUBJECT, &provider_attribute_value)?;
        let link = found.filter(|link| !link.own).ok_or_else(ServiceError::no_such_user)?;
        let mut user = users::named(db, &pool, &link.username)?;
        links::remove(db, &pool, &mut user, &link)?;
        users::update(db, &pool, &user)
    })?;
    Ok(Answer::Json(json!({})))
}
