use serde::Deserialize;

use crate::error::Outcome;
use crate::identities::TagMap;
use crate::service::Call;
use crate::store::identity_pools;
use crate::wire::answer::Answer;

use super::get_principal_tag_attribute_map::shown;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    identity_pool_id: String,
    identity_provider_name: String,
    #[serde(flatten)]
    map: TagMap,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let Request { identity_pool_id, identity_provider_name: provider, map } = request;
    let answer = shown(&identity_pool_id, &provider, &map);
    service.store.write(|db| {
        let mut pool = identity_pools::by_id(db, &identity_pool_id)?;
        pool.tag_maps.insert(provider, map);
        pool.modified_ms = service.now_ms();
        identity_pools::put(db, &pool)
    })?;
    Ok(answer)
}
