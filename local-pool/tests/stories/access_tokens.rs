//! Every operation that takes an access token verifies it, whatever else is in the request.

use std::time::Duration;

use local_pool::{OPERATIONS, PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::{PASSWORD, TestPool, claims};

/// The operations that take an access token, with whatever else they need.
fn operations() -> Vec<(&'static str, Value)> {
    let key = "us-east-1_11111111-2222-4333-8444-555555555555";
    let all = vec![
        ("AssociateSoftwareToken", json!({})),
        ("ChangePassword", json!({ "PreviousPassword": PASSWORD, "ProposedPassword": "Brand-New-2!" })),
        ("CompleteWebAuthnRegistration", json!({ "Credential": {} })),
        ("ConfirmDevice", json!({ "DeviceKey": key })),
        ("DeleteUser", json!({})),
        ("DeleteUserAttributes", json!({ "UserAttributeNames": ["name"] })),
        ("DeleteWebAuthnCredential", json!({ "CredentialId": "x" })),
        ("ForgetDevice", json!({ "DeviceKey": key })),
        ("GetDevice", json!({ "DeviceKey": key })),
        ("GetUser", json!({})),
        ("GetUserAttributeVerificationCode", json!({ "AttributeName": "email" })),
        ("GetUserAuthFactors", json!({})),
        ("GlobalSignOut", json!({})),
        ("ListDevices", json!({})),
        ("ListUserSessions", json!({})),
        ("ListWebAuthnCredentials", json!({})),
        ("RevokeUserSession", json!({ "SessionId": "x" })),
        ("SetUserMFAPreference", json!({})),
        ("SetUserSettings", json!({ "MFAOptions": [] })),
        ("StartWebAuthnRegistration", json!({})),
        ("UpdateDeviceStatus", json!({ "DeviceKey": key, "DeviceRememberedStatus": "remembered" })),
        ("UpdateUserAttributes", json!({ "UserAttributes": [{ "Name": "name", "Value": "x" }] })),
        ("VerifySoftwareToken", json!({ "UserCode": "123456" })),
        ("VerifyUserAttribute", json!({ "AttributeName": "email", "Code": "123456" })),
    ];
    all.into_iter().filter(|(name, _)| OPERATIONS.contains(name)).collect()
}

async fn all_refuse(api: &TestPool, what: &str, token: &str, name: &str, message: &str) {
    for (operation, mut body) in operations() {
        body["AccessToken"] = json!(token);
        let reply = api.call(operation, body).await;
        assert_eq!(reply.json(), json!({ "__type": name, "message": message }), "{operation} with {what}");
    }
}

#[tokio::test]
async fn no_operation_with_an_access_token_is_left_out() {
    let api = TestPool::with_ann().await;
    for operation in OPERATIONS {
        let empty = api.call(operation, json!({})).await.text;
        let takes_one = empty.contains("'accessToken'");
        let listed = operations().iter().any(|(name, _)| name == operation);
        assert!(!takes_one || listed, "{operation}");
    }
}

#[tokio::test]
async fn every_operation_verifies_its_access_token() {
    let api = TestPool::start(PoolConfig::default().with_user("ann", PASSWORD, &[("email", "ann@example.com")])).await;
    let tokens = api.tokens("ann").await;
    let access = tokens["AccessToken"].as_str().unwrap();
    let refused = "NotAuthorizedException";
    for garbage in ["garbage", "a.b.c", tokens["IdToken"].as_str().unwrap(), tokens["RefreshToken"].as_str().unwrap()] {
        all_refuse(&api, "garbage", garbage, refused, "Invalid Access Token").await;
    }
    let (signed, signature) = access.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { 'B' } else { 'A' };
    let flipped = format!("{signed}.{other}{}", &signature[1..]);
    all_refuse(&api, "another signature", &flipped, refused, "Could not verify signature for Access Token").await;

    let other_pool = TestPool::with_ann().await;
    let foreign = other_pool.tokens("ann").await["AccessToken"].as_str().unwrap().to_owned();
    all_refuse(&api, "another pool's", &foreign, refused, "Invalid Access Token").await;

    let line = api.tokens("ann").await;
    let revoke = json!({ "Token": line["RefreshToken"], "ClientId": api.server.client_id() });
    api.call("RevokeToken", revoke).await.ok();
    let revoked = line["AccessToken"].as_str().unwrap();
    all_refuse(&api, "a revoked", revoked, refused, "Access Token has been revoked").await;
    api.call("GetUser", json!({ "AccessToken": access })).await.ok();
    api.call("GlobalSignOut", json!({ "AccessToken": access })).await.ok();
    all_refuse(&api, "a signed-out", access, refused, "Access Token has been revoked").await;

    api.server.set_trigger(TriggerKind::PreTokenGeneration, |mut event| {
        let suppress = json!({ "scopesToSuppress": ["aws.cognito.signin.user.admin"] });
        event["response"]["claimsAndScopeOverrideDetails"] = json!({ "accessTokenGeneration": suppress });
        Ok(event)
    });
    let pool = api.server.pool_id();
    let newer = json!({ "PreTokenGenerationConfig": { "LambdaVersion": "V2_0", "LambdaArn": "arn:aws:lambda:a:1:function:f" } });
    api.call("UpdateUserPool", json!({ "UserPoolId": pool, "LambdaConfig": newer })).await.ok();
    let unscoped = api.tokens("ann").await["AccessToken"].clone();
    assert!(claims(&unscoped).get("scope").is_none());
    let unscoped = unscoped.as_str().unwrap();
    all_refuse(&api, "an unscoped", unscoped, refused, "Access Token does not have required scopes").await;
    api.server.remove_trigger(TriggerKind::PreTokenGeneration);
    api.call("UpdateUserPool", json!({ "UserPoolId": pool })).await.ok();

    let good = api.tokens("ann").await["AccessToken"].as_str().unwrap().to_owned();
    api.server.disable_user("ann").unwrap();
    all_refuse(&api, "a disabled user's", &good, refused, "Access Token has been revoked").await;
    api.server.enable_user("ann").unwrap();
    all_refuse(&api, "a user's disabled before", &good, refused, "Access Token has been revoked").await;
    let good = api.tokens("ann").await["AccessToken"].as_str().unwrap().to_owned();
    api.server.delete_user("ann").unwrap();
    all_refuse(&api, "a deleted user's", &good, "UserNotFoundException", "User does not exist.").await;
    // Somebody else by the same name.
    api.server.create_user("ann", PASSWORD, &[]).unwrap();
    all_refuse(&api, "a predecessor's", &good, "UserNotFoundException", "User does not exist.").await;

    let late = api.tokens("ann").await["AccessToken"].as_str().unwrap().to_owned();
    api.server.clock().advance(Duration::from_secs(3_600));
    all_refuse(&api, "an expired", &late, refused, "Access Token has expired").await;
}
