//! USER_AUTH: which factors there are, and signing in with each but passkeys.

use local_pool::{ClientConfig, PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::srp::SrpClient;
use crate::client::{PASSWORD, Reply, TestPool, claims};

const WRONG: (&str, &str) = ("NotAuthorizedException", "Incorrect username or password.");
const EMAIL: (&str, &str) = ("email", "ann@example.com");
const PHONE: (&str, &str) = ("phone_number", "+15555551234");

fn config(factors: &[&str]) -> PoolConfig {
    PoolConfig {
        first_factors: factors.iter().map(|factor| (*factor).to_owned()).collect(),
        relying_party: Some("example.com".into()),
        ..PoolConfig::default()
    }
}

fn with_codes() -> PoolConfig {
    config(&["PASSWORD", "EMAIL_OTP", "SMS_OTP"]).with_user("ann", PASSWORD, &[EMAIL, PHONE])
}

async fn start(api: &TestPool, more: Value) -> Reply {
    let mut parameters = json!({ "USERNAME": "ann" });
    parameters.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    api.initiate("USER_AUTH", parameters).await
}

async fn select(api: &TestPool, session: &Value, more: Value) -> Reply {
    let mut responses = json!({ "USERNAME": "ann" });
    responses.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    api.respond("SELECT_CHALLENGE", Some(session), responses).await
}

/// What is offered to a user of the pool.
async fn offered(api: &TestPool, user: &str) -> Value {
    let answer = api.initiate("USER_AUTH", json!({ "USERNAME": user })).await.ok();
    assert_eq!(answer["ChallengeName"], "SELECT_CHALLENGE");
    assert_eq!(answer["ChallengeParameters"], json!({ "USERNAME": user }));
    assert!(answer["Session"].as_str().unwrap().starts_with("AYABe"));
    answer["AvailableChallenges"].clone()
}

#[tokio::test]
async fn what_is_offered_depends_on_pool_and_user() {
    let api = TestPool::start(with_codes().with_user("bob", PASSWORD, &[EMAIL]).with_user("cyd", PASSWORD, &[])).await;
    assert_eq!(offered(&api, "ann").await, json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP"]));
    assert_eq!(offered(&api, "bob").await, json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"]));
    assert_eq!(offered(&api, "cyd").await, json!(["PASSWORD_SRP", "PASSWORD"]));
    api.server.create_user_with_temporary_password("dan", "Temporary-1!", &[EMAIL]).unwrap();
    assert_eq!(offered(&api, "dan").await, json!(["PASSWORD_SRP", "PASSWORD"]));
    api.server
        .call(
            "AdminCreateUser",
            json!({ "Username": "eve", "UserAttributes": [
        { "Name": "email", "Value": "eve@example.com" } ] }),
        )
        .await
        .unwrap();
    assert_eq!(offered(&api, "eve").await, json!(["EMAIL_OTP"]));

    let api = TestPool::start(config(&["PASSWORD"]).with_user("ann", PASSWORD, &[EMAIL, PHONE])).await;
    assert_eq!(offered(&api, "ann").await, json!(["PASSWORD_SRP", "PASSWORD"]));
}

#[tokio::test]
async fn a_second_factor_leaves_passwords_only() {
    let api = TestPool::start(PoolConfig { mfa: "OPTIONAL".into(), ..with_codes() }).await;
    assert_eq!(offered(&api, "ann").await, json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP"]));
    let token = api.tokens("ann").await["AccessToken"].clone();
    let preference = json!({ "AccessToken": token, "SMSMfaSettings": { "Enabled": true, "PreferredMfa": true } });
    api.call("SetUserMFAPreference", preference).await.ok();
    assert_eq!(offered(&api, "ann").await, json!(["PASSWORD_SRP", "PASSWORD"]));

    // And it is asked for after the password.
    let answer = start(&api, json!({ "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD })).await.ok();
    assert_eq!(answer["ChallengeName"], "SMS_MFA");
    assert_eq!(answer.get("AvailableChallenges"), None);
    let code = api.server.last_code("ann").unwrap();
    let responses = json!({ "USERNAME": "ann", "SMS_MFA_CODE": code });
    let tokens = api.respond("SMS_MFA", Some(&answer["Session"]), responses).await.ok();
    assert!(tokens["AuthenticationResult"]["IdToken"].is_string());
}

#[tokio::test]
async fn it_needs_the_clients_permission() {
    let client = ClientConfig { auth_flows: vec!["ALLOW_USER_SRP_AUTH".into()], ..ClientConfig::default() };
    let api = TestPool::start(with_codes().with_client(client)).await;
    start(&api, json!({})).await.refused("InvalidParameterException", "USER_AUTH is not enabled for the client.");
}

#[tokio::test]
async fn the_password_comes_with_the_first_request_or_with_the_choice() {
    // A client of no other flow: its password flows need not be allowed.
    let client = ClientConfig { auth_flows: vec!["ALLOW_USER_AUTH".into()], ..ClientConfig::default() };
    let api = TestPool::start(with_codes().with_client(client)).await;
    let tokens = start(&api, json!({ "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD })).await.ok();
    assert_eq!(claims(&tokens["AuthenticationResult"]["AccessToken"])["username"], "ann");
    let wrong = json!({ "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "wrong" });
    start(&api, wrong).await.refused(WRONG.0, WRONG.1);
    let missing = start(&api, json!({ "PREFERRED_CHALLENGE": "PASSWORD" })).await;
    missing.refused("InvalidParameterException", "Missing required parameter PASSWORD");

    let session = start(&api, json!({})).await.ok()["Session"].clone();
    let wrong = json!({ "ANSWER": "PASSWORD", "PASSWORD": "wrong" });
    select(&api, &session, wrong).await.refused(WRONG.0, WRONG.1);
    select(&api, &session, json!({ "ANSWER": "PASSWORD", "PASSWORD": PASSWORD })).await.ok();
    let again = select(&api, &session, json!({ "ANSWER": "PASSWORD", "PASSWORD": PASSWORD })).await;
    again.refused("NotAuthorizedException", "Invalid session for the user, session can only be used once.");

    // The factor may be named as the challenge.
    let session = start(&api, json!({})).await.ok()["Session"].clone();
    let responses = json!({ "USERNAME": "ann", "PASSWORD": PASSWORD });
    api.respond("PASSWORD", Some(&session), responses).await.ok();
}

#[tokio::test]
async fn srp_is_two_requests_with_a_session_between_them() {
    let api = TestPool::start(with_codes()).await;
    let srp = SrpClient::new();
    let preferred = json!({ "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": srp.public_hex() });
    let first = start(&api, preferred).await.ok();
    assert_eq!(first["AvailableChallenges"], json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP"]));
    finish_srp(&api, &srp, &first).await;

    let (srp, session) = (SrpClient::new(), start(&api, json!({})).await.ok()["Session"].clone());
    let chosen = select(&api, &session, json!({ "ANSWER": "PASSWORD_SRP", "SRP_A": srp.public_hex() })).await.ok();
    finish_srp(&api, &srp, &chosen).await;

    let (srp, session) = (SrpClient::new(), start(&api, json!({})).await.ok()["Session"].clone());
    let responses = json!({ "USERNAME": "ann", "SRP_A": srp.public_hex() });
    let chosen = api.respond("PASSWORD_SRP", Some(&session), responses).await.ok();
    finish_srp(&api, &srp, &chosen).await;
}

async fn finish_srp(api: &TestPool, srp: &SrpClient, challenge: &Value) {
    assert_eq!(challenge["ChallengeName"], "PASSWORD_VERIFIER");
    let session = &challenge["Session"];
    assert!(session.is_string());
    let wrong = srp.responses(api, "Wrong-Horse-9", &challenge["ChallengeParameters"]);
    let right = srp.responses(api, PASSWORD, &challenge["ChallengeParameters"]);
    api.respond("PASSWORD_VERIFIER", Some(&json!("AYABeNotTheSessionThatWasGiven")), right.clone())
        .await
        .refused("NotAuthorizedException", "Invalid session for the user.");
    let tokens = api.respond("PASSWORD_VERIFIER", Some(session), right).await.ok();
    assert!(tokens["AuthenticationResult"]["RefreshToken"].is_string());
    api.respond("PASSWORD_VERIFIER", Some(session), wrong).await.refused(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn a_code_by_mail_signs_in_and_verifies_the_address() {
    let api = TestPool::start(with_codes()).await;
    let first = start(&api, json!({ "PREFERRED_CHALLENGE": "EMAIL_OTP" })).await.ok();
    assert_eq!(first["ChallengeName"], "EMAIL_OTP");
    assert_eq!(first["AvailableChallenges"], json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP"]));
    assert_eq!(first["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"], "a***@e***");
    assert_eq!(first["ChallengeParameters"]["CODE_DELIVERY_DELIVERY_MEDIUM"], "EMAIL");
    let code = api.server.last_code("ann").unwrap();
    assert_eq!(code.len(), 8);
    let answer = async |code: &str| {
        let responses = json!({ "USERNAME": "ann", "EMAIL_OTP_CODE": code });
        api.respond("EMAIL_OTP", Some(&first["Session"]), responses).await
    };
    // Wrong codes leave the session usable.
    for wrong in ["00000000", "123456", "x"] {
        let refused = answer(wrong).await;
        refused.refused("CodeMismatchException", "Invalid code or auth state for the user.");
    }
    let tokens = answer(&code).await.ok()["AuthenticationResult"].clone();
    assert_eq!(claims(&tokens["IdToken"])["email_verified"], true);
    answer(&code).await.refused_as("NotAuthorizedException");
}

#[tokio::test]
async fn a_code_by_sms_is_chosen_from_the_list() {
    let api = TestPool::start(with_codes()).await;
    let session = start(&api, json!({ "PREFERRED_CHALLENGE": "WEB_AUTHN" })).await.ok()["Session"].clone();
    let unknown = select(&api, &session, json!({ "ANSWER": "CARRIER_PIGEON" })).await;
    unknown.refused_as("InvalidParameterException");
    select(&api, &session, json!({ "ANSWER": "WEB_AUTHN" })).await.refused_as("InvalidParameterException");
    let chosen = select(&api, &session, json!({ "ANSWER": "SMS_OTP" })).await.ok();
    assert_eq!(chosen["ChallengeName"], "SMS_OTP");
    assert_eq!(chosen["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"], "+*******1234");
    let code = api.server.last_code("ann").unwrap();
    let responses = json!({ "USERNAME": "ann", "SMS_OTP_CODE": code });
    api.respond("SMS_OTP", Some(&chosen["Session"]), responses).await.ok();
}

#[tokio::test]
async fn a_code_confirms_a_user_and_a_password_does_not() {
    let api = TestPool::start(with_codes()).await;
    api.sign_up("tom", json!([{ "Name": "email", "Value": "tom@example.com" }])).await.ok();
    let password = json!({ "USERNAME": "tom", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD });
    api.initiate("USER_AUTH", password.clone()).await.refused_as("UserNotConfirmedException");
    let code = json!({ "USERNAME": "tom", "PREFERRED_CHALLENGE": "EMAIL_OTP" });
    let session = api.initiate("USER_AUTH", code).await.ok()["Session"].clone();
    let responses = json!({ "USERNAME": "tom", "EMAIL_OTP_CODE": api.server.last_code("tom").unwrap() });
    api.respond("EMAIL_OTP", Some(&session), responses).await.ok();
    api.initiate("USER_AUTH", password).await.ok();
}

#[tokio::test]
async fn a_temporary_password_has_to_be_replaced() {
    let api = TestPool::start(with_codes()).await;
    api.server.create_user_with_temporary_password("tom", "Temporary-1!", &[]).unwrap();
    let parameters = json!({ "USERNAME": "tom", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "Temporary-1!" });
    let answer = api.initiate("USER_AUTH", parameters).await.ok();
    assert_eq!(answer["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let responses = json!({ "USERNAME": "tom", "NEW_PASSWORD": PASSWORD });
    api.respond("NEW_PASSWORD_REQUIRED", Some(&answer["Session"]), responses).await.ok();
}

#[tokio::test]
async fn triggers_run_around_it() {
    let api = TestPool::start(with_codes()).await;
    let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    for kind in [TriggerKind::PreAuthentication, TriggerKind::PostAuthentication, TriggerKind::CustomMessage] {
        let seen = std::sync::Arc::clone(&seen);
        api.server.set_trigger(kind, move |event| {
            seen.lock().unwrap().push(event["triggerSource"].as_str().unwrap().to_owned());
            Ok(event)
        });
    }
    let session = start(&api, json!({ "PREFERRED_CHALLENGE": "EMAIL_OTP" })).await.ok()["Session"].clone();
    let responses = json!({ "USERNAME": "ann", "EMAIL_OTP_CODE": api.server.last_code("ann").unwrap() });
    api.respond("EMAIL_OTP", Some(&session), responses).await.ok();
    let expected =
        ["PreAuthentication_Authentication", "CustomMessage_Authentication", "PostAuthentication_Authentication"];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[tokio::test]
async fn the_factors_of_the_signed_in_user_are_listed() {
    let api = TestPool::start(with_codes()).await;
    let token = api.tokens("ann").await["AccessToken"].clone();
    let factors = api.call("GetUserAuthFactors", json!({ "AccessToken": token })).await.ok();
    let expected = json!({ "Username": "ann", "ConfiguredUserAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP"] });
    assert_eq!(factors, expected);
}
