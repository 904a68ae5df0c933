//! USER_AUTH where unknown users are hidden.

use local_pool::{ClientConfig, PoolConfig};
use serde_json::{Value, json};

use crate::client::srp::SrpClient;
use crate::client::{PASSWORD, TestPool};

const WRONG: (&str, &str) = ("NotAuthorizedException", "Incorrect username or password.");

async fn api() -> TestPool {
    let client = ClientConfig { prevent_user_existence_errors: true, ..ClientConfig::default() };
    let config = PoolConfig {
        first_factors: ["PASSWORD", "EMAIL_OTP", "SMS_OTP"].map(str::to_owned).to_vec(),
        username_attributes: vec!["email".into(), "phone_number".into()],
        ..PoolConfig::default()
    };
    let api = TestPool::start(config.with_client(client)).await;
    api.server.create_user("ann@example.com", PASSWORD, &[]).unwrap();
    api
}

async fn ask(api: &TestPool, user: &str, more: Value) -> Value {
    let mut parameters = json!({ "USERNAME": user });
    parameters.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    api.initiate("USER_AUTH", parameters).await.ok()
}

/// What an answer looks like, apart from its values.
fn form(answer: &Value) -> Value {
    let mut form = answer.clone();
    form["Session"] = json!(answer["Session"].as_str().unwrap().len());
    for (_, value) in form["ChallengeParameters"].as_object_mut().unwrap() {
        *value = json!(value.as_str().unwrap().len());
    }
    form
}

#[tokio::test]
async fn an_unknown_user_is_offered_and_sent_what_a_known_one_is() {
    let api = api().await;
    for more in [json!({}), json!({ "PREFERRED_CHALLENGE": "EMAIL_OTP" }), json!({ "PREFERRED_CHALLENGE": "SMS_OTP" })]
    {
        let known = ask(&api, "ann@example.com", more.clone()).await;
        let unknown = ask(&api, "nob@example.com", more.clone()).await;
        assert_eq!(form(&known), form(&unknown));
        let again = ask(&api, "nob@example.com", more).await;
        assert_eq!(unknown["ChallengeParameters"], again["ChallengeParameters"]);
    }
    let phone = ask(&api, "+15555551234", json!({ "PREFERRED_CHALLENGE": "SMS_OTP" })).await;
    assert_eq!(phone["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"], "+*******1234");
    let mail = ask(&api, "nob@example.com", json!({ "PREFERRED_CHALLENGE": "EMAIL_OTP" })).await;
    assert_eq!(mail["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"], "n***@e***");
    assert!(api.server.outbox(Some("nob@example.com"), None).is_empty());

    let responses = json!({ "USERNAME": "nob@example.com", "EMAIL_OTP_CODE": "12345678" });
    let wrong = api.respond("EMAIL_OTP", Some(&mail["Session"]), responses).await;
    wrong.refused("CodeMismatchException", "Invalid code or auth state for the user.");
}

#[tokio::test]
async fn passwords_of_unknown_users_are_wrong() {
    let api = api().await;
    let user = "nob@example.com";
    let parameters = json!({ "USERNAME": user, "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD });
    api.initiate("USER_AUTH", parameters).await.refused(WRONG.0, WRONG.1);
    let select = ask(&api, user, json!({})).await;
    let responses = json!({ "USERNAME": user, "ANSWER": "PASSWORD", "PASSWORD": PASSWORD });
    api.respond("SELECT_CHALLENGE", Some(&select["Session"]), responses).await.refused(WRONG.0, WRONG.1);
    let srp = SrpClient::new();
    let preferred = json!({ "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": srp.public_hex() });
    let verifier = ask(&api, user, preferred).await;
    assert_eq!(verifier["ChallengeName"], "PASSWORD_VERIFIER");
    let proof = srp.responses(&api, PASSWORD, &verifier["ChallengeParameters"]);
    api.respond("PASSWORD_VERIFIER", Some(&verifier["Session"]), proof).await.refused(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn a_disabled_user_looks_like_an_unknown_one_and_gets_no_code() {
    let api = api().await;
    api.server.disable_user("ann@example.com").unwrap();
    let answer = ask(&api, "ann@example.com", json!({ "PREFERRED_CHALLENGE": "EMAIL_OTP" })).await;
    assert_eq!(answer["ChallengeName"], "EMAIL_OTP");
    assert!(api.server.outbox(None, None).is_empty());
    let responses = json!({ "USERNAME": "ann@example.com", "EMAIL_OTP_CODE": "12345678" });
    api.respond("EMAIL_OTP", Some(&answer["Session"]), responses).await.refused_as("CodeMismatchException");
}

#[tokio::test]
async fn without_hiding_they_are_told() {
    let config = PoolConfig { first_factors: vec!["PASSWORD".into(), "EMAIL_OTP".into()], ..PoolConfig::default() };
    let api = TestPool::start(config.with_user("ann", PASSWORD, &[("email", "ann@example.com")])).await;
    let unknown = api.initiate("USER_AUTH", json!({ "USERNAME": "nobody" })).await;
    unknown.refused("UserNotFoundException", "User does not exist.");
    api.server.disable_user("ann").unwrap();
    let disabled = api.initiate("USER_AUTH", json!({ "USERNAME": "ann", "PREFERRED_CHALLENGE": "EMAIL_OTP" })).await;
    disabled.refused("NotAuthorizedException", "User is disabled.");
}
