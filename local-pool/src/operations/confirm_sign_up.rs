use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::{Outcome, ServiceError};
use crate::service::Call;
use crate::sign_in::context::SignIn;
use crate::sign_in::{sessions, sign_up_session};
use crate::store::{codes as sent_codes, users};
use crate::users::codes::{Entered, Verdict};
use crate::users::{UserStatus, aliases, codes, confirmation, names};
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    client_id: String,
    secret_hash: Option<String>,
    username: String,
    confirmation_code: String,
    force_alias_creation: bool,
    session: Option<String>,
    client_metadata: Map<String, Value>,
}

/// Tries of a code per hour.
const TRIES: i64 = 15;

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let (client, pool) = service.client_and_pool(&request.client_id)?;
    client.check_secret_hash(request.secret_hash.as_deref(), &[&request.username])?;
    let sign_in = SignIn::bare(call, pool.clone(), client.clone());
    let session = request.session.as_deref();
    let before =
        session.map(|session| sign_up_session::of_sign_up(&sign_in, session, &request.username)).transpose()?;
    let counted = names::counted(&pool, None, &request.username);
    let entered = Entered {
        purpose: codes::SIGN_UP,
        code: &request.confirmation_code,
        most: TRIES,
        too_many: || ServiceError::too_many_failed_attempts("Attempt limit exceeded, please try after some time."),
    };
    // Looking, judging and writing are one step: a code is good once.
    let confirmed = service.store.write(|db| {
        let Some(mut user) = users::find(db, &pool, &request.username)? else {
            let hidden = || codes::pretend_check(db, service, &pool, &counted, &entered, codes::expired);
            return if client.hides_users() {
                hidden().map(|refusal| Err(refusal.because(super::UNKNOWN_USER)))
            } else {
                Ok(Err(super::unknown_name()))
            };
        };
        if !user.enabled {
            let hidden = || codes::pretend_check(db, service, &pool, &user.username, &entered, codes::expired);
            return if client.hides_users() {
                hidden().map(|refusal| Err(refusal.because("disabled user")))
            } else {
                Ok(Err(ServiceError::not_authorized("User is disabled.")))
            };
        }
        if user.status != UserStatus::Unconfirmed {
            return Ok(Err(cannot_be_confirmed(user.status)));
        }
        let sent = sent_codes::find(db, &pool.id, &user.username, codes::SIGN_UP)?;
        if let Verdict::Refused(refusal) = codes::check(db, service, &pool, &user, &entered)? {
            return Ok(Err(refusal));
        }
        let verified = sent.map(|sent| sent.attribute).unwrap_or_default();
        if !request.force_alias_creation
            && let Err(refusal) = aliases::check_alias_is_free(db, &pool, &user, &verified)
        {
            return Ok(Err(refusal));
        }
        sent_codes::delete(db, &pool.id, &user.username, codes::SIGN_UP)?;
        user.attributes.insert(format!("{verified}_verified"), "true".into());
        user.status = UserStatus::Confirmed;
        user.modified_ms = service.now_ms();
        aliases::move_verified(db, &pool, &user)?;
        users::update(db, &pool, &user)?;
        Ok(Ok((user, verified)))
    })?;
    let (user, verified) = confirmed?;
    if let Some(before) = before.flatten() {
        sessions::claim(&sign_in, &before.hash)?;
    }
    confirmation::announce(call, &pool, Some(&client.id), &user, &request.client_metadata).await?;
    let session = sign_up_session::offer(&sign_in, &user, &verified)?;
    Ok(Answer::Json(session.map_or_else(|| json!({}), |session| json!({ "Session": session }))))
}

pub(super) fn cannot_be_confirmed(status: UserStatus) -> ServiceError {
    let text = format!("User cannot be confirmed. Current status is {}", status.as_str());
    ServiceError::not_authorized(text)
}
