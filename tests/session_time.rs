//! Clocks that are wrong or jump, lifetimes that cannot be read, and calls that end in time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;

use std::time::Duration;

use portcullis::{AuthState, FetchSessionOptions, SessionTokens, SignOutOptions};
use scripted::{Fixture, ManualClock, Reply, StoreFault, tokens_with};
use serde_json::{Value, json};

const HOUR: i64 = 3600;

fn plain() -> FetchSessionOptions {
    FetchSessionOptions::new()
}

fn refreshes(fixture: &Fixture) -> usize {
    fixture.service.count("GetTokensFromRefreshToken")
}

/// A service and a phone, whose clock is off by so much.
fn phone(skew: i64) -> Fixture {
    let mut fixture = Fixture::new();
    fixture.device = ManualClock::steady();
    fixture.device.set_wall(skew);
    fixture.restart();
    fixture
}

fn pass(fixture: &Fixture, seconds: i64) {
    fixture.device.advance(seconds);
    fixture.service.clock.advance(seconds);
}

/// Never hands out what the service would refuse.
async fn fetched_is_good(fixture: &Fixture) -> bool {
    let session = fixture.client.fetch_auth_session(plain()).await.unwrap();
    let SessionTokens::Available(tokens) = &session.tokens else { return false };
    let end = tokens.access_claims().expires_at.unwrap();
    assert!(end > portcullis::Clock::now(&*fixture.service.clock), "an expired token was called fresh");
    true
}

#[tokio::test]
async fn a_phone_whose_clock_is_behind_never_calls_an_expired_token_fresh_whatever_restarts() {
    for skew in [-600, -HOUR, -86_400, -10 * 365 * 86_400, 600, 86_400, 10 * 365 * 86_400] {
        let mut fixture = phone(skew);
        fixture.sign_in("ann").await;
        for hour in 0..24 {
            pass(&fixture, HOUR);
            fixture.restart();
            assert!(fetched_is_good(&fixture).await, "skew {skew}, hour {hour}");
        }
        assert!(refreshes(&fixture) <= 25, "skew {skew}: {}", refreshes(&fixture));
    }
}

#[tokio::test]
async fn a_clock_put_back_or_forward_while_running_changes_nothing() {
    for jump in [-5 * 365 * 86_400, -86_400, -HOUR, 86_400] {
        let fixture = phone(0);
        fixture.sign_in("ann").await;
        for _ in 0..6 {
            fixture.device.set_wall(jump);
            pass(&fixture, HOUR / 2);
            assert!(fetched_is_good(&fixture).await, "jump {jump}");
        }
        assert!(refreshes(&fixture) <= 4, "jump {jump}: {}", refreshes(&fixture));
    }
}

#[tokio::test]
async fn a_clock_put_back_between_two_starts_means_ask_the_service() {
    let mut fixture = phone(0);
    fixture.sign_in("ann").await;
    fixture.device.set_wall(-86_400);
    fixture.restart();
    fixture.service.then(vec![Reply::Unreachable; 3]);
    let session = fixture.client.fetch_auth_session(plain()).await.unwrap();
    assert!(matches!(session.tokens, SessionTokens::Stale(..)), "{session:?}");
    assert!(fetched_is_good(&fixture).await);
    assert_eq!(refreshes(&fixture), 4);
    assert!(fetched_is_good(&fixture).await);
    assert_eq!(refreshes(&fixture), 4);
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
            let fixture = Fixture::new();
            fixture.sign_in("ann").await;
            fixture.device.advance(2 * HOUR);
            let mut tokens = tokens_with(&fixture.service, "ann", &change);
            tokens["ExpiresIn"] = expires_in.clone();
            fixture.service.then([Reply::Answers(json!({ "AuthenticationResult": tokens }))]);
            for _ in 0..10 {
                assert!(
                    fixture.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok(),
                    "{what} {expires_in}"
                );
            }
            assert_eq!(refreshes(&fixture), 1, "{what} {expires_in}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_asked_for_again_within_the_smallest_grace() {
    for lost in 1..=2 {
        let fixture = Fixture::new();
        fixture.sign_in("ann").await;
        fixture.device.advance(HOUR - 60); // early renewal
        fixture.service.then(vec![Reply::LosesTheAnswer; lost]);
        let begun = tokio::time::Instant::now();
        let session = fixture.client.fetch_auth_session(plain()).await.unwrap();
        assert!(session.tokens().is_ok());
        assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
        assert_eq!(refreshes(&fixture), lost + 1);
    }
    // An answer that never comes is lost too.
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.device.advance(2 * HOUR);
    fixture.service.then([Reply::Waits]);
    let begun = tokio::time::Instant::now();
    assert!(fixture.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok());
    assert!(begun.elapsed() < Duration::from_secs(9), "{:?}", begun.elapsed());
    assert_eq!(refreshes(&fixture), 2);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_no_reason_to_wait_and_a_definite_one_is() {
    for (does, asks_again) in [
        (vec![Reply::LosesTheAnswer; 3], true),
        (vec![Reply::Refuses("InternalErrorException", "x")], false),
        (vec![Reply::Refuses("ForbiddenException", "Request not allowed due to WAF block.")], false),
    ] {
        let fixture = Fixture::new();
        fixture.sign_in("ann").await;
        fixture.device.advance(HOUR - 60);
        let asked = does.len();
        fixture.service.then(does);
        assert!(fixture.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok()); // they still work
        assert_eq!(refreshes(&fixture), asked);
        fixture.client.fetch_auth_session(plain()).await.unwrap();
        assert_eq!(refreshes(&fixture), asked + usize::from(asks_again));
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_that_comes_is_taken() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.device.advance(2 * HOUR);
    fixture.service.then([Reply::Waits, Reply::Waits]);
    let client = fixture.client.clone();
    let fetching = tokio::spawn(async move { client.fetch_auth_session(plain()).await.unwrap() });
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert_eq!(refreshes(&fixture), 2); // the second one may take all the time there is
    fixture.service.gate.add_permits(2);
    assert!(fetching.await.unwrap().tokens().is_ok());
}

/// Every call into a black hole ends before its own deadline.
#[tokio::test(start_paused = true)]
async fn every_call_ends_before_its_own_deadline() {
    for (timeout, stale) in [(1, false), (1, true), (30, false), (30, true)] {
        let limit = Duration::from_secs(timeout);
        for call in 0..12 {
            let fixture = Fixture::new();
            fixture.sign_in("ann").await;
            if stale {
                fixture.device.advance(2 * HOUR);
            }
            let client = fixture.client.with_timeout(limit);
            fixture.service.then(vec![Reply::Waits; 200]);
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
                    assert!(!result.is_complete && fixture.client.state() == AuthState::SignedOut);
                    assert!(begun.elapsed() <= Duration::from_secs(6), "sign-out: {:?}", begun.elapsed());
                }
            }
            assert!(begun.elapsed() <= limit, "call {call}, stale {stale}: {:?} of {limit:?}", begun.elapsed());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn pages_and_repetitions_share_the_deadline() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    // Endless pages, each after 400 ms.
    let page = json!({ "Devices": [], "PaginationToken": "more" });
    fixture.service.then(vec![Reply::AnswersAfter(Duration::from_millis(400), page); 500]);
    let begun = tokio::time::Instant::now();
    let error = fixture.client.with_timeout(Duration::from_secs(5)).fetch_devices().await.unwrap_err();
    assert_eq!(error.code(), "timeout");
    assert!(begun.elapsed() <= Duration::from_secs(5));
    assert!(fixture.service.count("ListDevices") <= 13);
}

#[tokio::test]
async fn a_store_that_hangs_is_waited_for_no_longer_than_the_call_may_take() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.store.be(StoreFault::Slow(Duration::from_secs(2)));
    let client = fixture.another_process().with_timeout(Duration::from_millis(300));
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
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.service.then(vec![Reply::Waits; 3]);
    let begun = tokio::time::Instant::now();
    let result = fixture.client.sign_out(SignOutOptions::new()).await;
    assert_eq!(result.revoke_token_error.unwrap().code, "timeout");
    assert!(begun.elapsed() <= Duration::from_millis(5_100), "{:?}", begun.elapsed());
    assert_eq!(fixture.records("account/"), Vec::<String>::new());
    let told = fixture.service.count("RevokeToken");
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert!(fixture.service.count("RevokeToken") > told);
}
