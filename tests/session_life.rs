//! What a session survives, and the few things that end it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;

use std::time::Duration;

use portcullis::{AuthEvent, AuthState, FetchSessionOptions, SessionTokens, SignOutOptions, UnknownReason};
use scripted::{Does, Mood, Stage};

const HOUR: i64 = 3600;

fn plain() -> FetchSessionOptions {
    FetchSessionOptions::new()
}

fn is_signed_in(stage: &Stage, name: &str) -> bool {
    matches!(stage.client.state(), AuthState::SignedIn { user } if user.username == name)
}

#[tokio::test]
async fn a_restart_finds_the_session_again() {
    let mut stage = Stage::new();
    stage.sign_in("ann").await;
    stage.restart();
    assert_eq!(stage.client.state(), AuthState::Unknown { reason: UnknownReason::NotLoaded });
    assert_eq!(stage.client.get_current_user().await.unwrap().username, "ann");
    assert!(is_signed_in(&stage, "ann"));
    assert!(stage.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok());
    assert_eq!(stage.service.count("GetTokensFromRefreshToken"), 0);
}

#[tokio::test]
async fn tokens_are_renewed_before_they_expire_and_not_earlier() {
    let stage = Stage::new();
    stage.sign_in("ann").await;
    let first = stage.client.fetch_auth_session(plain()).await.unwrap();
    stage.device.advance(HOUR - 121);
    let still = stage.client.fetch_auth_session(plain()).await.unwrap();
    assert_eq!(first.tokens().unwrap().access_token(), still.tokens().unwrap().access_token());
    stage.device.advance(2);
    let renewed = stage.client.fetch_auth_session(plain()).await.unwrap();
    assert_ne!(first.tokens().unwrap().access_token(), renewed.tokens().unwrap().access_token());
    assert_eq!(stage.service.count("GetTokensFromRefreshToken"), 1);
    let forced = stage.client.fetch_auth_session(plain().force_refresh(true)).await.unwrap();
    assert_ne!(forced.tokens().unwrap().access_token(), renewed.tokens().unwrap().access_token());
}

#[tokio::test(start_paused = true)]
async fn offline_keeps_the_session_and_gives_the_stale_tokens_with_the_reason() {
    let mut stage = Stage::new();
    stage.sign_in("ann").await;
    stage.device.advance(2 * HOUR);
    stage.restart();
    for (does, code) in [
        (vec![Does::Unreachable; 3], "network"),
        (vec![Does::AnswersHtml; 3], "bad_response"),
        (vec![Does::LosesTheAnswer; 3], "network"),
        (vec![Does::Refuses("InternalErrorException", "x")], "service_unavailable"),
        (vec![Does::Refuses("TooManyRequestsException", "x"); 3], "throttled"),
        (
            vec![Does::Refuses("NotAuthorizedException", "Unable to verify secret hash for client c")],
            "client_secret_mismatch",
        ),
    ] {
        stage.service.then(does);
        let session = stage.client.fetch_auth_session(plain()).await.unwrap();
        assert!(session.is_signed_in);
        match &session.tokens {
            SessionTokens::Stale(tokens, error) => {
                assert_eq!(error.code(), code);
                assert!(!tokens.access_token().is_empty());
            }
            other => panic!("{other:?}"),
        }
        assert!(is_signed_in(&stage, "ann"));
    }
    assert!(stage.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok());
    assert!(stage.store.removed.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_verdict_ends_the_session_once_and_a_new_sign_in_needs_no_sign_out() {
    let mut stage = Stage::new();
    stage.sign_in("ann").await;
    let events = stage.client.events();
    stage.service.then([Does::Refuses("NotAuthorizedException", "Refresh Token has been revoked")]);
    let session = stage.client.fetch_auth_session(plain().force_refresh(true)).await.unwrap();
    assert!(!session.is_signed_in);
    let error = session.tokens().unwrap_err();
    assert_eq!((error.code(), error.info().reason.as_deref()), ("session_expired", Some("session_expired")));
    assert_eq!(error.info().request_id.as_deref(), Some("request-1"));
    assert!(matches!(stage.client.state(), AuthState::SessionExpired { user, .. } if user.username == "ann"));
    assert_eq!(stage.client.get_current_user().await.unwrap_err().code(), "session_expired");
    // It stays so, without the network, and after a restart.
    stage.client.fetch_auth_session(plain()).await.unwrap();
    stage.restart();
    stage.client.load().await.unwrap();
    assert!(matches!(stage.client.state(), AuthState::SessionExpired { .. }));
    assert_eq!(stage.service.count("GetTokensFromRefreshToken"), 1);
    assert!(matches!(events.next().await, Some(AuthEvent::Configured { state: AuthState::SignedIn { .. } })));
    match events.next().await {
        Some(AuthEvent::SessionExpired { user, error }) => {
            assert_eq!((user.username.as_str(), error.code.as_str()), ("ann", "session_expired"))
        }
        other => panic!("{other:?}"),
    }
    stage.sign_in("ann").await;
    assert!(is_signed_in(&stage, "ann"));
}

#[tokio::test]
async fn a_locked_store_is_not_a_signed_out_user() {
    let mut stage = Stage::new();
    stage.sign_in("ann").await;
    let token = stage.client.fetch_auth_session(plain()).await.unwrap().tokens().unwrap().access_token().to_owned();
    stage.restart();
    let events = stage.client.events();
    stage.store.be(Mood::Locked);
    for _ in 0..3 {
        assert_eq!(stage.client.fetch_auth_session(plain()).await.unwrap_err().code(), "storage_locked");
        assert_eq!(stage.client.get_current_user().await.unwrap_err().code(), "storage_locked");
        assert_eq!(stage.client.state(), AuthState::Unknown { reason: UnknownReason::StorageLocked });
    }
    stage.store.be(Mood::Well);
    let session = stage.client.fetch_auth_session(plain()).await.unwrap();
    assert_eq!(session.tokens().unwrap().access_token(), token);
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(events.next().await.unwrap());
    }
    assert!(!seen.iter().any(|event| matches!(event, AuthEvent::SignedOut { .. })), "{seen:?}");
    assert!(matches!(&seen[2], AuthEvent::StateChanged { state: AuthState::SignedIn { .. } }));
}

#[tokio::test]
async fn an_unreadable_record_is_set_aside_and_a_sign_in_repairs_it() {
    use portcullis::{SecureStore as _, Stored};
    let mut stage = Stage::new();
    stage.sign_in("ann").await;
    let key = "portcullis/eu-west-1_AbCdEfGh1/client/account/ann/session";
    stage.store.inner.write(key, b"{\"format\": 7}").unwrap();
    stage.restart();
    assert_eq!(stage.client.fetch_auth_session(plain()).await.unwrap_err().code(), "storage_corrupt");
    assert_eq!(stage.client.state(), AuthState::Unknown { reason: UnknownReason::StorageCorrupt });
    stage.sign_in("ann").await;
    assert!(is_signed_in(&stage, "ann"));
    let aside = stage.store.inner.read(&format!("{key}/quarantine")).unwrap();
    assert_eq!(aside, Stored::Found(b"{\"format\": 7}".to_vec()));
}

#[tokio::test]
async fn tokens_that_cannot_be_stored_are_kept_and_stored_later() {
    let mut stage = Stage::rotating();
    stage.sign_in("ann").await;
    stage.store.be(Mood::ReadOnly);
    let events = stage.client.events();
    let session = stage.client.fetch_auth_session(plain().force_refresh(true)).await.unwrap();
    let newest = session.tokens().unwrap().access_token().to_owned();
    assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
    assert!(matches!(events.next().await, Some(AuthEvent::StorageFailed { .. })));
    stage.store.be(Mood::Well);
    let writes = stage.store.writes.load(std::sync::atomic::Ordering::SeqCst);
    // Nothing but fetching, which the cache answers, is needed for it.
    while stage.store.writes.load(std::sync::atomic::Ordering::SeqCst) == writes {
        stage.client.fetch_auth_session(plain()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stage.restart();
    let session = stage.client.fetch_auth_session(plain()).await.unwrap();
    assert_eq!(session.tokens().unwrap().access_token(), newest);
    assert!(stage.client.fetch_auth_session(plain().force_refresh(true)).await.unwrap().tokens().is_ok());
}

#[tokio::test]
async fn a_store_that_cannot_be_read_now_spends_no_refresh_token() {
    let stage = Stage::rotating();
    stage.sign_in("ann").await;
    stage.store.be(Mood::Failing);
    let session = stage.client.fetch_auth_session(plain().force_refresh(true)).await.unwrap();
    assert_eq!(session.tokens().unwrap_err().code(), "storage_failed");
    assert!(session.is_signed_in);
    assert_eq!(stage.service.count("GetTokensFromRefreshToken"), 0);
}

#[tokio::test]
async fn a_phone_whose_clock_is_wrong_does_not_refresh_for_ever() {
    for skew in [-86_400, 86_400, 10 * 365 * 86_400] {
        let mut stage = Stage::new();
        stage.device = scripted::Hand::new();
        stage.device.advance(skew);
        stage.restart();
        stage.sign_in("ann").await;
        for _ in 0..5 {
            assert!(stage.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok());
        }
        assert!(stage.service.count("GetTokensFromRefreshToken") <= 1, "skew {skew}");
        stage.device.advance(20 * 86_400);
        for _ in 0..5 {
            assert!(stage.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok());
        }
        assert!(stage.service.count("GetTokensFromRefreshToken") <= 2, "skew {skew}");
    }
}

#[tokio::test]
async fn sign_out_succeeds_whatever_fails_and_tells_what_did() {
    let mut stage = Stage::new();
    assert!(stage.client.sign_out(SignOutOptions::new()).await.is_complete);

    stage.sign_in("ann").await;
    assert!(stage.client.sign_out(SignOutOptions::new()).await.is_complete);
    assert_eq!((stage.service.count("RevokeToken"), stage.client.state()), (1, AuthState::SignedOut));

    stage.sign_in("ann").await;
    stage.service.then(vec![
        Does::Refuses("NotAuthorizedException", "Access Token has been revoked"),
        Does::Refuses("InvalidParameterException", "x"),
    ]);
    let result = stage.client.sign_out(SignOutOptions::new().global(true)).await;
    assert!(!result.is_complete);
    assert_eq!(result.global_sign_out_error.unwrap().code, "session_expired");
    assert_eq!(result.revoke_token_error.unwrap().code, "invalid_parameter");
    assert_eq!(stage.client.state(), AuthState::SignedOut);

    stage.sign_in("ann").await;
    stage.store.be(Mood::Failing);
    let events = stage.client.events();
    let result = stage.client.sign_out(SignOutOptions::new()).await;
    assert_eq!(result.storage_error.unwrap().code, "storage_failed");
    assert_eq!(stage.client.state(), AuthState::SignedOut);
    assert!(matches!(events.next().await, Some(AuthEvent::Configured { state: AuthState::SignedIn { .. } })));
    assert!(matches!(events.next().await, Some(AuthEvent::SignedOut { .. })));
    // The removal that the store refused is made good in the background, even after another user has signed in.
    stage.store.be(Mood::ReadOnly);
    stage.sign_in("bob").await;
    stage.store.be(Mood::Well);
    while !portcullis::SecureStore::keys(&stage.store.inner, "").unwrap().iter().all(|key| !key.contains("/ann")) {
        assert_eq!(stage.client.get_current_user().await.unwrap().username, "bob");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stage.client.sign_out(SignOutOptions::new()).await;
    stage.restart();
    assert_eq!(stage.client.load().await.unwrap(), AuthState::SignedOut);
}

#[tokio::test]
async fn another_user_takes_over_without_a_sign_out() {
    let mut stage = Stage::new();
    stage.sign_in("ann").await;
    let events = stage.client.events();
    stage.sign_in("bob").await;
    stage.restart();
    assert_eq!(stage.client.get_current_user().await.unwrap().username, "bob");
    assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
    assert!(matches!(events.next().await, Some(AuthEvent::SignedIn { user }) if user.username == "bob"));
}

#[tokio::test]
async fn a_slow_store_delays_no_constructor_and_no_getter() {
    let stage = Stage::new();
    stage.sign_in("ann").await;
    stage.store.be(Mood::Slow(Duration::from_millis(300)));
    let begun = tokio::time::Instant::now();
    let client = stage.another_process();
    let _ = (client.state(), client.pending_sign_in(), client.events());
    assert!(begun.elapsed() < Duration::from_millis(50));
    let calls = (0..50).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.get_current_user().await.unwrap() })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap().username, "ann");
    }
    // One read for all of them, that is two records.
    assert!(begun.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn those_who_wait_for_a_store_that_then_fails_share_the_failure() {
    let stage = Stage::new();
    stage.sign_in("ann").await;
    stage.store.be(Mood::SlowlyFailing(Duration::from_millis(200)));
    let client = stage.another_process();
    let begun = tokio::time::Instant::now();
    let calls: Vec<_> = (0..30)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.get_current_user().await.unwrap_err() })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().code(), "storage_failed");
    }
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    stage.store.be(Mood::Well);
    assert_eq!(client.get_current_user().await.unwrap().username, "ann");
}

#[tokio::test]
async fn a_closed_client_says_so_and_keeps_the_stored_session() {
    let mut stage = Stage::new();
    stage.sign_in("ann").await;
    let events = stage.client.events();
    stage.client.close();
    assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
    assert_eq!(events.next().await, None);
    let error = stage.client.get_current_user().await.unwrap_err();
    assert!(matches!(error, portcullis::AuthError::InvalidState { .. }));
    assert_eq!(error.code(), "client_closed");
    assert!(stage.client.fetch_auth_session(plain()).await.is_err());
    let late = stage.client.events();
    assert!(matches!(late.next().await, Some(AuthEvent::Configured { .. })));
    assert_eq!(late.next().await, None);
    let closed = stage.client.clone();
    stage.restart();
    assert_eq!(stage.client.get_current_user().await.unwrap().username, "ann");
    // Signing out works all the same.
    assert!(closed.sign_out(SignOutOptions::new()).await.is_complete);
    stage.restart();
    assert_eq!(stage.client.load().await.unwrap(), AuthState::SignedOut);
}

#[tokio::test]
async fn tokens_that_still_work_are_no_failure() {
    let stage = Stage::new();
    stage.sign_in("ann").await;
    stage.device.advance(HOUR - 60); // within the margin, so they are renewed early
    stage.service.then(vec![Does::Refuses("InternalErrorException", "x")]);
    for _ in 0..5 {
        assert!(stage.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok());
    }
    assert_eq!(stage.service.count("GetTokensFromRefreshToken"), 1); // a failed network is left alone for a while
    stage.device.advance(31);
    assert!(stage.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok());
    assert_eq!(stage.service.count("GetTokensFromRefreshToken"), 2);
    // Whoever insists on new ones is told that there are none.
    stage.service.then(vec![Does::Refuses("InternalErrorException", "x")]);
    let forced = stage.client.fetch_auth_session(plain().force_refresh(true)).await.unwrap();
    assert!(matches!(forced.tokens, SessionTokens::Stale(_, error) if error.code() == "service_unavailable"));
}

#[tokio::test]
async fn signing_out_has_the_last_word_over_a_sign_in_on_its_way() {
    let mut stage = Stage::new();
    stage.service.then([Does::Waits]);
    let client = stage.client.clone();
    let options = portcullis::SignInOptions::new().auth_flow(portcullis::AuthFlow::UserPassword);
    let signing_in = tokio::spawn(async move { client.sign_in("ann", Some("password"), options).await });
    while stage.service.count("InitiateAuth") == 0 {
        tokio::task::yield_now().await;
    }
    stage.client.sign_out(SignOutOptions::new()).await;
    stage.service.gate.add_permits(1);
    assert_eq!(signing_in.await.unwrap().unwrap_err().code(), "cancelled");
    assert_eq!(stage.client.state(), AuthState::SignedOut);
    stage.restart();
    assert_eq!(stage.client.load().await.unwrap(), AuthState::SignedOut);
}
