//! The pre token generation trigger, in its three versions (developer guide, "Pre token generation").

use serde_json::{Map, Value, json};

use super::claims::{Claims, is_fixed};
use crate::error::Outcome;
use crate::events::{self, Event};
use crate::groups::Membership;
use crate::model::trigger_kind::TriggerKind;
use crate::pools::{Client, Pool};
use crate::service::Call;

/// Whom tokens are for, and why they are issued.
pub(crate) struct Occasion<'a> {
    pub pool: &'a Pool,
    pub client: &'a Client,
    pub user_name: &'a str,
    /// `userAttributes`
    pub attributes: Map<String, Value>,
    pub membership: &'a Membership,
    /// `TokenGeneration_…`
    pub source: &'a str,
}

/// Lets the trigger change the claims.
pub(crate) async fn apply(
    call: &Call,
    occasion: Occasion<'_>,
    client_metadata: &Map<String, Value>,
    claims: &mut Claims,
) -> Outcome<()> {
    let Occasion { pool, client, user_name, attributes, membership, source } = occasion;
    let first_version = pool.pre_token_version() == "1";
    let mut request = json!({
        "userAttributes": attributes,
        "groupConfiguration": {
            "groupsToOverride": membership.groups,
            "iamRolesToOverride": membership.roles,
            "preferredRole": membership.preferred_role,
        },
    });
    if !first_version {
        let scopes = claims.access.get("scope").and_then(Value::as_str).unwrap_or_default();
        request["scopes"] = scopes.split(' ').filter(|scope| !scope.is_empty()).collect();
    }
    let details = if first_version { "claimsOverrideDetails" } else { "claimsAndScopeOverrideDetails" };
    let event = Event {
        kind: TriggerKind::PreTokenGeneration,
        source,
        pool,
        client_id: Some(&client.id),
        user_name,
        request: events::with_metadata(request, client_metadata),
        response: json!({ details: null }),
    };
    let Some(response) = events::run(call, event).await? else { return Ok(()) };
    let details = match response.get(details) {
        None | Some(Value::Null) => return Ok(()),
        Some(Value::Object(details)) => details,
        Some(_) => return Err(events::unrecognizable()),
    };
    override_groups(details, claims)?;
    if first_version {
        override_claims(details, &mut claims.id, Values::TextOnly)
    } else {
        for (member, claims) in [("idTokenGeneration", &mut claims.id), ("accessTokenGeneration", &mut claims.access)] {
            if let Some(generation) = object(details, member)? {
                override_claims(generation, claims, Values::Any)?;
                // Only for itself may a client be named as an audience (RFC 9068, section 3).
                let audience = object(generation, "claimsToAddOrOverride")?.and_then(|added| added.get("aud"));
                if member == "accessTokenGeneration" && audience == Some(&json!(client.id)) {
                    claims.insert("aud".into(), json!(client.id));
                }
                override_scopes(generation, claims)?;
            }
        }
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Values {
    TextOnly,
    Any,
}

/// Adds, then suppresses: suppressing wins.
fn override_claims(details: &Map<String, Value>, claims: &mut Map<String, Value>, values: Values) -> Outcome<()> {
    for (name, value) in object(details, "claimsToAddOrOverride")?.into_iter().flatten() {
        if values == Values::TextOnly && !value.is_string() {
            return Err(events::unrecognizable());
        }
        // Scopes have members of their own.
        let of_scopes = name == "scope" && claims.contains_key("scope");
        if !is_fixed(name) && !of_scopes && !name.starts_with("dev:") {
            claims.insert(name.clone(), value.clone());
        }
    }
    for name in texts(details, "claimsToSuppress")? {
        if name == "cognito:groups" {
            for group_claim in ["cognito:groups", "cognito:roles", "cognito:preferred_role"] {
                claims.remove(group_claim);
            }
        } else if !is_fixed(&name) && name != "scope" {
            claims.remove(&name);
        }
    }
    Ok(())
}

fn override_scopes(generation: &Map<String, Value>, claims: &mut Map<String, Value>) -> Outcome<()> {
    let Some(scope) = claims.get("scope").and_then(Value::as_str) else { return Ok(()) };
    let mut scopes: Vec<String> = scope.split(' ').map(str::to_owned).collect();
    for added in texts(generation, "scopesToAdd")? {
        if !scopes.contains(&added) {
            scopes.push(added);
        }
    }
    let suppressed = texts(generation, "scopesToSuppress")?;
    scopes.retain(|scope| !suppressed.contains(scope));
    if scopes.is_empty() {
        claims.remove("scope");
    } else {
        claims.insert("scope".into(), json!(scopes.join(" ")));
    }
    Ok(())
}

/// Groups the trigger gives replace the user's; given as nothing, the user has none; left out, all stays.
fn override_groups(details: &Map<String, Value>, claims: &mut Claims) -> Outcome<()> {
    let Some(override_details) = details.get("groupOverrideDetails") else { return Ok(()) };
    for group_claim in ["cognito:groups", "cognito:roles", "cognito:preferred_role"] {
        claims.id.remove(group_claim);
        claims.access.remove(group_claim);
    }
    let Some(override_details) = override_details.as_object() else { return Ok(()) };
    let groups = texts(override_details, "groupsToOverride")?;
    if !groups.is_empty() {
        claims.id.insert("cognito:groups".into(), json!(groups));
        claims.access.insert("cognito:groups".into(), json!(groups));
    }
    let roles = texts(override_details, "iamRolesToOverride")?;
    if !roles.is_empty() {
        claims.id.insert("cognito:roles".into(), json!(roles));
    }
    if let Some(role) = override_details.get("preferredRole").and_then(Value::as_str) {
        claims.id.insert("cognito:preferred_role".into(), json!(role));
    }
    Ok(())
}

fn object<'a>(from: &'a Map<String, Value>, member: &str) -> Outcome<Option<&'a Map<String, Value>>> {
    match from.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(events::unrecognizable()),
    }
}

fn texts(from: &Map<String, Value>, member: &str) -> Outcome<Vec<String>> {
    match from.get(member) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => {
            items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(events::unrecognizable)).collect()
        }
        Some(_) => Err(events::unrecognizable()),
    }
}

#[cfg(test)]
#[path = "pre_token_tests.rs"]
mod tests;
