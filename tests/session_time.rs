//! Clocks that are wrong or jump, lifetimes that cannot be read, and calls that end in time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;

use std::time::Duration;

use portcullis::{AuthState, FetchSessionOptions, SessionTokens, SignOutOptions};
use scripted::{Does, Hand, Mood, Stage, tokens_with};
use serde_json::{Value, json};

const HOUR: i64 = 3600;

fn plain() -> FetchSessionOptions {
    FetchSessionOptions::new()
}

fn refreshes(stage: &Stage) -> usize {
    stage.service.count("GetTokensFromRefreshToken")
}

/// A service and a phone, whose clock is off by so much.
fn phone(skew: i64) -> Stage {
    let mut stage = Stage::new();
    stage.device = Hand::steady();
    stage.device.set_wall(skew);
    stage.restart();
    stage
}

fn pass(stage: &Stage, seconds: i64) {
    stage.device.advance(seconds);
    stage.service.clock.advance(seconds);
}

/// Never hands out what the service would refuse.
async fn fetched_is_good(stage: &Stage) -> bool {
    let session = stage.client.fetch_auth_session(plain()).await.unwrap();
    let SessionTokens::Available(tokens) = &session.tokens else { return false };
    let end = tokens.access_claims().expires_at.unwrap();
    assert!(end > portcullis::Clock::now(&*stage.service.clock), "an expired token was called fresh");
    true
}

#[tokio::test]
async fn a_phone_whose_clock_is_behind_never_calls_an_expired_token_fresh_whatever_restarts() {
    for skew in [-600, -HOUR, -86_400, -10 * 365 * 86_400, 600, 86_400, 10 * 365 * 86_400] {
        let mut stage = phone(skew);
        stage.sign_in("ann").await;
        for hour in 0..24 {
            pass(&stage, HOUR);
            stage.restart();
            assert!(fetched_is_good(&stage).await, "skew {skew}, hour {hour}");
        }
        assert!(refreshes(&stage) <= 25, "skew {skew}: {}", refreshes(&stage));
    }
}

#[tokio::test]
async fn a_clock_put_back_or_forward_while_running_changes_nothing() {
    for jump in [-5 * 365 * 86_400, -86_400, -HOUR, 86_400] {
        let stage = phone(0);
        stage.sign_in("ann").await;
        for _ in 0..6 {
            stage.device.set_wall(jump);
            pass(&stage, HOUR / 2);
            assert!(fetched_is_good(&stage).await, "jump {jump}");
        }
        assert!(refreshes(&stage) <= 4, "jump {jump}: {}", refreshes(&stage));
    }
}

#[tokio::test]
async fn a_clock_put_back_between_two_starts_means_ask_the_service() {
    let mut stage = phone(0);
    stage.sign_in("ann").await;
    stage.device.set_wall(-86_400);
    stage.restart();
    stage.service.then(vec![Does::Unreachable; 3]);
    let session = stage.client.fetch_auth_session(plain()).await.unwrap();
    assert!(matches!(session.tokens, SessionTokens::Stale(..)), "{session:?}");
    assert!(fetched_is_good(&stage).await);
    assert_eq!(refreshes(&stage), 4);
    assert!(fetched_is_good(&stage).await);
    assert_eq!(refreshes(&stage), 4);
}

/// A change of a token's claims.
type Change = fn(&mut Value);

#[tokio::test]
async fn a_life_that_cannot_be_read_or_cannot_be_true_costs_one_refresh() {
    let changes: [(&str, Change); 9] = [
        ("in the past", |claims| claims["exp"] = 1_000.into()),
        ("missing", |claims| drop(claims.as_object_mut().unwrap().remove("exp"))),
        ("negative", |claims| claims["exp"] = (-5).into()),
        ("a fraction", |claims| claims["exp"] = json!(claims["exp"].as_i64().unwrap() as f64 + 0.25)),
        ("a text", |claims| claims["exp"] = "soon".into()),
        ("the year 9999", |claims| claims["exp"] = 253_402_300_799_i64.into()),
        ("no beginning", |claims| drop(claims.as_object_mut().unwrap().remove("iat"))),
        ("a negative beginning", |claims| claims["iat"] = (-5).into()),
        ("a beginning in the year 9999", |claims| claims["iat"] = 253_402_300_799_i64.into()),
    ];
    for expires_in in [json!(3600), Value::Null, json!("soon"), json!(-1)] {
        for (what, change) in changes {
            let stage = Stage::new();
            stage.sign_in("ann").await;
            stage.device.advance(2 * HOUR);
            let mut tokens = tokens_with(&stage.service, "ann", &change);
            tokens["ExpiresIn"] = expires_in.clone();
            stage.service.then([Does::Answers(json!({ "AuthenticationResult": tokens }))]);
            for _ in 0..10 {
                assert!(
                    stage.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok(),
                    "{what} {expires_in}"
                );
            }
            assert_eq!(refreshes(&stage), 1, "{what} {expires_in}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_asked_for_again_within_the_smallest_grace() {
    for lost in 1..=2 {
        let stage = Stage::new();
        stage.sign_in("ann").await;
        stage.device.advance(HOUR - 60); // early renewal
        stage.service.then(vec![Does::LosesTheAnswer; lost]);
        let begun = tokio::time::Instant::now();
        let session = stage.client.fetch_auth_session(plain()).await.unwrap();
        assert!(session.tokens().is_ok());
        assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
        assert_eq!(refreshes(&stage), lost + 1);
    }
    // An answer that never comes is lost too.
    let stage = Stage::new();
    stage.sign_in("ann").await;
    stage.device.advance(2 * HOUR);
    stage.service.then([Does::Waits]);
    let begun = tokio::time::Instant::now();
    assert!(stage.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok());
    assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
    assert_eq!(refreshes(&stage), 2);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_no_reason_to_wait_and_a_definite_one_is() {
    for (does, asks_again) in [
        (vec![Does::LosesTheAnswer; 3], true),
        (vec![Does::Refuses("InternalErrorException", "x")], false),
        (vec![Does::Refuses("ForbiddenException", "Request not allowed due to WAF block.")], false),
    ] {
        let stage = Stage::new();
        stage.sign_in("ann").await;
        stage.device.advance(HOUR - 60);
        let asked = does.len();
        stage.service.then(does);
        assert!(stage.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok()); // they still work
        assert_eq!(refreshes(&stage), asked);
        stage.client.fetch_auth_session(plain()).await.unwrap();
        assert_eq!(refreshes(&stage), asked + usize::from(asks_again));
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_that_comes_is_taken() {
    let stage = Stage::new();
    stage.sign_in("ann").await;
    stage.device.advance(2 * HOUR);
    stage.service.then([Does::Waits, Does::Waits]);
    let client = stage.client.clone();
    let fetching = tokio::spawn(async move { client.fetch_auth_session(plain()).await.unwrap() });
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert_eq!(refreshes(&stage), 2); // the second one may take all the time there is
    stage.service.gate.add_permits(2);
    assert!(fetching.await.unwrap().tokens().is_ok());
}

/// Every call into a black hole ends before its own deadline.
#[tokio::test(start_paused = true)]
async fn every_call_ends_before_its_own_deadline() {
    for (timeout, stale) in [(1, false), (1, true), (30, false), (30, true)] {
        let limit = Duration::from_secs(timeout);
        for call in 0..12 {
            let stage = Stage::new();
            stage.sign_in("ann").await;
            if stale {
                stage.device.advance(2 * HOUR);
            }
            let client = stage.client.with_timeout(limit);
            stage.service.then(vec![Does::Waits; 200]);
            let begun = tokio::time::Instant::now();
            match call {
                0 => drop(client.fetch_user_attributes().await.unwrap_err()),
                1 => drop(client.fetch_devices().await.unwrap_err()),
                2 => drop(client.set_up_totp().await.unwrap_err()),
                3 => drop(client.update_password(Some("Old-1234"), "New-1234").await.unwrap_err()),
                4 => drop(client.sign_in("bob", Some("password"), Default::default()).await.unwrap_err()),
                5 => drop(client.sign_up("bob", Some("Password-1"), Default::default()).await.unwrap_err()),
                6 => drop(client.reset_password("bob", Default::default()).await.unwrap_err()),
                7 => drop(client.delete_user().await.unwrap_err()),
                8 => {
                    let session = client.fetch_auth_session(plain().force_refresh(true)).await.unwrap();
                    assert!(matches!(session.tokens, SessionTokens::Stale(..)), "{session:?}");
                }
                9 => drop(client.fetch_mfa_preference().await.unwrap_err()),
                10 => drop(client.list_passkeys(Default::default()).await.unwrap_err()),
                _ => {
                    let result = client.sign_out(SignOutOptions::new().global(true)).await;
                    assert!(!result.is_complete && stage.client.state() == AuthState::SignedOut);
                    assert!(begun.elapsed() <= Duration::from_secs(6), "sign-out: {:?}", begun.elapsed());
                }
            }
            assert!(begun.elapsed() <= limit, "call {call}, stale {stale}: {:?} of {limit:?}", begun.elapsed());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn pages_and_repetitions_share_the_deadline() {
    let stage = Stage::new();
    stage.sign_in("ann").await;
    // Endless pages, each after 400 ms.
    let page = json!({ "Devices": [], "PaginationToken": "more" });
    stage.service.then(vec![Does::AnswersAfter(Duration::from_millis(400), page); 500]);
    let begun = tokio::time::Instant::now();
    let error = stage.client.with_timeout(Duration::from_secs(5)).fetch_devices().await.unwrap_err();
    assert_eq!(error.code(), "timeout");
    assert!(begun.elapsed() <= Duration::from_secs(5));
    assert!(stage.service.count("ListDevices") <= 13);
}

#[tokio::test]
async fn a_store_that_hangs_is_waited_for_no_longer_than_the_call_may_take() {
    let stage = Stage::new();
    stage.sign_in("ann").await;
    stage.store.be(Mood::Slow(Duration::from_secs(2)));
    let client = stage.another_process().with_timeout(Duration::from_millis(300));
    let begun = tokio::time::Instant::now();
    assert!(client.get_current_user().await.is_err());
    assert!(begun.elapsed() < Duration::from_millis(900), "{:?}", begun.elapsed());
    assert!(matches!(client.state(), AuthState::Unknown { .. }));
    let result = client.sign_out(SignOutOptions::new()).await;
    assert!(!result.is_complete && client.state() == AuthState::SignedOut);
    assert!(begun.elapsed() < Duration::from_millis(1500), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn what_a_sign_out_could_not_tell_the_service_is_told_later() {
    let stage = Stage::new();
    stage.sign_in("ann").await;
    stage.service.then(vec![Does::Waits; 3]);
    let begun = tokio::time::Instant::now();
    let result = stage.client.sign_out(SignOutOptions::new()).await;
    assert_eq!(result.revoke_token_error.unwrap().code, "timeout");
    assert!(begun.elapsed() <= Duration::from_millis(5_100), "{:?}", begun.elapsed());
    assert_eq!(stage.records("account/"), Vec::<String>::new());
    let told = stage.service.count("RevokeToken");
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert!(stage.service.count("RevokeToken") > told);
}
