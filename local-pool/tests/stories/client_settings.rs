//! What app clients can be set to, and what that does: validity of tokens, readable and writable attributes, revocation.

use std::time::Duration;

use local_pool::{ClientConfig, PoolConfig, ServerConfig};
use serde_json::{Value, json};

use crate::client::{PASSWORD, Reply, TestPool, attributes, claims};

const INVALID: &str = "InvalidParameterException";
const RANGE: &str = "Invalid range for token validity.";

async fn pool() -> (TestPool, String) {
    let api = TestPool::start(ServerConfig::default()).await;
    let schema = json!([{ "Name": "email", "AttributeDataType": "String", "Required": true, "Mutable": true }]);
    let pool = api.call("CreateUserPool", json!({ "PoolName": "shop", "Schema": schema })).await.ok();
    (api, pool["UserPool"]["Id"].as_str().unwrap().to_owned())
}

async fn create(api: &TestPool, pool: &str, mut settings: Value) -> Reply {
    settings["UserPoolId"] = json!(pool);
    settings["ClientName"] = json!("app");
    api.call("CreateUserPoolClient", settings).await
}

#[tokio::test]
async fn lifetimes_come_in_units_and_within_bounds() {
    let (api, pool) = pool().await;
    let fits = [
        json!({}),
        json!({ "AccessTokenValidity": 24, "IdTokenValidity": 1 }),
        json!({ "AccessTokenValidity": 5, "TokenValidityUnits": { "AccessToken": "minutes" } }),
        json!({ "IdTokenValidity": 300, "TokenValidityUnits": { "IdToken": "seconds" } }),
        json!({ "AccessTokenValidity": 1, "TokenValidityUnits": { "AccessToken": "days" } }),
        json!({ "RefreshTokenValidity": 60, "TokenValidityUnits": { "RefreshToken": "minutes" } }),
        json!({ "RefreshTokenValidity": 3650 }),
        json!({ "RefreshTokenValidity": 0 }),
    ];
    for settings in fits {
        create(&api, &pool, settings).await.ok();
    }
    let beyond = [
        json!({ "AccessTokenValidity": 25 }),
        json!({ "AccessTokenValidity": 4, "TokenValidityUnits": { "AccessToken": "minutes" } }),
        json!({ "IdTokenValidity": 299, "TokenValidityUnits": { "IdToken": "seconds" } }),
        json!({ "IdTokenValidity": 2, "TokenValidityUnits": { "IdToken": "days" } }),
        json!({ "RefreshTokenValidity": 59, "TokenValidityUnits": { "RefreshToken": "minutes" } }),
        json!({ "RefreshTokenValidity": 3651 }),
        json!({ "AccessTokenValidity": 2, "RefreshTokenValidity": 1, "TokenValidityUnits": { "RefreshToken": "hours" } }),
    ];
    let client = create(&api, &pool, json!({})).await.ok()["UserPoolClient"]["ClientId"].clone();
    for settings in beyond {
        create(&api, &pool, settings.clone()).await.refused(INVALID, RANGE);
        let mut update = settings;
        update["UserPoolId"] = json!(pool);
        update["ClientId"] = client.clone();
        api.call("UpdateUserPoolClient", update).await.refused(INVALID, RANGE);
    }
    for (member, value, rule) in [
        ("AccessTokenValidity", json!(0), "Member must have value greater than or equal to 1"),
        ("RefreshTokenValidity", json!(315_360_001), "Member must have value less than or equal to 315360000"),
        ("AuthSessionValidity", json!(16), "Member must have value less than or equal to 15"),
    ] {
        let reply = create(&api, &pool, json!({ member: value })).await;
        assert!(reply.json()["message"].as_str().unwrap().ends_with(rule), "{}", reply.text);
    }
    let unit = create(&api, &pool, json!({ "TokenValidityUnits": { "IdToken": "weeks" } })).await;
    unit.refused(
        INVALID,
        "1 validation error detected: Value 'weeks' at 'tokenValidityUnits.idToken' failed to satisfy constraint: \
         Member must satisfy enum value set: [seconds, minutes, hours, days]",
    );
}

#[tokio::test]
async fn tokens_live_as_long_as_set() {
    let (api, pool) = pool().await;
    let units = json!({ "AccessToken": "minutes", "IdToken": "hours", "RefreshToken": "minutes" });
    let settings = json!({
        "AccessTokenValidity": 10, "IdTokenValidity": 1, "RefreshTokenValidity": 90, "TokenValidityUnits": units,
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    });
    let client = create(&api, &pool, settings).await.ok()["UserPoolClient"].clone();
    assert_eq!(client["TokenValidityUnits"], units);
    let user = json!({
        "UserPoolId": pool, "Username": "ann", "MessageAction": "SUPPRESS",
        "UserAttributes": attributes(json!({ "email": "ann@example.com" })),
    });
    api.call("AdminCreateUser", user).await.ok();
    let password = json!({ "UserPoolId": pool, "Username": "ann", "Password": PASSWORD, "Permanent": true });
    api.call("AdminSetUserPassword", password).await.ok();
    let start = json!({
        "ClientId": client["ClientId"], "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "ann", "PASSWORD": PASSWORD },
    });
    let tokens = api.call("InitiateAuth", start).await.ok()["AuthenticationResult"].clone();
    let life = |token: &str| {
        let claims = claims(&tokens[token]);
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()
    };
    assert_eq!((life("AccessToken"), life("IdToken"), &tokens["ExpiresIn"]), (600, 3_600, &json!(600)));
    let refresh = json!({ "ClientId": client["ClientId"], "RefreshToken": tokens["RefreshToken"] });
    api.server.clock().advance(Duration::from_secs(89 * 60));
    api.call("GetTokensFromRefreshToken", refresh.clone()).await.ok();
    api.server.clock().advance(Duration::from_secs(60));
    api.call("GetTokensFromRefreshToken", refresh).await.refused("NotAuthorizedException", "Refresh Token has expired");
}

#[tokio::test]
async fn attributes_of_a_client_are_the_pools() {
    let (api, pool) = pool().await;
    let creating = |kind: &str| format!("Invalid {kind} attributes specified while creating a client");
    let refused = [
        ("read", json!({ "ReadAttributes": ["email", "custom:none"] })),
        ("write", json!({ "WriteAttributes": ["email", "custom:none"] })),
        ("write", json!({ "WriteAttributes": ["email", "email_verified"] })),
        // Nobody could sign up.
        ("write", json!({ "WriteAttributes": ["name"] })),
    ];
    for (kind, settings) in refused {
        create(&api, &pool, settings).await.refused(INVALID, &creating(kind));
    }
    let settings = json!({ "ReadAttributes": ["email", "email_verified"], "WriteAttributes": ["email", "name"] });
    let client = create(&api, &pool, settings).await.ok()["UserPoolClient"].clone();
    assert_eq!(client["ReadAttributes"], json!(["email", "email_verified"]));
    let update = json!({ "UserPoolId": pool, "ClientId": client["ClientId"], "WriteAttributes": ["sub", "email"] });
    api.call("UpdateUserPoolClient", update)
        .await
        .refused(INVALID, "Invalid write attributes specified while updating a client");
    let plain = create(&api, &pool, json!({})).await.ok()["UserPoolClient"].clone();
    assert!(plain.get("ReadAttributes").is_none() && plain.get("WriteAttributes").is_none());
}

#[tokio::test]
async fn without_revocation_tokens_have_no_origin() {
    let client = ClientConfig { enable_token_revocation: false, ..ClientConfig::default() };
    let api = TestPool::start(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[])).await;
    let tokens = api.tokens("ann").await;
    for token in ["IdToken", "AccessToken"] {
        let claims = claims(&tokens[token]);
        assert!(claims.get("origin_jti").is_none() && claims.get("jti").is_none(), "{token}");
    }
    let id = api.server.client_id();
    api.call("RevokeToken", json!({ "Token": tokens["RefreshToken"], "ClientId": id }))
        .await
        .refused_as("UnsupportedOperationException");
    // Signing out everywhere works all the same.
    api.call("GlobalSignOut", json!({ "AccessToken": tokens["AccessToken"] })).await.ok();
    let refresh = json!({ "RefreshToken": tokens["RefreshToken"], "ClientId": id });
    api.call("GetTokensFromRefreshToken", refresh)
        .await
        .refused("NotAuthorizedException", "Refresh Token has been revoked");
}
