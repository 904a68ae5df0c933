use serde::Deserialize;

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
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    let user = call.service.store.read(|db| users::named(db, &pool, &request.username))?;
    devices::forget(&call.service, &pool, &user.username, &request.device_key)?;
    Ok(Answer::Empty)
}
