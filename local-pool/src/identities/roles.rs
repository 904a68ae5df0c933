//! Which role an identity's credentials are of (developer guide, "Using role-based access control").

use serde_json::{Map, Value};

use crate::error::{Outcome, ServiceError};
use crate::logins::Proven;
use crate::model::identity_pool::IdentityPool;
use crate::model::role_mapping::RoleMapping;

/// The role of a guest, or of who has logged in.
pub(crate) fn choose(pool: &IdentityPool, guest: bool, proven: &Proven, wanted: Option<&str>) -> Outcome<String> {
    let default = |kind: &str| pool.roles.roles.get(kind).cloned().ok_or_else(unconfigured);
    if guest {
        let role = default("unauthenticated")?;
        return if wanted.is_none_or(|wanted| wanted == role) { Ok(role) } else { Err(not_allowed()) };
    }
    let mapped = proven.bearers.iter().find_map(|bearer| {
        let mapping = pool.roles.role_mappings.get(&bearer.mapping_key);
        let mapping = mapping.or_else(|| pool.roles.role_mappings.get(&bearer.provider))?;
        Some((mapping, &bearer.claims))
    });
    let Some((mapping, claims)) = mapped else {
        let role = default("authenticated")?;
        return if wanted.is_none_or(|wanted| wanted == role) { Ok(role) } else { Err(not_allowed()) };
    };
    let candidates = if mapping.kind == "Token" { of_token(claims, wanted) } else { of_rules(mapping, claims) };
    match wanted {
        Some(wanted) if candidates.iter().any(|role| role == wanted) => return Ok(wanted.to_owned()),
        Some(_) => return Err(not_allowed()),
        None => {}
    }
    match candidates.into_iter().next() {
        Some(role) => Ok(role),
        None if mapping.ambiguous_role_resolution.as_deref() == Some("AuthenticatedRole") => default("authenticated"),
        None => Err(ServiceError::not_authorized("The ambiguous role mapping rules denied this request")),
    }
}

/// The roles that rules lead to, the first first.
fn of_rules(mapping: &RoleMapping, claims: &Map<String, Value>) -> Vec<String> {
    let matching = mapping.rules().iter().filter(|rule| rule.matches(claims.get(&rule.claim)));
    matching.map(|rule| rule.role_arn.clone()).collect()
}

/// The role that a token prefers; where one is asked for, all that it has.
fn of_token(claims: &Map<String, Value>, wanted: Option<&str>) -> Vec<String> {
    let listed = claims.get("cognito:roles").and_then(Value::as_array).into_iter().flatten();
    let roles: Vec<String> = listed.filter_map(Value::as_str).map(str::to_owned).collect();
    if wanted.is_some() {
        return roles;
    }
    match claims.get("cognito:preferred_role").and_then(Value::as_str) {
        Some(preferred) => vec![preferred.to_owned()],
        None if roles.len() == 1 => roles,
        None => Vec::new(),
    }
}

/// Whether a role may be assumed with an OpenID token of the pool: a guest's, or of who has logged in.
pub(crate) fn trusts(pool: &IdentityPool, role: &str, authenticated: bool) -> bool {
    let kind = if authenticated { "authenticated" } else { "unauthenticated" };
    let mut by_rule = pool.roles.role_mappings.values().flat_map(RoleMapping::rules);
    pool.roles.roles.get(kind).is_some_and(|own| own == role)
        || authenticated && by_rule.any(|rule| rule.role_arn == role)
}

fn unconfigured() -> ServiceError {
    ServiceError::invalid_identity_pool_configuration(
        "Invalid identity pool configuration. Check assigned IAM roles for this pool.",
    )
}

fn not_allowed() -> ServiceError {
    ServiceError::not_authorized("The custom role is not allowed for this identity.")
}
