use serde::Deserialize;
use serde_json::json;

use super::associate_software_token::session_of;
use crate::challenges::mfa_setup;
use crate::error::{Outcome, ServiceError};
use crate::model::software_token::SoftwareToken;
use crate::pools::Pool;
use crate::service::Call;
use crate::store::users;
use crate::tokens::verify;
use crate::users::mfa::Factor;
use crate::wire::answer::Answer;
use crate::wire::constraint::{Kind, Member, Text, optional, required};
use crate::wire::members::{SESSION, TOKEN, TOTP_CODE};

pub(super) const SHAPE: &[Member] = &[
    optional("AccessToken", TOKEN),
    optional("Session", SESSION),
    required("UserCode", TOTP_CODE),
    optional("FriendlyDeviceName", Kind::Text(Text { min: 0, max: 131_072, pattern: None })),
];

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    access_token: Option<String>,
    session: Option<String>,
    user_code: String,
    friendly_device_name: Option<String>,
}

/// Takes the secret that was handed out last in place of an older one, when the code is of it. In a sign-in this
/// switches the factor on; for users who are signed in SetUserMFAPreference does.
pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    if let Some(token) = &request.access_token {
        let bearer = verify::access_token(call, token).await?;
        take(call, &bearer.pool, &bearer.user.username, &request, false)?;
        return Ok(Answer::Json(json!({ "Status": "SUCCESS" })));
    }
    let (sign_in, mut opened) = mfa_setup::open(call, &session_of(request.session.clone())?)?;
    take(call, &sign_in.pool, &opened.attempt.username, &request, true)?;
    opened.attempt.software_token_verified = true;
    let session = mfa_setup::renew(&sign_in, &opened)?;
    Ok(Answer::Json(json!({ "Status": "SUCCESS", "Session": session })))
}

fn take(call: &Call, pool: &Pool, username: &str, request: &Request, activate: bool) -> Outcome<()> {
    let service = &call.service;
    service.store.write(|db| {
        let mut user = users::named(db, pool, username)?;
        let Some(secret) = &user.mfa.pending_secret else {
            let text = "No software token has been associated with the user";
            return Err(ServiceError::software_token_mfa_not_found(text));
        };
        let name = request.friendly_device_name.clone().filter(|name| !name.is_empty());
        let token = SoftwareToken::verify(secret, &request.user_code, service.now_ms(), name).ok_or_else(|| {
            ServiceError::enable_software_token_mfa("Code mismatch and fail enable Software Token MFA")
        })?;
        user.mfa.software_token = Some(token);
        user.mfa.pending_secret = None;
        if activate {
            user.mfa.activate(Factor::SoftwareTokenMfa);
        }
        user.modified_ms = service.now_ms();
        users::update(db, pool, &user)
    })
}
