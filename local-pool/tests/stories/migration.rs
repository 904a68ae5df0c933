//! The user migration trigger.

use std::sync::{Arc, Mutex};

use local_pool::{ClientConfig, PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::srp;
use crate::client::{PASSWORD, TestPool, claims};

const WRONG: (&str, &str) = ("NotAuthorizedException", "Incorrect username or password.");

/// Lets `old` in with its password, as another system knows it, and anybody else not.
fn migrate(api: &TestPool, response: Value) -> Arc<Mutex<Vec<Value>>> {
    let seen: Arc<Mutex<Vec<Value>>> = Arc::default();
    let log = Arc::clone(&seen);
    api.server.set_trigger(TriggerKind::UserMigration, move |mut event| {
        log.lock().unwrap().push(event.clone());
        let by_password = event["triggerSource"] == "UserMigration_Authentication";
        if !event["userName"].as_str().unwrap().starts_with("old") {
            return Ok(event);
        }
        if by_password && event["request"]["password"] != "weak" {
            return Err("Bad password".into());
        }
        event["response"] = response.clone();
        Ok(event)
    });
    seen
}

fn good() -> Value {
    json!({
        "userAttributes": { "email": "old@example.com", "email_verified": "True", "name": "Old" },
        "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS",
    })
}

#[tokio::test]
async fn an_unknown_user_comes_over_with_their_password() {
    let api = TestPool::start(PoolConfig::default()).await;
    let seen = migrate(&api, good());
    let start = json!({
        "ClientId": api.server.client_id(), "AuthFlow": "USER_PASSWORD_AUTH", "ClientMetadata": { "tenant": "red" },
        "AuthParameters": { "USERNAME": "old", "PASSWORD": "weak" },
    });
    let tokens = api.call("InitiateAuth", start).await.ok()["AuthenticationResult"].clone();
    let id = claims(&tokens["IdToken"]);
    assert_eq!((&id["name"], &id["email_verified"]), (&json!("Old"), &json!(true)));
    {
        let seen = seen.lock().unwrap();
        assert_eq!(seen[0]["triggerSource"], "UserMigration_Authentication");
        assert_eq!(seen[0]["userName"], "old");
        assert_eq!(seen[0]["request"], json!({ "password": "weak", "validationData": { "tenant": "red" } }));
        assert_eq!(seen[0]["response"]["userAttributes"], Value::Null);
    }
    // From now on the user is here: by SRP too, which cannot migrate, and without a policy's blessing.
    assert!(srp::sign_in(&api, "old", "weak").await.ok()["AuthenticationResult"].is_object());
    api.password("old", "other").await.refused(WRONG.0, WRONG.1);
    assert_eq!(seen.lock().unwrap().len(), 1);
    assert!(api.server.outbox(None, None).is_empty());
}

#[tokio::test]
async fn who_is_unknown_there_too_stays_unknown() {
    let api = TestPool::start(PoolConfig::default()).await;
    let seen = migrate(&api, good());
    api.password("nobody", "weak").await.refused("UserNotFoundException", "User does not exist.");
    api.password("old", "guess")
        .await
        .refused("UserLambdaValidationException", "UserMigration failed with error Bad password.");
    assert_eq!(seen.lock().unwrap().len(), 2);
    let srp = json!({ "USERNAME": "old", "SRP_A": srp::SrpClient::new().public_hex() });
    api.initiate("USER_SRP_AUTH", srp).await.refused("UserNotFoundException", "User does not exist.");
    api.initiate("CUSTOM_AUTH", json!({ "USERNAME": "old" })).await.refused_as("InvalidParameterException");
    assert_eq!(seen.lock().unwrap().len(), 2);
    // Guessing is limited, though the password is somebody else's to check.
    for _ in 0..4 {
        api.password("old", "guess").await.refused_as("UserLambdaValidationException");
    }
    api.password("old", "weak").await.refused("NotAuthorizedException", "Password attempts exceeded");
}

#[tokio::test]
async fn its_errors_show_where_unknown_users_are_hidden() {
    let client = ClientConfig { prevent_user_existence_errors: true, ..ClientConfig::default() };
    let api = TestPool::start(PoolConfig::default().with_client(client)).await;
    migrate(&api, good());
    api.password("nobody", "weak").await.refused(WRONG.0, WRONG.1);
    api.password("old", "guess")
        .await
        .refused("UserLambdaValidationException", "UserMigration failed with error Bad password.");
    api.password("old", "weak").await.ok();
}

#[tokio::test]
async fn without_a_final_status_the_password_has_to_be_reset() {
    let api = TestPool::start(PoolConfig::default()).await;
    migrate(
        &api,
        json!({ "userAttributes": { "email": "old@example.com", "email_verified": "true" },
                "desiredDeliveryMediums": ["EMAIL"] }),
    );
    let required = ("PasswordResetRequiredException", "Password reset required for the user");
    api.password("old", "weak").await.refused(required.0, required.1);
    assert_eq!(api.server.outbox(Some("old"), Some("invite")).len(), 1, "the welcome message");
    api.password("old", "weak").await.refused(required.0, required.1);
    let client = api.server.client_id();
    api.call("ForgotPassword", json!({ "ClientId": client, "Username": "old" })).await.ok();
    let code = api.server.last_code("old").unwrap();
    let reset = json!({ "ClientId": client, "Username": "old", "ConfirmationCode": code, "Password": PASSWORD });
    api.call("ConfirmForgotPassword", reset).await.ok();
    api.password("old", PASSWORD).await.ok();
}

#[tokio::test]
async fn a_forgotten_password_brings_a_user_over() {
    let api = TestPool::start(PoolConfig::default()).await;
    let seen = migrate(&api, good());
    let client = api.server.client_id();
    let forgot = json!({ "ClientId": client, "Username": "old", "ClientMetadata": { "from": "app" } });
    let sent = api.call("ForgotPassword", forgot).await.ok();
    assert_eq!(sent["CodeDeliveryDetails"]["Destination"], "o***@e***");
    {
        let seen = seen.lock().unwrap();
        assert_eq!(seen[0]["triggerSource"], "UserMigration_ForgotPassword");
        assert_eq!(seen[0]["request"], json!({ "clientMetadata": { "from": "app" } }));
    }
    let code = api.server.last_code("old").unwrap();
    let reset = json!({ "ClientId": client, "Username": "old", "ConfirmationCode": code, "Password": PASSWORD });
    api.call("ConfirmForgotPassword", reset).await.ok();
    api.password("old", PASSWORD).await.ok();
    let nobody = json!({ "ClientId": client, "Username": "nobody" });
    api.call("ForgotPassword", nobody).await.refused_as("UserNotFoundException");
}

#[tokio::test]
async fn aliases_follow_their_rules() {
    let config = PoolConfig { alias_attributes: vec!["email".into()], ..PoolConfig::default() };
    let api = TestPool::start(config).await;
    let mut response = good();
    migrate(&api, response.clone());
    // Somebody who typed an alias needs a user name from the trigger.
    let text = format!("Exception migrating user in app client {}", api.server.client_id());
    api.password("old@example.com", "weak").await.refused("UserNotFoundException", &text);
    response["userAttributes"]["username"] = json!("veteran");
    migrate(&api, response.clone());
    let tokens = api.password("old@example.com", "weak").await.ok()["AuthenticationResult"].clone();
    assert_eq!(claims(&tokens["AccessToken"])["username"], "veteran");

    // The address is veteran's now, unless it is to be moved.
    response["userAttributes"]["username"] = json!("second");
    migrate(&api, response.clone());
    api.password("old2", "weak").await.refused("AliasExistsException", "An account with the email already exists.");
    response["forceAliasCreation"] = json!(true);
    migrate(&api, response);
    api.password("old2", "weak").await.ok();
    let tokens = api.password("old@example.com", "weak").await.ok()["AuthenticationResult"].clone();
    assert_eq!(claims(&tokens["AccessToken"])["username"], "second");
}

#[tokio::test]
async fn answers_that_cannot_be_stored() {
    let api = TestPool::start(PoolConfig::default()).await;
    let text = format!("Exception migrating user in app client {}", api.server.client_id());
    migrate(&api, json!({ "userAttributes": { "custom:unknown": "1" }, "finalUserStatus": "CONFIRMED" }));
    api.password("old", "weak").await.refused("UserNotFoundException", &text);
    migrate(&api, json!({ "userAttributes": ["email"] }));
    api.password("old", "weak").await.refused("InvalidLambdaResponseException", "Unrecognizable lambda output");
    migrate(&api, json!({ "userAttributes": {}, "finalUserStatus": "CONFIRMED" }));
    api.password("old", "weak").await.refused("UserNotFoundException", "User does not exist.");
}

#[tokio::test]
async fn whoever_came_over_without_a_password_is_told_so_or_not() {
    for hides in [false, true] {
        let client = ClientConfig { prevent_user_existence_errors: hides, ..ClientConfig::default() };
        let api = TestPool::start(PoolConfig::default().with_client(client)).await;
        let mut response = good();
        response.as_object_mut().unwrap().remove("finalUserStatus");
        migrate(&api, response);
        let forgot = json!({ "ClientId": api.server.client_id(), "Username": "old" });
        api.call("ForgotPassword", forgot).await.ok();
        let reply = api.password("old", "weak").await;
        if hides {
            reply.refused(WRONG.0, WRONG.1);
        } else {
            reply.refused("PasswordResetRequiredException", "Password reset required for the user");
        }
    }
}
