use serde::Deserialize;

use crate::error::{Outcome, ServiceError};
use crate::identities::{PoolRoles, RoleMapping};
use crate::service::Call;
use crate::store::identity_pools;
use crate::wire::answer::Answer;

/// How many rules a provider may have (developer guide, "Using rule-based mapping").
const MOST_RULES: usize = 25;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    identity_pool_id: String,
    #[serde(flatten)]
    roles: PoolRoles,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    service.store.write(|db| {
        let mut pool = identity_pools::by_id(db, &request.identity_pool_id)?;
        request.roles.role_mappings.iter().try_for_each(|(provider, mapping)| check(provider, mapping))?;
        pool.roles = request.roles;
        pool.modified_ms = service.now_ms();
        identity_pools::put(db, &pool)
    })?;
    Ok(Answer::Empty)
}

fn check(provider: &str, mapping: &RoleMapping) -> Outcome<()> {
    let refuse = |text: String| Err(ServiceError::invalid_parameter(text));
    if mapping.ambiguous_role_resolution.is_none() {
        return refuse(format!("AmbiguousRoleResolution is required for the role mapping of {provider}."));
    }
    let rules = mapping.rules().len();
    match mapping.kind.as_str() {
        "Rules" if rules == 0 => refuse(format!("The role mapping of {provider} has no rules.")),
        "Rules" if rules > MOST_RULES => refuse(format!("The role mapping of {provider} has more than {MOST_RULES} rules.")),
        "Token" if rules > 0 => refuse(format!("The role mapping of {provider} takes no rules.")),
        _ => Ok(()),
    }
}
