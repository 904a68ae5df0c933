//! The `amplify_outputs.json` (Amplify Gen 2) that points a client at a pool of this server.

use serde_json::{Value, json};

use crate::identities::IdentityPool;
use crate::pools::{Client, Pool};
use crate::users::mfa::Factor;

/// The usual members, and under `custom.portcullis` the endpoints, for which Amplify has no keys.
pub(crate) fn amplify_outputs(
    pool: &Pool,
    client: &Client,
    identity_pool: Option<&IdentityPool>,
    endpoint: &str,
) -> Value {
    let settings = &pool.settings;
    let policy = &settings.policies.password_policy;
    let required: Vec<&str> = settings
        .schema_attributes
        .iter()
        .filter(|known| known.required && known.name != "sub")
        .map(|known| known.name.as_str())
        .collect();
    let mfa = match settings.mfa_configuration.as_str() {
        "ON" => "REQUIRED",
        "OPTIONAL" => "OPTIONAL",
        _ => "NONE",
    };
    let methods = [("SMS", Factor::SmsMfa), ("TOTP", Factor::SoftwareTokenMfa), ("EMAIL", Factor::EmailOtp)];
    let methods: Vec<&str> = methods
        .into_iter()
        .filter(|(_, factor)| mfa != "NONE" && pool.mfa.enables(*factor))
        .map(|(method, _)| method)
        .collect();
    let mut outputs = json!({
        "version": "1.4",
        "auth": {
            "aws_region": pool.region(),
            "user_pool_id": pool.id,
            "user_pool_client_id": client.id,
            "mfa_configuration": mfa,
            "mfa_methods": methods,
            "standard_required_attributes": required,
            "username_attributes": settings.username_attributes,
            "user_verification_types": settings.auto_verified_attributes,
            "password_policy": {
                "min_length": policy.minimum_length,
                "require_lowercase": policy.require_lowercase,
                "require_numbers": policy.require_numbers,
                "require_symbols": policy.require_symbols,
                "require_uppercase": policy.require_uppercase,
            },
            "unauthenticated_identities_enabled": false,
        },
        "custom": { "portcullis": { "user_pool_endpoint": endpoint } },
    });
    if client.settings.allowed_oauth_flows_user_pool_client {
        outputs["auth"]["oauth"] = oauth(client, endpoint);
        outputs["custom"]["portcullis"]["hosted_ui_endpoint"] = json!(endpoint);
    }
    if let Some(identity_pool) = identity_pool {
        outputs["auth"]["identity_pool_id"] = json!(identity_pool.id);
        let guests = identity_pool.settings.allow_unauthenticated_identities;
        outputs["auth"]["unauthenticated_identities_enabled"] = json!(guests);
        outputs["custom"]["portcullis"]["identity_pool_endpoint"] = json!(endpoint);
    }
    outputs
}

/// `auth.oauth`. Amplify's clients put `https://` before the domain; ours takes the whole endpoint.
fn oauth(client: &Client, endpoint: &str) -> Value {
    let settings = &client.settings;
    let named = |name: &String| match name.as_str() {
        "Google" => Some("GOOGLE"),
        "Facebook" => Some("FACEBOOK"),
        "LoginWithAmazon" => Some("LOGIN_WITH_AMAZON"),
        "SignInWithApple" => Some("SIGN_IN_WITH_APPLE"),
        _ => None,
    };
    let implicit_only = settings.allowed_oauth_flows.iter().all(|flow| flow == "implicit");
    json!({
        "identity_providers": settings.supported_identity_providers.iter().filter_map(named).collect::<Vec<_>>(),
        "domain": endpoint.split_once("://").map_or(endpoint, |(_, authority)| authority),
        "scopes": settings.allowed_oauth_scopes,
        "redirect_sign_in_uri": settings.callback_urls,
        "redirect_sign_out_uri": settings.logout_urls,
        "response_type": if implicit_only { "token" } else { "code" },
    })
}
