use serde::Deserialize;
use serde_json::json;

use crate::crypto::totp;
use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;
use crate::service::Call;
use crate::sign_in::challenges::{Challenge as _, MfaSetup, mfa_setup};
use crate::sign_in::{flow, sessions};
use crate::store::users;
use crate::tokens::verify;
use crate::users::mfa::Factor;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    access_token: Option<String>,
    session: Option<String>,
}

/// Hands out a secret. It counts once VerifySoftwareToken has seen a code of it; until then an older one stays.
pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    if let Some(token) = &request.access_token {
        let bearer = verify::access_token(call, token).await?;
        let secret = hand_out(call, &bearer.pool, &bearer.user.username)?;
        return Ok(Answer::Json(json!({ "SecretCode": secret })));
    }
    let (sign_in, mut opened) = flow::open_set_up(call, &session_of(request.session)?)?;
    let secret = mfa_setup::hand_out(&sign_in, &mut opened.attempt)?;
    let session = sessions::renew(&sign_in, MfaSetup::NAME, &opened)?;
    Ok(Answer::Json(json!({ "SecretCode": secret, "Session": session })))
}

fn hand_out(call: &Call, pool: &Pool, username: &str) -> Outcome<String> {
    if !pool.mfa.enables(Factor::SoftwareTokenMfa) {
        let text = "Software Token MFA has not been enabled by the userPool";
        return Err(ServiceError::software_token_mfa_not_found(text));
    }
    let secret = totp::encode(&call.service.random.bytes::<32>());
    call.service.store.write(|db| {
        let mut user = users::named(db, pool, username)?;
        user.mfa.pending_secret = Some(secret.clone());
        users::update(db, pool, &user)
    })?;
    Ok(secret)
}

pub(super) fn session_of(session: Option<String>) -> Outcome<String> {
    session.ok_or_else(|| ServiceError::invalid_parameter("Either AccessToken or Session is required."))
}
