use serde::Deserialize;

use crate::error::{Outcome, ServiceError};
use crate::identities::developer;
use crate::logins;
use crate::service::Call;
use crate::store::identities;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    identity_id: String,
    identity_pool_id: String,
    developer_provider_name: String,
    developer_user_identifier: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = super::pool(service, &request.identity_pool_id)?;
    let user = developer::login(&pool, &request.developer_provider_name, &request.developer_user_identifier)?;
    service.store.write(|db| {
        let mut identity = identities::by_id(db, &request.identity_id)?;
        if identity.pool_id != pool.id {
            return Err(logins::do_not_match());
        }
        if !identities::logins(db, &identity.id)?.contains(&user) {
            let text = format!("Developer user identifier '{}' not found.", user.subject);
            return Err(ServiceError::resource_not_found(text));
        }
        identities::unlink(db, &identity.id, &user.provider, &user.subject)?;
        identity.modified_ms = service.now_ms();
        identities::update(db, &identity)
    })?;
    Ok(Answer::Empty)
}
