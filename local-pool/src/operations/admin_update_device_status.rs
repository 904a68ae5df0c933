use serde::Deserialize;
use serde_json::json;

use crate::devices;
use crate::error::Outcome;
use crate::service::Call;
use crate::store::users;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    username: String,
    device_key: String,
    device_remembered_status: Option<String>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    let user = call.service.store.read(|db| users::named(db, &pool, &request.username))?;
    let status = request.device_remembered_status.as_deref();
    devices::set_remembered(&call.service, &pool, &user.username, &request.device_key, status)?;
    Ok(Answer::Json(json!({})))
}
