use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use crate::error::Outcome;
use crate::identities::open_id_token::{self, Said};
use crate::identities::tags::Tags;
use crate::identities::{self, developer, tags};
use crate::logins;
use crate::service::Call;
use crate::wire::answer::Answer;

const LIFE_S: i64 = 900;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    identity_pool_id: String,
    identity_id: Option<String>,
    logins: BTreeMap<String, String>,
    principal_tags: Tags,
    token_duration: Option<i64>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = super::pool(service, &request.identity_pool_id)?;
    let mut public = request.logins;
    let name = pool.settings.developer_provider_name.clone().unwrap_or_default();
    let user = public.remove(&name).ok_or_else(developer::unsupported)?;
    let user = developer::login(&pool, &name, &user)?;
    let proven = logins::verify(service, &pool, &public).await?;
    let asked = developer::Asked {
        pool: &pool,
        user: &user,
        proven: &proven,
        identity_id: request.identity_id.as_deref(),
        now_ms: service.now_ms(),
    };
    let new_id = identities::new_id(pool.region(), &service.random);
    let identity = service.store.write(|db| asked.identity(db, new_id))?;
    let mut methods = vec!["authenticated".to_owned(), name.clone(), format!("{name}:{}:{}", pool.id, user.subject)];
    methods.extend(proven.bearers.iter().flat_map(|bearer| [bearer.provider.clone(), bearer.method.clone()]));
    let mut tags = tags::of(&pool, &proven);
    tags.extend(request.principal_tags);
    let said = Said { methods, tags, seconds: request.token_duration.unwrap_or(LIFE_S) };
    let token = open_id_token::issue(service, &pool, &identity, &said).await?;
    Ok(Answer::Json(json!({ "IdentityId": identity.id, "Token": token })))
}
