use serde::Deserialize;
use serde_json::json;

use super::get_user_attribute_verification_code::contact;
use crate::error::{Outcome, ServiceError};
use crate::service::Call;
use crate::store::{codes as sent_codes, users};
use crate::tokens::verify;
use crate::users::codes::{Entered, Verdict};
use crate::users::{attribute_change, codes};
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    access_token: String,
    attribute_name: String,
    code: String,
}

/// Tries of a code per hour.
const TRIES: i64 = 15;

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let bearer = verify::access_token(call, &request.access_token).await?;
    let pool = &bearer.pool;
    let attribute = contact(&request.attribute_name)?;
    let purpose = codes::attribute_purpose(attribute);
    let entered =
        Entered { purpose: &purpose, code: &request.code, most: TRIES, too_many: ServiceError::too_many_attempts };
    let verdict = service.store.write(|db| {
        let mut user = users::named(db, pool, &bearer.user.username)?;
        let verdict = codes::check(db, service, pool, &user, &entered)?;
        if matches!(verdict, Verdict::Right) {
            sent_codes::delete(db, &pool.id, &user.username, &purpose)?;
            attribute_change::verify(db, pool, &mut user, attribute)?;
            user.modified_ms = service.now_ms();
            users::update(db, pool, &user)?;
        }
        Ok(verdict)
    })?;
    match verdict {
        Verdict::Right => Ok(Answer::Json(json!({}))),
        Verdict::Refused(refusal) => Err(refusal),
    }
}
