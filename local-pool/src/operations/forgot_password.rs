use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::Outcome;
use crate::service::Call;
use crate::sign_in::stand_in;
use crate::store::users;
use crate::users::migration::{self, Newcomer};
use crate::users::{codes, delivery, names, recovery};
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    client_id: String,
    secret_hash: Option<String>,
    username: String,
    client_metadata: Map<String, Value>,
}

/// Codes per hour.
const MOST: i64 = 5;

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let (client, pool) = service.client_and_pool(&request.client_id)?;
    client.check_secret_hash(request.secret_hash.as_deref(), &[&request.username])?;
    let mut found = service.store.read(|db| users::find(db, &pool, &request.username))?;
    if found.is_none() {
        let (name, client_metadata) = (request.username.as_str(), &request.client_metadata);
        let newcomer = Newcomer { pool: &pool, client: &client, name, password: None, client_metadata };
        found = migration::run(call, &newcomer).await?;
    }
    let destination = found.as_ref().filter(|user| user.enabled).map(|user| recovery::destination(&pool, user));
    let hidden = client.hides_users() && !matches!(destination, Some(Ok(Some(_))));
    if hidden {
        // Counted like a known name, or the limit would tell.
        let counted = names::counted(&pool, found.as_ref(), &request.username);
        codes::limit_requests(service, &pool, &counted, "forgot", MOST)?;
        let destination = delivery::pretended_destination(&pool, &request.username);
        recovery::pretend_to_send_code(
            call,
            &pool,
            Some(&client.id),
            &stand_in::nobody(&counted, &destination),
            &destination,
        )?;
        return Ok(Answer::Json(json!({ "CodeDeliveryDetails": destination.details() })));
    }
    let user = found.ok_or_else(super::unknown_name)?;
    let destination = recovery::check_reset(&pool, &user)?;
    codes::limit_requests(service, &pool, &user.username, "forgot", MOST)?;
    recovery::send_code(call, &pool, Some(&client.id), &user, &destination, &request.client_metadata).await?;
    Ok(Answer::Json(json!({ "CodeDeliveryDetails": destination.details() })))
}
