use serde::Deserialize;
use serde_json::{Value, json};

use crate::crypto::sha256;
use crate::error::{Outcome, ServiceError};
use crate::passkeys::{MOST_PER_USER, RelyingParty, creation_options};
use crate::pools::{Client, Pool};
use crate::service::Call;
use crate::store::passkeys;
use crate::tokens::verify;
use crate::users::User;
use crate::wire::answer::Answer;

/// How long a registration can be completed: what the authenticator shows takes people a while.
const LIFE_MS: i64 = 5 * 60_000;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    access_token: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let bearer = verify::access_token(call, &request.access_token).await?;
    let options = options_for(call, &bearer.pool, &bearer.client, &bearer.user)?;
    Ok(Answer::Json(json!({ "CredentialCreationOptions": options })))
}

/// What the user's authenticator is to make a passkey by.
pub(crate) fn options_for(call: &Call, pool: &Pool, client: &Client, user: &User) -> Outcome<Value> {
    let party = RelyingParty::of(pool)?;
    let service = &call.service;
    let challenge = service.random.bytes::<32>();
    let now = service.now_ms();
    let started = passkeys::Started { client_id: client.id.clone(), expires_ms: now + LIFE_MS };
    let registered = service.store.write(|db| {
        let registered = passkeys::of_user(db, &pool.id, &user.username)?;
        if registered.len() < MOST_PER_USER {
            passkeys::start(db, &pool.id, &user.username, &sha256(&[&challenge]), &started, now)?;
        }
        Ok(registered)
    })?;
    if registered.len() >= MOST_PER_USER {
        return Err(too_many());
    }
    Ok(creation_options(&party, user, &registered, &challenge))
}

pub(super) fn too_many() -> ServiceError {
    ServiceError::limit_exceeded(format!("A user can have at most {MOST_PER_USER} passkeys."))
}
