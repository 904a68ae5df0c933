use serde::Deserialize;
use serde_json::json;

use crate::error::Outcome;
use crate::service::Call;
use crate::store::users;
use crate::users::{UserStatus, passwords};
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    username: String,
    password: String,
    permanent: bool,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = service.store.pool(&request.user_pool_id)?;
    passwords::check_new(&pool, &request.password)?;
    service.store.write(|db| {
        let mut user = users::named(db, &pool, &request.username)?;
        user.modified_ms = service.now_ms();
        if request.permanent {
            passwords::replace(db, &pool, &mut user, &request.password, &service.random)?;
            user.status = UserStatus::Confirmed;
            user.temporary_until_ms = None;
        } else {
            passwords::remember(db, &pool, &user)?;
            passwords::set(&pool, &mut user, &request.password, &service.random);
            user.status = UserStatus::ForceChangePassword;
            user.temporary_until_ms =
                Some(user.modified_ms + pool.settings.policies.password_policy.temporary_life_ms());
        }
        users::update(db, &pool, &user)
    })?;
    Ok(Answer::Json(json!({})))
}
