use serde::Deserialize;

use super::set_user_mfa_preference::{Preferences, set};
use crate::error::Outcome;
use crate::service::Call;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    username: String,
    #[serde(flatten)]
    preferences: Preferences,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    set(call, &pool, &request.username, &request.preferences, |_, _| Ok(()))
}
