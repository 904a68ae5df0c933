use serde::Deserialize;
use serde_json::json;

use crate::error::Outcome;
use crate::groups::{self, Group};
use crate::service::Call;
use crate::store::groups as stored;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    pub group_name: String,
    pub user_pool_id: String,
    pub description: Option<String>,
    pub role_arn: Option<String>,
    pub precedence: Option<i64>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = service.store.pool(&request.user_pool_id)?;
    let now = service.now_ms();
    let group = Group {
        name: request.group_name,
        description: request.description,
        role_arn: request.role_arn,
        precedence: request.precedence,
        created_ms: now,
        modified_ms: now,
    };
    service.store.write(|db| {
        groups::check_name_is_free(stored::find(db, &pool.id, &group.name)?)?;
        stored::put(db, &pool.id, &group)
    })?;
    Ok(Answer::Json(json!({ "Group": group.description(&pool) })))
}
