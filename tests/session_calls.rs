//! Calls in a user's name and fetched sessions: when the service is asked for new tokens, and what is stored late.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;

use std::time::Duration;

use portcullis::{AuthEvent, EventStream, FetchSessionOptions, SignOutOptions};
use scripted::{Fixture, ManualClock, Reply, tokens_with};
use serde_json::json;

const HOUR: i64 = 3600;

fn plain() -> FetchSessionOptions {
    FetchSessionOptions::new()
}

fn forced() -> FetchSessionOptions {
    FetchSessionOptions::new().force_refresh(true)
}

fn refreshes(fixture: &Fixture) -> usize {
    fixture.service.count("GetTokensFromRefreshToken")
}

/// Waits until it is so, which takes no call: what is due is tried again by itself.
async fn in_time(what: impl Fn() -> bool) -> bool {
    for _ in 0..100 {
        if what() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

#[tokio::test]
async fn a_call_renews_tokens_that_are_about_to_end_unless_that_has_just_failed() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let call = || async { fixture.client.fetch_user_attributes().await.unwrap() };
    call().await;
    assert_eq!(refreshes(&fixture), 0);
    fixture.device.advance(HOUR - 60);
    call().await;
    assert_eq!(refreshes(&fixture), 1);
    fixture.device.advance(HOUR - 60);
    fixture.service.then([Reply::Refuses("InternalErrorException", "x")]);
    for _ in 0..3 {
        call().await;
        assert_eq!(refreshes(&fixture), 2, "they work for a minute yet");
    }
    fixture.device.advance(31);
    call().await;
    assert_eq!(refreshes(&fixture), 3);
}

#[tokio::test]
async fn only_a_refused_token_is_a_reason_to_renew_it_and_to_call_again() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.service.then([Reply::Refuses("ResourceNotFoundException", "x")]);
    assert!(fixture.client.fetch_user_attributes().await.is_err());
    assert_eq!((fixture.service.count("GetUser"), refreshes(&fixture)), (1, 0));
    fixture.service.then([Reply::Refuses("NotAuthorizedException", "Access Token has expired")]);
    fixture.client.fetch_user_attributes().await.unwrap();
    assert_eq!((fixture.service.count("GetUser"), refreshes(&fixture)), (3, 1));
}

#[tokio::test]
async fn a_fresh_session_is_given_from_memory_without_waiting() {
    let fixture = Fixture::new();
    assert!(fixture.client.cached_auth_session(&plain()).is_none());
    fixture.sign_in("ann").await;
    assert!(fixture.client.cached_auth_session(&plain()).is_some_and(|session| session.is_signed_in));
    assert!(fixture.client.cached_auth_session(&forced()).is_none());
    fixture.device.advance(HOUR);
    assert!(fixture.client.cached_auth_session(&plain()).is_none());
}

#[tokio::test]
async fn tokens_tell_their_claims_and_print_none_of_them() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let session = fixture.client.fetch_auth_session(plain()).await.unwrap();
    let tokens = session.tokens().unwrap();
    let uses = [tokens.access_claims(), tokens.id_claims().unwrap()].map(|claims| claims.token_use.clone().unwrap());
    assert_eq!(uses, ["access", "id"]);
    let printed = format!("{tokens:?}");
    assert!(printed.starts_with("AuthTokens { expires_at: ") && !printed.contains("ann"), "{printed}");
}

#[tokio::test]
async fn an_id_token_of_another_user_or_pool_is_not_taken() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let before = fixture.client.fetch_auth_session(plain()).await.unwrap();
    let before = before.tokens().unwrap().id_token().unwrap().to_owned();
    let ids = [
        tokens_with(&fixture.service, "bob", &|_| {}),
        tokens_with(&fixture.service, "ann", &|claims| claims["iss"] = "https://example.org/eu-west-1_Other".into()),
    ];
    for id in ids {
        let mut tokens = tokens_with(&fixture.service, "ann", &|_| {});
        tokens["IdToken"] = id["IdToken"].clone();
        fixture.service.then([Reply::Answers(json!({ "AuthenticationResult": tokens }))]);
        let session = fixture.client.fetch_auth_session(forced()).await.unwrap();
        let taken = session.tokens().unwrap();
        assert_eq!(taken.access_token(), tokens["AccessToken"].as_str().unwrap());
        assert_eq!(taken.id_token(), Some(before.as_str()));
    }
}

/// What was told until nothing more comes.
async fn told(events: &EventStream) -> Vec<AuthEvent> {
    let mut told = Vec::new();
    while let Ok(Some(event)) = tokio::time::timeout(Duration::from_millis(200), events.next()).await {
        told.push(event);
    }
    told
}

#[tokio::test]
async fn a_call_that_is_refused_after_another_has_renewed_the_token_renews_it_no_more() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let expired = ("NotAuthorizedException", "Access Token has expired");
    fixture.service.then([Reply::WaitsAndRefuses(expired.0, expired.1)]);
    let client = fixture.client.clone();
    let late = tokio::spawn(async move { client.fetch_user_attributes().await });
    assert!(in_time(|| fixture.service.count("GetUser") == 1).await);
    fixture.service.then([Reply::Refuses(expired.0, expired.1)]);
    fixture.client.fetch_user_attributes().await.unwrap();
    assert_eq!(refreshes(&fixture), 1);
    fixture.service.gate.add_permits(1);
    late.await.unwrap().unwrap();
    assert_eq!((fixture.service.count("GetUser"), refreshes(&fixture)), (4, 1));
}

#[tokio::test]
async fn a_verdict_is_told_once_and_as_what_it_is() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let events = fixture.client.events();
    fixture.service.then([Reply::Refuses("NotAuthorizedException", "User is disabled.")]);
    for _ in 0..3 {
        assert!(!fixture.client.fetch_auth_session(forced()).await.unwrap().is_signed_in);
    }
    let told = told(&events).await;
    assert!(matches!(&told[..], [AuthEvent::Configured { .. }, AuthEvent::SessionExpired { .. }]), "{told:?}");
}

#[tokio::test]
async fn an_app_client_whose_tokens_cannot_be_revoked_any_more_is_no_failure() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.service.then([Reply::Refuses("UnsupportedOperationException", "x")]);
    assert!(fixture.client.sign_out(SignOutOptions::new()).await.is_complete);
    assert_eq!(fixture.service.count("RevokeToken"), 1);
}

#[tokio::test]
async fn a_refusal_over_a_device_that_is_confirmed_is_a_verdict() {
    let fixture = Fixture::new();
    let mut tokens = tokens_with(&fixture.service, "ann", &|_| {});
    tokens["RefreshToken"] = "ann#1".into();
    tokens["NewDeviceMetadata"] = json!({ "DeviceKey": "eu-west-1_device", "DeviceGroupKey": "group" });
    fixture.service.then([Reply::Answers(json!({ "AuthenticationResult": tokens }))]);
    fixture.sign_in("ann").await;
    assert_eq!(fixture.service.count("ConfirmDevice"), 1);
    fixture.service.then([Reply::Refuses("NotAuthorizedException", "Invalid Refresh Token")]);
    assert!(!fixture.client.fetch_auth_session(forced()).await.unwrap().is_signed_in);
}

#[tokio::test(start_paused = true)]
async fn a_revocation_that_is_refused_is_not_made_again() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.service.then([Reply::Acts, Reply::Refuses("InvalidParameterException", "x")]);
    fixture.sign_in("bob").await;
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert_eq!(fixture.service.count("RevokeToken"), 1);
}

#[tokio::test]
async fn the_end_of_tokens_is_told_by_the_services_clock() {
    let mut fixture = Fixture::new();
    fixture.device = ManualClock::steady();
    fixture.device.set_wall(-24 * HOUR);
    fixture.restart();
    fixture.sign_in("ann").await;
    let session = fixture.client.fetch_auth_session(plain()).await.unwrap();
    let end = std::time::UNIX_EPOCH + Duration::from_secs(fixture.service.clock.seconds() + 3600);
    assert_eq!(session.tokens().unwrap().expires_at(), end);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_not_asked_for_again_at_once() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.service.then([Reply::LosesTheAnswer]);
    let begun = tokio::time::Instant::now();
    assert!(fixture.client.fetch_auth_session(forced()).await.unwrap().tokens().is_ok());
    assert_eq!(refreshes(&fixture), 2);
    assert!(begun.elapsed() >= Duration::from_millis(500), "{:?}", begun.elapsed());
}
