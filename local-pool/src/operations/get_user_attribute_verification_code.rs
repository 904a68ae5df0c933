use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::{Outcome, ServiceError};
use crate::service::Call;
use crate::tokens::verify;
use crate::users::attribute_change::{self, CONTACTS};
use crate::users::codes;
use crate::users::delivery::Occasion;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    access_token: String,
    attribute_name: String,
    client_metadata: Map<String, Value>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let bearer = verify::access_token(call, &request.access_token).await?;
    let attribute = contact(&request.attribute_name)?;
    let (pool, user) = (&bearer.pool, &bearer.user);
    codes::limit_requests(
        &call.service,
        pool,
        &user.username,
        &codes::attribute_purpose(attribute),
        codes::ATTRIBUTE_CODES,
    )?;
    let (client, metadata) = (Some(bearer.client.id.as_str()), &request.client_metadata);
    let occasion = Occasion::AttributeCode;
    let sent = attribute_change::send_code(call, pool, client, user, attribute, occasion, metadata).await?;
    let details = sent.ok_or_else(|| {
        ServiceError::invalid_parameter(format!("Cannot send a code: the user has no attribute {attribute}."))
    })?;
    Ok(Answer::Json(json!({ "CodeDeliveryDetails": details })))
}

/// The attribute, if it is one that can be verified.
pub(super) fn contact(name: &str) -> Outcome<&'static str> {
    CONTACTS.into_iter().find(|contact| *contact == name).ok_or_else(|| {
        ServiceError::invalid_parameter("Invalid attribute name. Only phone_number and email can be verified.")
    })
}
