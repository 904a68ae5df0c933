use serde::Deserialize;
use serde_json::json;

use crate::crypto::sha256;
use crate::error::{Outcome, ServiceError};
use crate::passkeys::{MOST_PER_USER, RelyingParty, creation_options};
use crate::service::Call;
use crate::store::passkeys;
use crate::tokens::verify;
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
    let party = RelyingParty::of(&bearer.pool)?;
    let (service, user) = (&call.service, &bearer.user);
    let challenge = service.random.bytes::<32>();
    let now = service.now_ms();
    let started = passkeys::Started { client_id: bearer.client.id.clone(), expires_ms: now + LIFE_MS };
    let registered = service.store.write(|db| {
        let registered = passkeys::of_user(db, &bearer.pool.id, &user.username)?;
        if registered.len() < MOST_PER_USER {
            passkeys::start(db, &bearer.pool.id, &user.username, &sha256(&[&challenge]), &started, now)?;
        }
        Ok(registered)
    })?;
    if registered.len() >= MOST_PER_USER {
        return Err(too_many());
    }
    let options = creation_options(&party, user, &registered, &challenge);
    Ok(Answer::Json(json!({ "CredentialCreationOptions": options })))
}

pub(super) fn too_many() -> ServiceError {
    ServiceError::limit_exceeded(format!("A user can have at most {MOST_PER_USER} passkeys."))
}
