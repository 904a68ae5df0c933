use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::{Outcome, ServiceError};
use crate::identities::{developer, links};
use crate::logins;
use crate::paging::with_page;
use crate::service::Call;
use crate::store::identities;
use crate::wire::answer::Answer;

/// How many are shown where nothing is asked for.
const PAGE: usize = 60;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    identity_pool_id: String,
    identity_id: Option<String>,
    developer_user_identifier: Option<String>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = super::pool(service, &request.identity_pool_id)?;
    let name = pool.settings.developer_provider_name.as_deref().ok_or_else(developer::unsupported)?;
    let user = request.developer_user_identifier.as_deref();
    let user = user.map(|user| developer::login(&pool, name, user)).transpose()?;
    let (identity, logins) = service.store.read(|db| {
        let identity = match (&request.identity_id, &user) {
            (None, None) => {
                let text = "Please provide an identity id or a developer user identifier.";
                return Err(ServiceError::invalid_parameter(text));
            }
            (Some(id), None) => identities::by_id(db, id)?,
            (None, Some(user)) => developer::known(db, &pool, user)?,
            (Some(id), Some(user)) => match developer::linked(db, &pool, user)? {
                Some(identity) if identity.id == *id => identity,
                _ => return Err(links::conflict("The developer user identifier is not linked to the identity.")),
            },
        };
        let logins = identities::logins(db, &identity.id)?;
        Ok((identity, logins))
    })?;
    if identity.pool_id != pool.id {
        return Err(logins::do_not_match());
    }
    let users: Vec<Value> =
        logins.into_iter().filter(|login| login.developer).map(|login| json!(login.subject)).collect();
    let (answer, most) = (json!({ "IdentityId": identity.id }), request.max_results.unwrap_or(PAGE));
    Ok(Answer::Json(with_page(answer, "DeveloperUserIdentifierList", users, request.next_token.as_deref(), most)?))
}
