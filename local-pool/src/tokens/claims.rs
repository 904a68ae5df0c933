//! What is in id and access tokens.

use serde_json::{Map, Value, json};

use crate::groups::Membership;
use crate::pools::{Client, Pool};
use crate::store::lines::Line;
use crate::users::User;

/// The scope of every token of a sign-in through the API, which self-service operations ask for.
pub(crate) const SELF_SERVICE_SCOPE: &str = "aws.cognito.signin.user.admin";

/// The claims of both tokens of one answer.
pub(crate) struct Claims {
    pub id: Map<String, Value>,
    pub access: Map<String, Value>,
}

/// What the claims are about, besides the user.
pub(crate) struct Facts<'a> {
    pub pool: &'a Pool,
    pub client: &'a Client,
    pub line: &'a Line,
    pub membership: &'a Membership,
    pub issuer: &'a str,
    pub issued_at_s: i64,
    pub id_jti: String,
    pub access_jti: String,
    /// What the app wants to find in the id token of this sign-in.
    pub nonce: Option<&'a str>,
}

/// The claims before the pre token generation trigger sees them.
pub(crate) fn of(user: &User, facts: &Facts<'_>) -> Claims {
    let Facts { pool, client, line, issuer, issued_at_s, .. } = facts;
    let mut shared = Map::new();
    shared.insert("sub".into(), json!(user.sub));
    shared.insert("iss".into(), json!(issuer));
    shared.insert("event_id".into(), json!(line.event_id));
    shared.insert("auth_time".into(), json!(line.auth_time_s));
    shared.insert("iat".into(), json!(issued_at_s));

    let mut id = shared.clone();
    let told = |name: &str| line.hosted.as_ref().is_none_or(|grant| grant.tells(name));
    let readable = user.attributes.iter().filter(|(name, _)| client.may_read(name) && told(name));
    // No attribute takes the place of a claim that says whose token it is.
    let harmless = readable.filter(|(name, _)| !is_fixed(name));
    id.extend(harmless.map(|(name, value)| (name.clone(), attribute_claim(name, value))));
    id.insert("cognito:username".into(), json!(user.username));
    id.insert("aud".into(), json!(client.id));
    id.insert("token_use".into(), json!("id"));
    id.insert("exp".into(), json!(issued_at_s + client.id_token_life_s()));

    let mut access = shared;
    access.insert("username".into(), json!(user.username));
    access.insert("client_id".into(), json!(client.id));
    access.insert("token_use".into(), json!("access"));
    access.insert("scope".into(), json!(SELF_SERVICE_SCOPE));
    if let Some(grant) = &line.hosted {
        access.insert("scope".into(), json!(grant.scopes.join(" ")));
        access.insert("version".into(), json!(2));
        access.extend(grant.resource.iter().map(|resource| ("aud".to_owned(), json!(resource))));
        id.extend(identities(user).map(|list| ("identities".to_owned(), list)));
        id.extend(facts.nonce.map(|nonce| ("nonce".to_owned(), json!(nonce))));
    }
    access.insert("exp".into(), json!(issued_at_s + client.access_token_life_s()));

    if let Some(key) = &line.device_key {
        access.insert("device_key".into(), json!(key));
    }
    if client.settings.enable_token_revocation || client.rotates() {
        for (claims, jti) in [(&mut id, &facts.id_jti), (&mut access, &facts.access_jti)] {
            claims.insert("origin_jti".into(), json!(line.origin_jti));
            claims.insert("jti".into(), json!(jti));
        }
    }
    if !facts.membership.groups.is_empty() {
        id.insert("cognito:groups".into(), json!(facts.membership.groups));
        access.insert("cognito:groups".into(), json!(facts.membership.groups));
    }
    if !facts.membership.roles.is_empty() {
        id.insert("cognito:roles".into(), json!(facts.membership.roles));
    }
    if let Some(role) = &facts.membership.preferred_role {
        id.insert("cognito:preferred_role".into(), json!(role));
    }
    debug_assert_eq!(pool.id, line.pool_id);
    Claims { id, access }
}

/// Who else signs this user in; every value is text there.
fn identities(user: &User) -> Option<Value> {
    let mut list: Vec<Map<String, Value>> = serde_json::from_str(user.attribute("identities")?).ok()?;
    for value in list.iter_mut().flat_map(Map::values_mut) {
        if value.is_boolean() || value.is_number() {
            *value = json!(value.to_string());
        }
    }
    Some(json!(list))
}

fn attribute_claim(name: &str, value: &str) -> Value {
    match name {
        "email_verified" | "phone_number_verified" => json!(value == "true"),
        "address" => json!({ "formatted": value }),
        "updated_at" => value.parse::<i64>().map_or_else(|_| json!(value), |number| json!(number)),
        _ => json!(value),
    }
}

/// Whether the pre token generation trigger may neither set nor take away a claim.
pub(crate) fn is_fixed(claim: &str) -> bool {
    const FIXED: [&str; 20] = [
        "sub",
        "username",
        "iss",
        "aud",
        "client_id",
        "token_use",
        "exp",
        "iat",
        "nbf",
        "auth_time",
        "jti",
        "origin_jti",
        "event_id",
        "device_key",
        "version",
        "acr",
        "amr",
        "azp",
        "nonce",
        "at_hash",
    ];
    FIXED.contains(&claim) || claim == "identities" || claim.starts_with("cognito:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_become_claims_of_their_types() {
        for (name, value, claim) in [
            ("email_verified", "true", json!(true)),
            ("email_verified", "false", json!(false)),
            ("phone_number_verified", "true", json!(true)),
            ("address", "1 Way", json!({ "formatted": "1 Way" })),
            ("updated_at", "1700000000", json!(1_700_000_000)),
            ("updated_at", "yesterday", json!("yesterday")),
            ("name", "true", json!("true")),
            ("custom:age", "7", json!("7")),
        ] {
            assert_eq!(attribute_claim(name, value), claim, "{name} {value}");
        }
    }

    #[test]
    fn what_says_whose_token_it_is_is_fixed() {
        for claim in ["sub", "iss", "at_hash", "identities", "cognito:username", "cognito:anything"] {
            assert!(is_fixed(claim), "{claim}");
        }
        for claim in ["scope", "email", "custom:sub", "cognito", "identity", ""] {
            assert!(!is_fixed(claim), "{claim}");
        }
    }
}
