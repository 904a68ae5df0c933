//! PreventUserExistenceErrors: ENABLED.

use std::sync::{Arc, Mutex};

use local_pool::{ClientConfig, PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::srp::{self, SrpClient};
use crate::client::{PASSWORD, TestPool};

const WRONG: (&str, &str) = ("NotAuthorizedException", "Incorrect username or password.");

fn config() -> PoolConfig {
    let client = ClientConfig { prevent_user_existence_errors: true, ..ClientConfig::default() };
    PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[])
}

#[tokio::test]
async fn unknown_users_look_like_wrong_passwords() {
    let api = TestPool::start(config()).await;
    api.password("nobody", PASSWORD).await.refused(WRONG.0, WRONG.1);
    srp::sign_in(&api, "nobody", PASSWORD).await.refused(WRONG.0, WRONG.1);
    for _ in 0..3 {
        api.password("nobody", PASSWORD).await.refused(WRONG.0, WRONG.1);
    }
    // Locked like a known one.
    api.password("nobody", PASSWORD).await.refused("NotAuthorizedException", "Password attempts exceeded");
}

#[tokio::test]
async fn the_pretended_challenge_is_stable_and_shaped_like_a_real_one() {
    let config = PoolConfig { username_attributes: vec!["email".into()], ..config() };
    let api = TestPool::start(PoolConfig { users: Vec::new(), ..config }).await;
    api.server.create_user("ann@example.com", PASSWORD, &[]).unwrap();
    let ask = async |name: &str| {
        let parameters = json!({ "USERNAME": name, "SRP_A": SrpClient::new().public_hex() });
        api.initiate("USER_SRP_AUTH", parameters).await.ok()
    };
    let (real, first, second) =
        (ask("ann@example.com").await, ask("no@example.com").await, ask("no@example.com").await);
    let keys = |answer: &Value| -> Vec<String> {
        answer["ChallengeParameters"].as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(keys(&real), keys(&first));
    for stable in ["SALT", "USERNAME", "USER_ID_FOR_SRP"] {
        assert_eq!(first["ChallengeParameters"][stable], second["ChallengeParameters"][stable]);
    }
    assert_ne!(first["ChallengeParameters"]["SRP_B"], second["ChallengeParameters"]["SRP_B"]);
    let lengths = |answer: &Value| {
        (
            answer["ChallengeParameters"]["USER_ID_FOR_SRP"].as_str().unwrap().len(),
            answer["ChallengeParameters"]["SECRET_BLOCK"].as_str().unwrap().len(),
        )
    };
    assert_eq!(lengths(&real), lengths(&first));
    let other = ask("other@example.com").await;
    assert_ne!(first["ChallengeParameters"]["SALT"], other["ChallengeParameters"]["SALT"]);
}

#[tokio::test]
async fn codes_seem_to_be_sent() {
    let api = TestPool::start(config()).await;
    let client = api.server.client_id();
    for operation in ["ResendConfirmationCode", "ForgotPassword"] {
        let answer = api.call(operation, json!({ "ClientId": client, "Username": "no@example.com" })).await.ok();
        assert_eq!(
            answer["CodeDeliveryDetails"],
            json!({ "Destination": "n***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email" })
        );
        let phone = api.call(operation, json!({ "ClientId": client, "Username": "+15555551234" })).await.ok();
        assert_eq!(phone["CodeDeliveryDetails"]["Destination"], "+*******1234");
        let name = json!({ "ClientId": client, "Username": "nobody" });
        let (one, two) = (api.call(operation, name.clone()).await.ok(), api.call(operation, name).await.ok());
        assert_eq!(one, two);
    }
    assert!(api.server.outbox(None, None).is_empty());
    let code = json!({ "ClientId": client, "Username": "nobody", "ConfirmationCode": "123456" });
    api.call("ConfirmSignUp", code)
        .await
        .refused("ExpiredCodeException", "Invalid code provided, please request a code again.");
    let reset = json!({ "ClientId": client, "Username": "nobody", "ConfirmationCode": "123456", "Password": PASSWORD });
    api.call("ConfirmForgotPassword", reset.clone())
        .await
        .refused("CodeMismatchException", "Invalid verification code provided, please try again.");
    let mut nothing_asked = reset;
    nothing_asked["Username"] = json!("ann");
    api.call("ConfirmForgotPassword", nothing_asked).await.refused_as("ExpiredCodeException");
    api.sign_up("ann", json!([])).await.refused("UsernameExistsException", "User already exists");
}

#[tokio::test]
async fn triggers_are_told_that_the_user_is_not_there() {
    let api = TestPool::start(config()).await;
    let seen: Arc<Mutex<Vec<Value>>> = Arc::default();
    let log = Arc::clone(&seen);
    api.server.set_trigger(TriggerKind::PreAuthentication, move |event| {
        log.lock().unwrap().push(event["request"]["userNotFound"].clone());
        Ok(event)
    });
    api.password("nobody", PASSWORD).await.refused(WRONG.0, WRONG.1);
    api.password("ann", "Wrong-Horse-9").await.refused(WRONG.0, WRONG.1);
    assert_eq!(*seen.lock().unwrap(), [json!(true), json!(false)]);
}

#[tokio::test]
async fn the_custom_flow_runs_and_never_signs_in() {
    let api = TestPool::start(config()).await;
    let seen: Arc<Mutex<Vec<Value>>> = Arc::default();
    let log = Arc::clone(&seen);
    api.server.set_trigger(TriggerKind::DefineAuthChallenge, move |mut event| {
        log.lock().unwrap().push(event["request"]["userNotFound"].clone());
        let asked = !event["request"]["session"].as_array().unwrap().is_empty();
        event["response"] =
            if asked { json!({ "issueTokens": true }) } else { json!({ "challengeName": "CUSTOM_CHALLENGE" }) };
        Ok(event)
    });
    api.server.set_trigger(TriggerKind::CreateAuthChallenge, |mut event| {
        event["response"]["publicChallengeParameters"] = json!({ "q": "?" });
        Ok(event)
    });
    api.server.set_trigger(TriggerKind::VerifyAuthChallengeResponse, |mut event| {
        event["response"]["answerCorrect"] = json!(true);
        Ok(event)
    });
    let first = api.initiate("CUSTOM_AUTH", json!({ "USERNAME": "nobody" })).await.ok();
    assert_eq!(first["ChallengeName"], "CUSTOM_CHALLENGE");
    let responses = json!({ "USERNAME": "nobody", "ANSWER": "x" });
    api.respond("CUSTOM_CHALLENGE", Some(&first["Session"]), responses).await.refused(WRONG.0, WRONG.1);
    assert_eq!(*seen.lock().unwrap(), [json!(true), json!(true)]);
}
