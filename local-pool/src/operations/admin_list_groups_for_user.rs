use serde::Deserialize;

use crate::error::Outcome;
use crate::service::Call;
use crate::store::{groups as stored, users};
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    username: String,
    user_pool_id: String,
    limit: Option<i64>,
    next_token: Option<String>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    let groups = call.service.store.read(|db| {
        let user = users::named(db, &pool, &request.username)?;
        stored::of_user(db, &pool.id, &user.username)
    })?;
    let shown = groups.iter().map(|group| group.description(&pool)).collect();
    super::page_answer("Groups", shown, request.next_token.as_deref(), request.limit)
}
