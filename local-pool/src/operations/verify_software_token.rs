use serde::Deserialize;
use serde_json::json;

use super::associate_software_token::session_of;
use crate::error::{Outcome, ServiceError};
use crate::model::software_token::SoftwareToken;
use crate::pools::Pool;
use crate::service::Call;
use crate::sign_in::challenges::{Challenge as _, MfaSetup, mfa_setup};
use crate::sign_in::{flow, sessions};
use crate::store::users;
use crate::tokens::verify;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    access_token: Option<String>,
    session: Option<String>,
    user_code: String,
    friendly_device_name: Option<String>,
}

impl Request {
    fn device_name(&self) -> Option<String> {
        self.friendly_device_name.clone().filter(|name| !name.is_empty())
    }
}

/// Takes the secret that was handed out last in place of an older one, when the code is of it. In a sign-in this
/// switches the factor on; for users who are signed in SetUserMFAPreference does.
pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    if let Some(token) = &request.access_token {
        let bearer = verify::access_token(call, token).await?;
        take(call, &bearer.pool, &bearer.user.username, &request)?;
        return Ok(Answer::Json(json!({ "Status": "SUCCESS" })));
    }
    let (sign_in, mut opened) = flow::open_set_up(call, &session_of(request.session.clone())?)?;
    mfa_setup::verify(&sign_in, &mut opened.attempt, &request.user_code, request.device_name())?;
    let session = sessions::renew(&sign_in, MfaSetup::NAME, &opened)?;
    Ok(Answer::Json(json!({ "Status": "SUCCESS", "Session": session })))
}

fn take(call: &Call, pool: &Pool, username: &str, request: &Request) -> Outcome<()> {
    let service = &call.service;
    service.store.write(|db| {
        let mut user = users::named(db, pool, username)?;
        let Some(secret) = &user.mfa.pending_secret else {
            return Err(ServiceError::software_token_mfa_not_found(mfa_setup::NO_SECRET));
        };
        let token = SoftwareToken::verify(secret, &request.user_code, service.now_ms(), request.device_name())
            .ok_or_else(mfa_setup::mismatch)?;
        user.mfa.software_token = Some(token);
        user.mfa.pending_secret = None;
        user.modified_ms = service.now_ms();
        users::update(db, pool, &user)
    })
}
