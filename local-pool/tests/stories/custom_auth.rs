//! CUSTOM_AUTH with and without SRP_A.

use std::sync::{Arc, Mutex};

use local_pool::{PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::srp::SrpClient;
use crate::client::{PASSWORD, TestPool, claims};

type Log = Arc<Mutex<Vec<Value>>>;

/// A pool whose custom challenge is a riddle with the answer 42, and the events its triggers saw.
async fn riddle_pool(tries: usize) -> (TestPool, Log) {
    let api = TestPool::with_ann().await;
    let log: Log = Arc::default();
    let seen = Arc::clone(&log);
    api.server.set_trigger(TriggerKind::DefineAuthChallenge, move |mut event| {
        seen.lock().unwrap().push(event.clone());
        let session = event["request"]["session"].as_array().unwrap().clone();
        let last = session.last().cloned().unwrap_or_default();
        let custom = session.iter().filter(|round| round["challengeName"] == "CUSTOM_CHALLENGE").count();
        let response = match last["challengeName"].as_str() {
            Some("SRP_A") => {
                json!({ "challengeName": "PASSWORD_VERIFIER", "issueTokens": false, "failAuthentication": false })
            }
            Some("CUSTOM_CHALLENGE") if last["challengeResult"] == true => {
                json!({ "issueTokens": true, "failAuthentication": false })
            }
            _ if custom >= tries => json!({ "issueTokens": false, "failAuthentication": true }),
            _ => json!({ "challengeName": "CUSTOM_CHALLENGE", "issueTokens": false, "failAuthentication": false }),
        };
        event["response"] = response;
        Ok(event)
    });
    let seen = Arc::clone(&log);
    api.server.set_trigger(TriggerKind::CreateAuthChallenge, move |mut event| {
        seen.lock().unwrap().push(event.clone());
        let round = event["request"]["session"].as_array().unwrap().len();
        event["response"] = json!({
            "publicChallengeParameters": { "question": "six by nine" },
            "privateChallengeParameters": { "answer": "42" },
            "challengeMetadata": format!("ROUND_{round}"),
        });
        Ok(event)
    });
    let seen = Arc::clone(&log);
    api.server.set_trigger(TriggerKind::VerifyAuthChallengeResponse, move |mut event| {
        seen.lock().unwrap().push(event.clone());
        let right = event["request"]["challengeAnswer"] == event["request"]["privateChallengeParameters"]["answer"];
        event["response"]["answerCorrect"] = json!(right);
        Ok(event)
    });
    (api, log)
}

async fn answer(api: &TestPool, session: &Value, text: &str) -> crate::client::Reply {
    api.respond("CUSTOM_CHALLENGE", Some(session), json!({ "USERNAME": "ann", "ANSWER": text })).await
}

#[tokio::test]
async fn a_right_answer_gives_tokens() {
    let (api, log) = riddle_pool(3).await;
    let first = api.initiate("CUSTOM_AUTH", json!({ "USERNAME": "ann" })).await.ok();
    assert_eq!(first["ChallengeName"], "CUSTOM_CHALLENGE");
    assert_eq!(first["ChallengeParameters"], json!({ "USERNAME": "ann", "question": "six by nine" }));
    let done = answer(&api, &first["Session"], "42").await.ok();
    assert_eq!(claims(&done["AuthenticationResult"]["IdToken"])["cognito:username"], "ann");

    let log = log.lock().unwrap();
    let sources: Vec<_> = log.iter().map(|event| event["triggerSource"].as_str().unwrap()).collect();
    assert_eq!(
        sources,
        [
            "DefineAuthChallenge_Authentication",
            "CreateAuthChallenge_Authentication",
            "VerifyAuthChallengeResponse_Authentication",
            "DefineAuthChallenge_Authentication",
        ]
    );
    assert_eq!(log[0]["request"]["session"], json!([]));
    assert_eq!(log[0]["request"]["userAttributes"]["cognito:user_status"], "CONFIRMED");
    assert_eq!(log[0]["callerContext"]["clientId"], api.server.client_id());
    assert_eq!(log[1]["request"]["challengeName"], "CUSTOM_CHALLENGE");
    assert!(log[0]["request"].get("userNotFound").is_none());
    let history =
        json!([{ "challengeName": "CUSTOM_CHALLENGE", "challengeResult": true, "challengeMetadata": "ROUND_0" }]);
    assert_eq!(log[3]["request"]["session"], history);
}

#[tokio::test]
async fn wrong_answers_go_on_until_define_fails_them() {
    let (api, _) = riddle_pool(2).await;
    let first = api.initiate("CUSTOM_AUTH", json!({ "USERNAME": "ann" })).await.ok();
    let second = answer(&api, &first["Session"], "54").await.ok();
    assert_eq!(second["ChallengeName"], "CUSTOM_CHALLENGE");
    assert_ne!(first["Session"], second["Session"]);
    // An answer uses its session up, right or wrong.
    answer(&api, &first["Session"], "42").await.refused("NotAuthorizedException", "Invalid session for the user.");
    answer(&api, &second["Session"], "54").await.refused("NotAuthorizedException", "Incorrect username or password.");
    answer(&api, &second["Session"], "42").await.refused("NotAuthorizedException", "Invalid session for the user.");
    // Failures of the custom flow do not lock the user out.
    api.password("ann", PASSWORD).await.ok();
}

#[tokio::test]
async fn with_srp_the_password_comes_first() {
    let (api, log) = riddle_pool(3).await;
    let srp = SrpClient::new();
    let start = json!({ "USERNAME": "ann", "SRP_A": srp.public_hex(), "CHALLENGE_NAME": "SRP_A" });
    let first = api.initiate("CUSTOM_AUTH", start).await.ok();
    assert_eq!(first["ChallengeName"], "PASSWORD_VERIFIER");
    let responses = srp.responses(&api, PASSWORD, &first["ChallengeParameters"]);
    let second = api.respond("PASSWORD_VERIFIER", Some(&first["Session"]), responses).await.ok();
    assert_eq!(second["ChallengeName"], "CUSTOM_CHALLENGE");
    let done = answer(&api, &second["Session"], "42").await.ok();
    assert!(done["AuthenticationResult"]["AccessToken"].is_string());

    let log = log.lock().unwrap();
    let built_in = |name: &str| json!({ "challengeName": name, "challengeResult": true, "challengeMetadata": null });
    assert_eq!(log[0]["request"]["session"], json!([built_in("SRP_A")]));
    assert_eq!(log[1]["request"]["session"], json!([built_in("SRP_A"), built_in("PASSWORD_VERIFIER")]));
}

#[tokio::test]
async fn with_srp_a_wrong_password_ends_the_flow() {
    let (api, log) = riddle_pool(3).await;
    let srp = SrpClient::new();
    let start = json!({ "USERNAME": "ann", "SRP_A": srp.public_hex(), "CHALLENGE_NAME": "SRP_A" });
    let first = api.initiate("CUSTOM_AUTH", start).await.ok();
    let responses = srp.responses(&api, "Wrong-Horse-9", &first["ChallengeParameters"]);
    api.respond("PASSWORD_VERIFIER", Some(&first["Session"]), responses)
        .await
        .refused("NotAuthorizedException", "Incorrect username or password.");
    assert_eq!(log.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_temporary_password_is_changed_when_define_says_so() {
    let api = TestPool::start(PoolConfig::default()).await;
    api.server.create_user_with_temporary_password("ann", "Temporary-1!", &[]).unwrap();
    api.server.set_trigger(TriggerKind::DefineAuthChallenge, |mut event| {
        let session = event["request"]["session"].as_array().unwrap();
        event["response"] = match session.last().and_then(|round| round["challengeName"].as_str()) {
            Some("SRP_A") => json!({ "challengeName": "PASSWORD_VERIFIER" }),
            Some("PASSWORD_VERIFIER") => json!({ "challengeName": "NEW_PASSWORD_REQUIRED" }),
            _ => json!({ "issueTokens": true }),
        };
        Ok(event)
    });
    let srp = SrpClient::new();
    let start = json!({ "USERNAME": "ann", "SRP_A": srp.public_hex(), "CHALLENGE_NAME": "SRP_A" });
    let first = api.initiate("CUSTOM_AUTH", start).await.ok();
    // Without a session too.
    let responses = srp.responses(&api, "Temporary-1!", &first["ChallengeParameters"]);
    let second = api.respond("PASSWORD_VERIFIER", None, responses).await.ok();
    assert_eq!(second["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let responses = json!({ "USERNAME": "ann", "NEW_PASSWORD": PASSWORD });
    api.respond("NEW_PASSWORD_REQUIRED", Some(&second["Session"]), responses).await.ok();
    api.password("ann", PASSWORD).await.ok();
}

#[tokio::test]
async fn metadata_reaches_the_triggers_of_the_answer_only() {
    let (api, log) = riddle_pool(3).await;
    let start = json!({
        "ClientId": api.server.client_id(), "AuthFlow": "CUSTOM_AUTH", "AuthParameters": { "USERNAME": "ann" },
        "ClientMetadata": { "of": "initiate" },
    });
    let first = api.call("InitiateAuth", start).await.ok();
    let response = json!({
        "ClientId": api.server.client_id(), "ChallengeName": "CUSTOM_CHALLENGE", "Session": first["Session"],
        "ChallengeResponses": { "USERNAME": "ann", "ANSWER": "42" }, "ClientMetadata": { "of": "answer" },
    });
    api.call("RespondToAuthChallenge", response).await.ok();
    let log = log.lock().unwrap();
    let metadata: Vec<_> = log.iter().map(|event| event["request"]["clientMetadata"]["of"].clone()).collect();
    assert_eq!(metadata, [Value::Null, Value::Null, json!("answer"), json!("answer")]);
}

#[tokio::test]
async fn without_triggers_or_with_broken_ones_it_is_refused() {
    let api = TestPool::with_ann().await;
    api.initiate("CUSTOM_AUTH", json!({ "USERNAME": "ann" }))
        .await
        .refused("InvalidParameterException", "Custom auth lambda trigger is not configured for the user pool.");
    api.server.set_trigger(TriggerKind::DefineAuthChallenge, Ok);
    api.initiate("CUSTOM_AUTH", json!({ "USERNAME": "ann" }))
        .await
        .refused("InvalidLambdaResponseException", "Unrecognizable lambda output");
    api.server.set_trigger(TriggerKind::DefineAuthChallenge, |_| Err("no riddles today".into()));
    api.initiate("CUSTOM_AUTH", json!({ "USERNAME": "ann" }))
        .await
        .refused("UserLambdaValidationException", "DefineAuthChallenge failed with error no riddles today.");
}

#[tokio::test]
async fn unconfirmed_and_disabled_users_get_no_tokens() {
    let (api, _) = riddle_pool(3).await;
    api.sign_up("new", json!([])).await.ok();
    let first = api.initiate("CUSTOM_AUTH", json!({ "USERNAME": "new" })).await.ok();
    let responses = json!({ "USERNAME": "new", "ANSWER": "42" });
    api.respond("CUSTOM_CHALLENGE", Some(&first["Session"]), responses)
        .await
        .refused("UserNotConfirmedException", "User is not confirmed.");
    api.server.disable_user("ann").unwrap();
    api.initiate("CUSTOM_AUTH", json!({ "USERNAME": "ann" }))
        .await
        .refused("NotAuthorizedException", "User is disabled.");
}
