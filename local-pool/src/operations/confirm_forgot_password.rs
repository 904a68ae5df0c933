use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::{Outcome, ServiceError};
use crate::service::Call;
use crate::sign_in::lock_out;
use crate::store::{codes as sent_codes, users};
use crate::users::codes::{Entered, Verdict};
use crate::users::{UserStatus, aliases, codes, confirmation, names, passwords};
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    client_id: String,
    secret_hash: Option<String>,
    username: String,
    confirmation_code: String,
    password: String,
    client_metadata: Map<String, Value>,
}

/// Tries of a code per hour.
const TRIES: i64 = 5;

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let (client, pool) = service.client_and_pool(&request.client_id)?;
    client.check_secret_hash(request.secret_hash.as_deref(), &[&request.username])?;
    passwords::check_new(&pool, &request.password)?;
    let counted = names::counted(&pool, None, &request.username);
    let entered = Entered {
        purpose: codes::FORGOT,
        code: &request.confirmation_code,
        most: TRIES,
        too_many: ServiceError::too_many_attempts,
    };
    let done = service.store.write(|db| {
        let Some(mut user) = users::find(db, &pool, &request.username)? else {
            let hidden = || codes::pretend_check(db, service, &pool, &counted, &entered, codes::mismatch);
            return if client.hides_users() {
                hidden().map(|refusal| Err(refusal.because(super::UNKNOWN_USER)))
            } else {
                Ok(Err(super::unknown_name()))
            };
        };
        if !user.enabled {
            let hidden = || codes::pretend_check(db, service, &pool, &user.username, &entered, codes::mismatch);
            let visible = ServiceError::not_authorized("User is disabled.");
            return if client.hides_users() {
                hidden().map(|refusal| Err(refusal.because("disabled user")))
            } else {
                Ok(Err(visible))
            };
        }
        let sent = sent_codes::find(db, &pool.id, &user.username, codes::FORGOT)?;
        if let Verdict::Refused(refusal) = codes::check(db, service, &pool, &user, &entered)? {
            return Ok(Err(refusal));
        }
        sent_codes::delete(db, &pool.id, &user.username, codes::FORGOT)?;
        if let Some(sent) = sent {
            user.attributes.insert(format!("{}_verified", sent.attribute), "true".into());
        }
        passwords::replace(db, &pool, &mut user, &request.password, &service.random)?;
        user.status = UserStatus::Confirmed;
        user.temporary_until_ms = None;
        user.modified_ms = service.now_ms();
        aliases::move_verified(db, &pool, &user)?;
        users::update(db, &pool, &user)?;
        Ok(Ok(user))
    })?;
    let user = done?;
    lock_out::reset(service, &pool, lock_out::Of::Password, &user.username)?;
    confirmation::announce_new_password(call, &pool, &client.id, &user, &request.client_metadata).await?;
    Ok(Answer::Json(json!({})))
}
