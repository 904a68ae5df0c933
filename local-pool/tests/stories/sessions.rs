//! Sessions belong to one user, client and step, end, and are good once.

use std::time::Duration;

use local_pool::{ClientConfig, PoolConfig};
use serde_json::{Value, json};

use crate::client::{PASSWORD, TestPool};

const INVALID: (&str, &str) = ("NotAuthorizedException", "Invalid session for the user.");

async fn api() -> (TestPool, Value) {
    let second = ClientConfig { name: "second".into(), ..ClientConfig::default() };
    let config = PoolConfig::default().with_client(ClientConfig::default()).with_client(second);
    let api = TestPool::start(config.with_user("bob", PASSWORD, &[])).await;
    api.server.create_user_with_temporary_password("ann", "Temporary-1!", &[]).unwrap();
    let session = api.password("ann", "Temporary-1!").await.ok()["Session"].clone();
    (api, session)
}

fn answer(username: &str) -> Value {
    json!({ "USERNAME": username, "NEW_PASSWORD": PASSWORD })
}

#[tokio::test]
async fn of_another_user_client_or_step_they_are_refused() {
    let (api, session) = api().await;
    api.respond("NEW_PASSWORD_REQUIRED", Some(&session), answer("bob")).await.refused(INVALID.0, INVALID.1);
    api.respond("NEW_PASSWORD_REQUIRED", Some(&session), answer("nobody")).await.refused(INVALID.0, INVALID.1);
    api.respond("NEW_PASSWORD_REQUIRED", None, answer("ann")).await.refused(INVALID.0, INVALID.1);
    for step in ["CUSTOM_CHALLENGE", "SMS_MFA", "SOFTWARE_TOKEN_MFA", "SELECT_CHALLENGE"] {
        let responses = json!({ "USERNAME": "ann", "ANSWER": "x", "SMS_MFA_CODE": "123456" });
        api.respond(step, Some(&session), responses).await.refused(INVALID.0, INVALID.1);
    }
    let foreign = json!({
        "ClientId": api.server.pools()[0].client_ids[1], "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "Session": session, "ChallengeResponses": answer("ann"),
    });
    api.call("RespondToAuthChallenge", foreign).await.refused(INVALID.0, INVALID.1);
    let mut tampered = session.as_str().unwrap().to_owned();
    let last = tampered.pop().unwrap();
    tampered.push(if last == 'A' { 'B' } else { 'A' });
    api.respond("NEW_PASSWORD_REQUIRED", Some(&json!(tampered)), answer("ann")).await.refused(INVALID.0, INVALID.1);
    api.respond("NEW_PASSWORD_REQUIRED", Some(&session), answer("ann")).await.ok();
}

#[tokio::test]
async fn they_end_after_the_clients_session_validity() {
    let (api, session) = api().await;
    api.server.clock().advance(Duration::from_secs(181));
    api.respond("NEW_PASSWORD_REQUIRED", Some(&session), answer("ann"))
        .await
        .refused("NotAuthorizedException", "Invalid session for the user, session is expired.");
    let client = ClientConfig { auth_session_minutes: 15, ..ClientConfig::default() };
    let api = TestPool::start(PoolConfig::default().with_client(client)).await;
    api.server.create_user_with_temporary_password("ann", "Temporary-1!", &[]).unwrap();
    let session = api.password("ann", "Temporary-1!").await.ok()["Session"].clone();
    api.server.clock().advance(Duration::from_secs(14 * 60));
    api.respond("NEW_PASSWORD_REQUIRED", Some(&session), answer("ann")).await.ok();
}

#[tokio::test]
async fn of_two_requests_at_once_only_one_gets_through() {
    let (api, session) = api().await;
    let one = api.respond("NEW_PASSWORD_REQUIRED", Some(&session), answer("ann"));
    let two = api.respond("NEW_PASSWORD_REQUIRED", Some(&session), answer("ann"));
    let (one, two) = tokio::join!(one, two);
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
}

#[tokio::test]
async fn a_deleted_user_cannot_go_on() {
    let (api, session) = api().await;
    api.server.delete_user("ann").unwrap();
    api.respond("NEW_PASSWORD_REQUIRED", Some(&session), answer("ann")).await.refused(INVALID.0, INVALID.1);
}
