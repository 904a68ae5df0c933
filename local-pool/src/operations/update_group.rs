use serde_json::json;

pub(super) use super::create_group::Request;
use crate::error::Outcome;
use crate::groups;
use crate::service::Call;
use crate::store::groups as stored;
use crate::wire::answer::Answer;

/// Changes what the request has; unlike pools and clients, what it leaves out stays.
pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = service.store.pool(&request.user_pool_id)?;
    let group = service.store.write(|db| {
        let mut group = stored::find(db, &pool.id, &request.group_name)?.ok_or_else(groups::no_such_group)?;
        group.description = request.description.or(group.description);
        group.role_arn = request.role_arn.or(group.role_arn);
        group.precedence = request.precedence.or(group.precedence);
        group.modified_ms = service.now_ms();
        stored::put(db, &pool.id, &group)?;
        Ok(group)
    })?;
    Ok(Answer::Json(json!({ "Group": group.description(&pool) })))
}
