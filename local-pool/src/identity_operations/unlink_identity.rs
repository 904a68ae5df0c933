use std::collections::BTreeMap;

use serde::Deserialize;

use crate::error::Outcome;
use crate::identities::choice;
use crate::identities::user_pool_provider;
use crate::logins::{self, pool_id_of};
use crate::service::Call;
use crate::store::identities;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    identity_id: String,
    logins: BTreeMap<String, String>,
    logins_to_remove: Vec<String>,
}

/// Needs a valid login of the identity, and changes nothing but what is to be removed.
pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let (_, pool) = super::identity_and_pool(service, &request.identity_id)?;
    let proven = logins::verify(service, &pool, &request.logins).await?;
    service.store.write(|db| {
        let mut identity = identities::by_id(db, &request.identity_id)?;
        if identity.disabled || proven.is_empty() {
            return Err(choice::forbidden(&identity.id));
        }
        let links = identities::logins(db, &identity.id)?;
        let is_own = proven.own.as_ref().is_some_and(|own| own.authenticated && own.identity_id == identity.id);
        if !is_own && !proven.bearers.iter().any(|bearer| links.contains(&bearer.link())) {
            return Err(logins::do_not_match());
        }
        for name in &request.logins_to_remove {
            let canonical = pool_id_of(name).map_or_else(|| name.trim_end_matches('/').to_owned(), user_pool_provider);
            let linked: Vec<_> = links.iter().filter(|login| login.provider == *name || login.provider == canonical).collect();
            if linked.is_empty() {
                return Err(logins::do_not_match());
            }
            for login in linked {
                identities::unlink(db, &identity.id, &login.provider, &login.subject)?;
            }
        }
        identity.modified_ms = service.now_ms();
        identities::update(db, &identity)
    })?;
    Ok(Answer::Empty)
}
