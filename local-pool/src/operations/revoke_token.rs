use serde::Deserialize;
use serde_json::json;

use crate::crypto::sha256;
use crate::error::{Outcome, ServiceError};
use crate::service::Call;
use crate::store::lines;
use crate::tokens::verify;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    token: String,
    client_id: String,
    client_secret: Option<String>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let (client, _) = call.service.client_and_pool(&request.client_id)?;
    let secret = request.client_secret.as_deref();
    if let Some(refusal) = client.missing_secret(secret) {
        return Err(refusal);
    }
    if !client.secret_is(secret) {
        return Err(ServiceError::unauthorized("Invalid client secret"));
    }
    if !client.settings.enable_token_revocation {
        let text = format!("Revoke token operation is not enabled for client {}", client.id);
        return Err(ServiceError::unsupported_operation(text));
    }
    if verify::is_signed_token(&request.token) {
        return Err(ServiceError::unsupported_token_type("Only refresh tokens can be revoked"));
    }
    call.service.store.write(|db| {
        let found = lines::find_refresh_token(db, &sha256(&[request.token.as_bytes()]))?;
        match found {
            Some(found) if found.line.client_id != client.id => {
                Err(ServiceError::unauthorized("The token was issued to another client"))
            }
            Some(found) => lines::revoke(db, &found.line.event_id),
            // A token nobody was given is as good as revoked (RFC 7009, section 2.2).
            None => Ok(()),
        }
    })?;
    Ok(Answer::Json(json!({})))
}
