//! Which scopes an app gets.

use crate::model::client::Client;
use crate::tokens::claims::SELF_SERVICE_SCOPE;

/// Those that every pool has.
pub(crate) const STANDARD: [&str; 5] = ["phone", "email", "openid", "profile", SELF_SERVICE_SCOPE];

/// What a request for `scope` gets: without one, all of the client's. None: something is not the client's, or tells of a
/// user without `openid`.
pub(crate) fn granted(client: &Client, scope: Option<&str>) -> Option<Vec<String>> {
    let allowed = &client.settings.allowed_oauth_scopes;
    let Some(scope) = scope else { return Some(allowed.clone()) };
    let asked = distinct(scope);
    let has = |name: &str| asked.iter().any(|scope| scope == name);
    let all_are_allowed = !asked.is_empty() && asked.iter().all(|scope| allowed.contains(scope));
    let needs_openid = ["email", "phone", "profile"].into_iter().any(has);
    (all_are_allowed && (has("openid") || !needs_openid)).then_some(asked)
}

/// What the client itself gets: scopes of resource servers, without a request all of them.
pub(crate) fn of_client(client: &Client, scope: Option<&str>) -> Option<Vec<String>> {
    let custom = |scope: &&String| !STANDARD.contains(&scope.as_str());
    let allowed: Vec<String> = client.settings.allowed_oauth_scopes.iter().filter(custom).cloned().collect();
    let asked = match scope {
        None => allowed.clone(),
        Some(scope) => distinct(scope),
    };
    (!asked.is_empty() && asked.iter().all(|scope| allowed.contains(scope))).then_some(asked)
}

fn distinct(scope: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in scope.split(' ').filter(|name| !name.is_empty()) {
        if !all.iter().any(|known| known == name) {
            all.push(name.to_owned());
        }
    }
    all
}
