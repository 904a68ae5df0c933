use std::collections::BTreeMap;

use crate::error::Outcome;
use crate::identities::{self, IdentityPool, IdentityPoolSettings, PoolRoles};
use crate::service::Call;
use crate::store::identity_pools;
use crate::wire::answer::Answer;

pub(super) async fn run(call: &Call, settings: IdentityPoolSettings) -> Outcome<Answer> {
    let service = &call.service;
    let now = service.now_ms();
    let pool = IdentityPool {
        id: identities::new_id(&service.region, &service.random),
        settings,
        roles: PoolRoles::default(),
        tag_maps: BTreeMap::new(),
        created_ms: now,
        modified_ms: now,
    };
    service.store.write(|db| identity_pools::put(db, &pool))?;
    Ok(Answer::Json(pool.description()))
}
