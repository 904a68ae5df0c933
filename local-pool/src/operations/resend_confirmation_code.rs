use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::{Outcome, ServiceError};
use crate::service::Call;
use crate::sign_in::stand_in;
use crate::store::users;
use crate::users::delivery::{self, Message, Occasion};
use crate::users::{UserStatus, codes, names};
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
    let found = service.store.read(|db| users::find(db, &pool, &request.username))?;
    let hidden = client.hides_users() && found.as_ref().is_none_or(|user| !user.enabled);
    if hidden {
        // Counted like a known name, or the limit would tell.
        let counted = names::counted(&pool, found.as_ref(), &request.username);
        codes::limit_requests(service, &pool, &counted, "resend", MOST)?;
        let destination = delivery::pretended_destination(&pool, &request.username);
        let nobody = stand_in::nobody(&counted, &destination);
        let code = codes::pretend_to_make(service, &pool, &nobody, destination.attribute)?;
        let message = Message {
            occasion: Occasion::Resend,
            pool: &pool,
            client_id: Some(&client.id),
            user: &nobody,
            destination: &destination,
            code: &code,
            client_metadata: &request.client_metadata,
        };
        delivery::pretend(call, &message)?;
        return Ok(Answer::Json(json!({ "CodeDeliveryDetails": destination.details() })));
    }
    let user = found.ok_or_else(super::unknown_name)?;
    if user.status != UserStatus::Unconfirmed {
        return Err(ServiceError::invalid_parameter("User is already confirmed."));
    }
    let no_verification = || ServiceError::not_authorized("Cannot resend codes. Auto verification not turned on.");
    let destination = delivery::verification_destination(&pool, &user).ok_or_else(no_verification)?;
    codes::limit_requests(service, &pool, &user.username, "resend", MOST)?;
    let code = codes::make(service, &pool, &user, codes::SIGN_UP, destination.attribute, codes::SIGN_UP_LIFE_MS)?;
    let message = Message {
        occasion: Occasion::Resend,
        pool: &pool,
        client_id: Some(&client.id),
        user: &user,
        destination: &destination,
        code: &code,
        client_metadata: &request.client_metadata,
    };
    delivery::send(call, message).await?;
    Ok(Answer::Json(json!({ "CodeDeliveryDetails": destination.details() })))
}
