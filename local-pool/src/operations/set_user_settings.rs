use serde::Deserialize;
use serde_json::json;

use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;
use crate::service::Call;
use crate::store::users;
use crate::tokens::verify;
use crate::users::mfa::{self, Factor, Preference};
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    access_token: String,
    #[serde(rename = "MFAOptions")]
    options: Vec<MfaOption>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct MfaOption {
    delivery_medium: String,
    attribute_name: String,
}

/// The operation from before SetUserMFAPreference; it knows SMS only.
pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let bearer = verify::access_token(call, &request.access_token).await?;
    set(call, &bearer.pool, &bearer.user.username, &request.options)
}

/// Switches SMS on when it is listed, and off when not.
pub(super) fn set(call: &Call, pool: &Pool, username: &str, options: &[MfaOption]) -> Outcome<Answer> {
    let is_sms = |option: &MfaOption| option.delivery_medium == "SMS" && option.attribute_name == "phone_number";
    if !options.iter().all(is_sms) {
        return Err(ServiceError::invalid_parameter("MFA options can only be SMS to phone_number."));
    }
    let service = &call.service;
    service.store.write(|db| {
        let mut user = users::named(db, pool, username)?;
        let preference = Preference { enabled: !options.is_empty(), preferred_mfa: false };
        mfa::prefer(pool, &mut user, &[(Factor::SmsMfa, preference)])?;
        user.modified_ms = service.now_ms();
        users::update(db, pool, &user)
    })?;
    Ok(Answer::Json(json!({})))
}
