//! The identity pool of the scripted service: every login has an identity of its own, every guest a new one, and a guest
//! whose identity is sent with a login becomes the login's.

use std::sync::atomic::Ordering;

use portcullis::AuthConfigurationBuilder;
use serde_json::{Value, json};

use super::{Fixture, Service, user_of};

pub const POOL: &str = "eu-west-1:00000000-1111-2222-3333-444444444444";
pub const HOUR: i64 = 3_600;

pub fn act(service: &Service, operation: &str, body: &Value) -> (u16, Value) {
    let number = || service.issued.fetch_add(1, Ordering::SeqCst);
    match operation {
        "GetId" => {
            let of = login(body).map_or_else(|| format!("guest-{}", number()), |login| format!("of-{login}"));
            (200, json!({ "IdentityId": format!("eu-west-1:{of}") }))
        }
        "GetCredentialsForIdentity" => {
            let number = number();
            let credentials = json!({ "AccessKeyId": format!("key-{number}"), "SecretKey": format!("canary-{number}"),
                "SessionToken": format!("canary-session-{number}"), "Expiration": service.clock.seconds() + 3600 });
            (200, json!({ "IdentityId": body["IdentityId"], "Credentials": credentials }))
        }
        "GetOpenIdToken" => (200, json!({ "IdentityId": body["IdentityId"], "Token": "canary-open-id" })),
        _ => (200, json!({})),
    }
}

/// Whose login it is: a user's of the user pool, or what the token of another provider says.
fn login(body: &Value) -> Option<String> {
    let (name, token) = body["Logins"].as_object()?.iter().next()?;
    let token = token.as_str().unwrap();
    Some(if name.contains("cognito-idp") { user_of(token) } else { token.split('#').next().unwrap().to_owned() })
}

/// With an identity pool beside the user pool.
pub fn fixture() -> Fixture {
    Fixture::with_configuration(with_pool)
}

pub fn with_pool(builder: AuthConfigurationBuilder) -> AuthConfigurationBuilder {
    builder.identity_pool_id(POOL)
}

impl Fixture {
    pub fn identity_requests(&self) -> (usize, usize) {
        (self.service.count("GetId"), self.service.count("GetCredentialsForIdentity"))
    }
}
