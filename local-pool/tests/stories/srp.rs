//! USER_SRP_AUTH against an SRP client that shares no code with the server.

use crate::client::srp::{SrpClient, n, sign_in, timestamp};
use crate::client::{PASSWORD, TestPool, claims};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use local_pool::PoolConfig;
use num_bigint::BigUint;
use serde_json::{Value, json};

const WRONG: (&str, &str) = ("NotAuthorizedException", "Incorrect username or password.");

async fn challenge(api: &TestPool, srp: &SrpClient) -> Value {
    let parameters = json!({ "USERNAME": "ann", "SRP_A": srp.public_hex() });
    api.initiate("USER_SRP_AUTH", parameters).await.ok()["ChallengeParameters"].clone()
}

#[tokio::test]
async fn the_right_password_gives_tokens() {
    let api = TestPool::with_ann().await;
    let answer = sign_in(&api, "ann", PASSWORD).await.ok();
    assert_eq!(answer["ChallengeParameters"], json!({}));
    let result = &answer["AuthenticationResult"];
    assert_eq!(result["TokenType"], "Bearer");
    assert_eq!(result["ExpiresIn"], 3600);
    assert_eq!(claims(&result["IdToken"])["cognito:username"], "ann");
    assert!(result["RefreshToken"].as_str().unwrap().starts_with("eyJjdHkiOiJKV1Qi"));
}

#[tokio::test]
async fn many_sign_ins_agree_whatever_the_leading_bytes_are() {
    let api = TestPool::with_ann().await;
    for _ in 0..12 {
        sign_in(&api, "ann", PASSWORD).await.ok();
    }
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let api = TestPool::with_ann().await;
    sign_in(&api, "ann", "Wrong-Horse-9").await.refused(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn a_flipped_bit_of_the_signature_is_refused() {
    let api = TestPool::with_ann().await;
    let srp = SrpClient::new();
    let parameters = challenge(&api, &srp).await;
    let mut responses = srp.responses(&api, PASSWORD, &parameters);
    let mut signature = STANDARD.decode(responses["PASSWORD_CLAIM_SIGNATURE"].as_str().unwrap()).unwrap();
    signature[31] ^= 1;
    responses["PASSWORD_CLAIM_SIGNATURE"] = json!(STANDARD.encode(signature));
    api.respond("PASSWORD_VERIFIER", None, responses).await.refused(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn a_replayed_answer_is_refused() {
    let api = TestPool::with_ann().await;
    let srp = SrpClient::new();
    let parameters = challenge(&api, &srp).await;
    let responses = srp.responses(&api, PASSWORD, &parameters);
    api.respond("PASSWORD_VERIFIER", None, responses.clone()).await.ok();
    api.respond("PASSWORD_VERIFIER", None, responses).await.refused(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn a_second_guess_on_the_same_challenge_is_refused() {
    let api = TestPool::with_ann().await;
    let srp = SrpClient::new();
    let parameters = challenge(&api, &srp).await;
    api.respond("PASSWORD_VERIFIER", None, srp.responses(&api, "Wrong-9-horse", &parameters))
        .await
        .refused(WRONG.0, WRONG.1);
    api.respond("PASSWORD_VERIFIER", None, srp.responses(&api, PASSWORD, &parameters)).await.refused(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn public_values_that_are_zero_modulo_n_are_refused() {
    let api = TestPool::with_ann().await;
    for value in [BigUint::ZERO, n(), n() * 2_u8] {
        let parameters = json!({ "USERNAME": "ann", "SRP_A": value.to_str_radix(16) });
        api.initiate("USER_SRP_AUTH", parameters).await.refused_as("InvalidParameterException");
    }
    api.initiate("USER_SRP_AUTH", json!({ "USERNAME": "ann", "SRP_A": "xyz" }))
        .await
        .refused_as("InvalidParameterException");
    api.initiate("USER_SRP_AUTH", json!({ "USERNAME": "ann", "SRP_A": "" }))
        .await
        .refused("InvalidParameterException", "Missing required parameter SRP_A");
}

#[tokio::test]
async fn another_users_or_clients_challenge_is_refused() {
    let config = PoolConfig::default()
        .with_client(Default::default())
        .with_client(local_pool::ClientConfig { name: "second".into(), ..Default::default() })
        .with_user("ann", PASSWORD, &[])
        .with_user("bob", PASSWORD, &[]);
    let api = TestPool::start(config).await;
    let srp = SrpClient::new();
    let parameters = challenge(&api, &srp).await;
    let mut responses = srp.responses(&api, PASSWORD, &parameters);
    responses["USERNAME"] = json!("bob");
    api.respond("PASSWORD_VERIFIER", None, responses.clone()).await.refused(WRONG.0, WRONG.1);

    responses["USERNAME"] = json!("ann");
    let body = json!({
        "ClientId": api.server.pools()[0].client_ids[1],
        "ChallengeName": "PASSWORD_VERIFIER",
        "ChallengeResponses": responses,
    });
    api.call("RespondToAuthChallenge", body).await.refused(WRONG.0, WRONG.1);
    // Neither used the challenge up.
    api.respond("PASSWORD_VERIFIER", None, responses).await.ok();
}

#[tokio::test]
async fn a_session_that_was_not_given_is_refused() {
    let api = TestPool::with_ann().await;
    let srp = SrpClient::new();
    let parameters = challenge(&api, &srp).await;
    let responses = srp.responses(&api, PASSWORD, &parameters);
    let session = json!("AYABeThisSessionIsNotOneOfThisServer");
    api.respond("PASSWORD_VERIFIER", Some(&session), responses)
        .await
        .refused("NotAuthorizedException", "Invalid session for the user.");
}

#[tokio::test]
async fn a_challenge_is_good_for_less_than_three_minutes() {
    let api = TestPool::with_ann().await;
    api.server.clock().freeze_at(1_767_603_787_000);
    let (young, old) = (SrpClient::new(), SrpClient::new());
    let (of_young, of_old) = (challenge(&api, &young).await, challenge(&api, &old).await);
    api.server.clock().advance(std::time::Duration::from_secs(179));
    api.respond("PASSWORD_VERIFIER", None, young.responses(&api, PASSWORD, &of_young)).await.ok();
    api.server.clock().advance(std::time::Duration::from_secs(1));
    let late = api.respond("PASSWORD_VERIFIER", None, old.responses(&api, PASSWORD, &of_old)).await;
    late.refused(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn timestamps_must_be_exact_and_near() {
    let api = TestPool::with_ann().await;
    // A Monday with a one-digit day.
    api.server.clock().freeze_at(1_767_603_787_000);
    let now = 1_767_603_787;
    let try_with = async |text: String| {
        let srp = SrpClient::new();
        let parameters = challenge(&api, &srp).await;
        let signature = srp.signature(api.server.pool_id(), PASSWORD, &parameters, &text);
        let responses = json!({
            "USERNAME": "ann",
            "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": STANDARD.encode(signature),
            "TIMESTAMP": text,
        });
        api.respond("PASSWORD_VERIFIER", None, responses).await
    };
    assert_eq!(timestamp(now), "Mon Jan 5 09:03:07 UTC 2026");
    try_with(timestamp(now)).await.ok();
    try_with(timestamp(now - 290)).await.ok();
    try_with(timestamp(now + 310)).await.refused(WRONG.0, WRONG.1);
    try_with("Mon Jan 05 09:03:07 UTC 2026".into()).await.refused(WRONG.0, WRONG.1);
    try_with("Tue Jan 5 09:03:07 UTC 2026".into()).await.refused(WRONG.0, WRONG.1);
    try_with("2026-01-05T09:03:07Z".into()).await.refused_as("InvalidParameterException");
}

#[tokio::test]
async fn a_clock_that_was_wrong_may_sign_the_same_challenge_again() {
    let api = TestPool::with_ann().await;
    let srp = SrpClient::new();
    let parameters = challenge(&api, &srp).await;
    let wrong = timestamp(api.server.clock().now_ms() / 1000 - 3600);
    let mut responses = srp.responses(&api, PASSWORD, &parameters);
    let right = responses.clone();
    responses["PASSWORD_CLAIM_SIGNATURE"] =
        json!(STANDARD.encode(srp.signature(api.server.pool_id(), PASSWORD, &parameters, &wrong)));
    responses["TIMESTAMP"] = json!(wrong);
    let reply = api.respond("PASSWORD_VERIFIER", None, responses).await;
    reply.refused(WRONG.0, WRONG.1);
    assert!(reply.headers.contains_key("date"));
    api.respond("PASSWORD_VERIFIER", None, right).await.ok();
}

#[tokio::test]
async fn the_alias_or_the_internal_name_may_come_back() {
    let config = PoolConfig { username_attributes: vec!["email".into()], ..PoolConfig::default() };
    let api = TestPool::start(config).await;
    let sub = api.server.create_user("ann@example.com", PASSWORD, &[]).unwrap();
    for name in ["ann@example.com", &sub] {
        let srp = SrpClient::new();
        let first = json!({ "USERNAME": "ann@example.com", "SRP_A": srp.public_hex() });
        let parameters = api.initiate("USER_SRP_AUTH", first).await.ok()["ChallengeParameters"].clone();
        assert_eq!(parameters["USERNAME"], json!(sub));
        assert_eq!(parameters["USER_ID_FOR_SRP"], json!(sub));
        let mut responses = srp.responses(&api, PASSWORD, &parameters);
        responses["USERNAME"] = json!(name);
        let answer = api.respond("PASSWORD_VERIFIER", None, responses).await.ok();
        assert_eq!(claims(&answer["AuthenticationResult"]["AccessToken"])["username"], json!(sub));
    }
}

#[tokio::test]
async fn states_are_told_after_the_proof() {
    let api = TestPool::with_ann().await;
    api.sign_up("new", crate::client::attributes(json!({ "email": "new@example.com" }))).await.ok();
    sign_in(&api, "new", PASSWORD).await.refused("UserNotConfirmedException", "User is not confirmed.");
    sign_in(&api, "new", "Wrong-Horse-9").await.refused(WRONG.0, WRONG.1);
    api.server.require_password_reset("ann").unwrap();
    sign_in(&api, "ann", PASSWORD)
        .await
        .refused("PasswordResetRequiredException", "Password reset required for the user");
    api.server.disable_user("ann").unwrap();
    sign_in(&api, "ann", PASSWORD).await.refused("NotAuthorizedException", "User is disabled.");
    sign_in(&api, "ann", "Wrong-Horse-9").await.refused(WRONG.0, WRONG.1);
}
