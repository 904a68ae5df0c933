use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::json;

use crate::error::{Outcome, ServiceError};
use crate::service::Call;
use crate::store::passkeys;
use crate::tokens::verify;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    access_token: String,
    credential_id: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let bearer = verify::access_token(call, &request.access_token).await?;
    let id = URL_SAFE_NO_PAD.decode(request.credential_id.trim_end_matches('=')).unwrap_or_default();
    let deleted = call.service.store.write(|db| passkeys::delete(db, &bearer.pool.id, &bearer.user.username, &id))?;
    if !deleted {
        return Err(ServiceError::resource_not_found("Credential does not exist."));
    }
    Ok(Answer::Json(json!({})))
}
