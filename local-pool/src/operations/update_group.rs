use serde::Deserialize;
use serde_json::json;

use crate::error::Outcome;
use crate::groups;
use crate::service::Call;
use crate::store::groups as stored;
use crate::wire::answer::Answer;
use crate::wire::constraint::{Member, optional, required};
use crate::wire::members::{ARN, DESCRIPTION, GROUP_NAME, POOL_ID, PRECEDENCE};

pub(super) const SHAPE: &[Member] = &[
    required("GroupName", GROUP_NAME),
    required("UserPoolId", POOL_ID),
    optional("Description", DESCRIPTION),
    optional("RoleArn", ARN),
    optional("Precedence", PRECEDENCE),
];

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    group_name: String,
    user_pool_id: String,
    description: Option<String>,
    role_arn: Option<String>,
    precedence: Option<i64>,
}

/// Changes what the request has; unlike pools and clients, what it leaves out stays.
pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = service.store.pool(&request.user_pool_id)?;
    let group = service.store.write(|db| {
        let mut group =
            stored::find(db, &pool.id, &request.group_name)?.ok_or_else(groups::no_such_group)?;
        group.description = request.description.or(group.description);
        group.role_arn = request.role_arn.or(group.role_arn);
        group.precedence = request.precedence.or(group.precedence);
        group.modified_ms = service.now_ms();
        stored::put(db, &pool.id, &group)?;
        Ok(group)
    })?;
    Ok(Answer::Json(json!({ "Group": group.description(&pool) })))
}
