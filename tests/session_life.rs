//! What a session survives, and the few things that end it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;

use std::time::Duration;

use portcullis::{AuthEvent, AuthState, FetchSessionOptions, SessionTokens, SignOutOptions, UnknownReason};
use scripted::{Fixture, Reply, StoreFault};

const HOUR: i64 = 3600;

fn plain() -> FetchSessionOptions {
    FetchSessionOptions::new()
}

fn is_signed_in(fixture: &Fixture, name: &str) -> bool {
    matches!(fixture.client.state(), AuthState::SignedIn { user } if user.username == name)
}

#[tokio::test]
async fn a_restart_finds_the_session_again() {
    let mut fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.restart();
    assert_eq!(fixture.client.state(), AuthState::Unknown { reason: UnknownReason::NotLoaded });
    assert_eq!(fixture.client.get_current_user().await.unwrap().username, "ann");
    assert!(is_signed_in(&fixture, "ann"));
    assert!(fixture.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok());
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 0);
}

#[tokio::test]
async fn tokens_are_renewed_before_they_expire_and_not_earlier() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let first = fixture.client.fetch_auth_session(plain()).await.unwrap();
    fixture.device.advance(HOUR - 121);
    let still = fixture.client.fetch_auth_session(plain()).await.unwrap();
    assert_eq!(first.tokens().unwrap().access_token(), still.tokens().unwrap().access_token());
    fixture.device.advance(2);
    let renewed = fixture.client.fetch_auth_session(plain()).await.unwrap();
    assert_ne!(first.tokens().unwrap().access_token(), renewed.tokens().unwrap().access_token());
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 1);
    let forced = fixture.client.fetch_auth_session(plain().force_refresh(true)).await.unwrap();
    assert_ne!(forced.tokens().unwrap().access_token(), renewed.tokens().unwrap().access_token());
}

#[tokio::test(start_paused = true)]
async fn offline_keeps_the_session_and_gives_the_stale_tokens_with_the_reason() {
    let mut fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.device.advance(2 * HOUR);
    fixture.restart();
    for (does, code) in [
        (vec![Reply::Unreachable; 3], "network"),
        (vec![Reply::AnswersHtml; 3], "bad_response"),
        (vec![Reply::LosesTheAnswer; 3], "network"),
        (vec![Reply::Refuses("InternalErrorException", "x")], "service_unavailable"),
        (vec![Reply::Refuses("TooManyRequestsException", "x"); 3], "throttled"),
        (
            vec![Reply::Refuses("NotAuthorizedException", "Unable to verify secret hash for client c")],
            "client_secret_mismatch",
        ),
    ] {
        fixture.service.then(does);
        let session = fixture.client.fetch_auth_session(plain()).await.unwrap();
        assert!(session.is_signed_in);
        match &session.tokens {
            SessionTokens::Stale(tokens, error) => {
                assert_eq!(error.code(), code);
                assert!(!tokens.access_token().is_empty());
            }
            other => panic!("{other:?}"),
        }
        assert!(is_signed_in(&fixture, "ann"));
    }
    assert!(fixture.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok());
    assert!(fixture.store.removed.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_verdict_ends_the_session_once_and_a_new_sign_in_needs_no_sign_out() {
    let mut fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let events = fixture.client.events();
    fixture.service.then([Reply::Refuses("NotAuthorizedException", "Refresh Token has been revoked")]);
    let session = fixture.client.fetch_auth_session(plain().force_refresh(true)).await.unwrap();
    assert!(!session.is_signed_in);
    let error = session.tokens().unwrap_err();
    assert_eq!((error.code(), error.info().reason.as_deref()), ("session_expired", Some("session_expired")));
    assert_eq!(error.info().request_id.as_deref(), Some("request-1"));
    assert!(matches!(fixture.client.state(), AuthState::SessionExpired { user, .. } if user.username == "ann"));
    assert_eq!(fixture.client.get_current_user().await.unwrap_err().code(), "session_expired");
    // It stays so, without the network, and after a restart.
    fixture.client.fetch_auth_session(plain()).await.unwrap();
    fixture.restart();
    fixture.client.load().await.unwrap();
    assert!(matches!(fixture.client.state(), AuthState::SessionExpired { .. }));
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 1);
    assert!(matches!(events.next().await, Some(AuthEvent::Configured { state: AuthState::SignedIn { .. } })));
    match events.next().await {
        Some(AuthEvent::SessionExpired { user, error }) => {
            assert_eq!((user.username.as_str(), error.code.as_str()), ("ann", "session_expired"))
        }
        other => panic!("{other:?}"),
    }
    fixture.sign_in("ann").await;
    assert!(is_signed_in(&fixture, "ann"));
}

#[tokio::test]
async fn a_locked_store_is_not_a_signed_out_user() {
    let mut fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let token = fixture.client.fetch_auth_session(plain()).await.unwrap().tokens().unwrap().access_token().to_owned();
    fixture.restart();
    let events = fixture.client.events();
    fixture.store.be(StoreFault::Locked);
    for _ in 0..3 {
        assert_eq!(fixture.client.fetch_auth_session(plain()).await.unwrap_err().code(), "storage_locked");
        assert_eq!(fixture.client.get_current_user().await.unwrap_err().code(), "storage_locked");
        assert_eq!(fixture.client.state(), AuthState::Unknown { reason: UnknownReason::StorageLocked });
    }
    fixture.store.be(StoreFault::Well);
    let session = fixture.client.fetch_auth_session(plain()).await.unwrap();
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
    let mut fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let key = "portcullis/eu-west-1_AbCdEfGh1/client/account/ann/session";
    fixture.store.inner.write(key, b"{\"format\": 7}").unwrap();
    fixture.restart();
    assert_eq!(fixture.client.fetch_auth_session(plain()).await.unwrap_err().code(), "storage_corrupt");
    assert_eq!(fixture.client.state(), AuthState::Unknown { reason: UnknownReason::StorageCorrupt });
    fixture.sign_in("ann").await;
    assert!(is_signed_in(&fixture, "ann"));
    let aside = fixture.store.inner.read(&format!("{key}/quarantine")).unwrap();
    assert_eq!(aside, Stored::Found(b"{\"format\": 7}".to_vec()));
}

#[tokio::test]
async fn tokens_that_cannot_be_stored_are_kept_and_stored_later() {
    let mut fixture = Fixture::rotating();
    fixture.sign_in("ann").await;
    fixture.store.be(StoreFault::ReadOnly);
    let events = fixture.client.events();
    let session = fixture.client.fetch_auth_session(plain().force_refresh(true)).await.unwrap();
    let newest = session.tokens().unwrap().access_token().to_owned();
    assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
    assert!(matches!(events.next().await, Some(AuthEvent::StorageFailed { .. })));
    fixture.store.be(StoreFault::Well);
    let writes = fixture.store.writes.load(std::sync::atomic::Ordering::SeqCst);
    // Nothing but fetching, which the cache answers, is needed for it.
    while fixture.store.writes.load(std::sync::atomic::Ordering::SeqCst) == writes {
        fixture.client.fetch_auth_session(plain()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    fixture.restart();
    let session = fixture.client.fetch_auth_session(plain()).await.unwrap();
    assert_eq!(session.tokens().unwrap().access_token(), newest);
    assert!(fixture.client.fetch_auth_session(plain().force_refresh(true)).await.unwrap().tokens().is_ok());
}

#[tokio::test]
async fn a_store_that_cannot_be_read_now_spends_no_refresh_token() {
    let fixture = Fixture::rotating();
    fixture.sign_in("ann").await;
    fixture.store.be(StoreFault::Failing);
    let session = fixture.client.fetch_auth_session(plain().force_refresh(true)).await.unwrap();
    assert_eq!(session.tokens().unwrap_err().code(), "storage_failed");
    assert!(session.is_signed_in);
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 0);
}

#[tokio::test]
async fn a_phone_whose_clock_is_wrong_does_not_refresh_for_ever() {
    for skew in [-86_400, 86_400, 10 * 365 * 86_400] {
        let mut fixture = Fixture::new();
        fixture.device = scripted::ManualClock::new();
        fixture.device.advance(skew);
        fixture.restart();
        fixture.sign_in("ann").await;
        for _ in 0..5 {
            assert!(fixture.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok());
        }
        assert!(fixture.service.count("GetTokensFromRefreshToken") <= 1, "skew {skew}");
        fixture.device.advance(20 * 86_400);
        for _ in 0..5 {
            assert!(fixture.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok());
        }
        assert!(fixture.service.count("GetTokensFromRefreshToken") <= 2, "skew {skew}");
    }
}

#[tokio::test]
async fn sign_out_succeeds_whatever_fails_and_tells_what_did() {
    let mut fixture = Fixture::new();
    assert!(fixture.client.sign_out(SignOutOptions::new()).await.is_complete);

    fixture.sign_in("ann").await;
    assert!(fixture.client.sign_out(SignOutOptions::new()).await.is_complete);
    assert_eq!((fixture.service.count("RevokeToken"), fixture.client.state()), (1, AuthState::SignedOut));

    fixture.sign_in("ann").await;
    fixture.service.then(vec![
        Reply::Refuses("NotAuthorizedException", "Access Token has been revoked"),
        Reply::Refuses("InvalidParameterException", "x"),
    ]);
    let result = fixture.client.sign_out(SignOutOptions::new().global(true)).await;
    assert!(!result.is_complete);
    assert_eq!(result.global_sign_out_error.unwrap().code, "session_expired");
    assert_eq!(result.revoke_token_error.unwrap().code, "invalid_parameter");
    assert_eq!(fixture.client.state(), AuthState::SignedOut);

    fixture.sign_in("ann").await;
    fixture.store.be(StoreFault::Failing);
    let events = fixture.client.events();
    let result = fixture.client.sign_out(SignOutOptions::new()).await;
    assert_eq!(result.storage_error.unwrap().code, "storage_failed");
    assert_eq!(fixture.client.state(), AuthState::SignedOut);
    assert!(matches!(events.next().await, Some(AuthEvent::Configured { state: AuthState::SignedIn { .. } })));
    assert!(matches!(events.next().await, Some(AuthEvent::SignedOut { .. })));
    // The removal that the store refused is made good in the background, even after another user has signed in.
    fixture.store.be(StoreFault::ReadOnly);
    fixture.sign_in("bob").await;
    fixture.store.be(StoreFault::Well);
    while !portcullis::SecureStore::keys(&fixture.store.inner, "").unwrap().iter().all(|key| !key.contains("/ann")) {
        assert_eq!(fixture.client.get_current_user().await.unwrap().username, "bob");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    fixture.client.sign_out(SignOutOptions::new()).await;
    fixture.restart();
    assert_eq!(fixture.client.load().await.unwrap(), AuthState::SignedOut);
}

#[tokio::test]
async fn another_user_takes_over_without_a_sign_out() {
    let mut fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let events = fixture.client.events();
    fixture.sign_in("bob").await;
    fixture.restart();
    assert_eq!(fixture.client.get_current_user().await.unwrap().username, "bob");
    assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
    assert!(matches!(events.next().await, Some(AuthEvent::SignedIn { user }) if user.username == "bob"));
}

#[tokio::test]
async fn a_slow_store_delays_no_constructor_and_no_getter() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.store.be(StoreFault::Slow(Duration::from_millis(300)));
    let begun = tokio::time::Instant::now();
    let client = fixture.another_process();
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
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.store.be(StoreFault::SlowlyFailing(Duration::from_millis(200)));
    let client = fixture.another_process();
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
    fixture.store.be(StoreFault::Well);
    assert_eq!(client.get_current_user().await.unwrap().username, "ann");
}

#[tokio::test]
async fn who_asks_after_the_store_has_recovered_does_not_share_an_earlier_failure() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.store.be(StoreFault::SlowlyFailing(Duration::from_millis(300)));
    let client = fixture.another_process();
    let asked = client.clone();
    let earlier = tokio::spawn(async move { asked.get_current_user().await });
    tokio::time::sleep(Duration::from_millis(100)).await; // it is being read
    fixture.store.be(StoreFault::Well);
    assert_eq!(client.get_current_user().await.unwrap().username, "ann");
    assert_eq!(earlier.await.unwrap().unwrap_err().code(), "storage_failed");
}

#[tokio::test]
async fn a_closed_client_says_so_and_keeps_the_stored_session() {
    let mut fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let events = fixture.client.events();
    fixture.client.close();
    assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
    assert_eq!(events.next().await, None);
    let error = fixture.client.get_current_user().await.unwrap_err();
    assert!(matches!(error, portcullis::AuthError::InvalidState { .. }));
    assert_eq!(error.code(), "client_closed");
    assert!(fixture.client.fetch_auth_session(plain()).await.is_err());
    let late = fixture.client.events();
    assert!(matches!(late.next().await, Some(AuthEvent::Configured { .. })));
    assert_eq!(late.next().await, None);
    let closed = fixture.client.clone();
    fixture.restart();
    assert_eq!(fixture.client.get_current_user().await.unwrap().username, "ann");
    // Signing out works all the same.
    assert!(closed.sign_out(SignOutOptions::new()).await.is_complete);
    fixture.restart();
    assert_eq!(fixture.client.load().await.unwrap(), AuthState::SignedOut);
}

#[tokio::test]
async fn tokens_that_still_work_are_no_failure() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.device.advance(HOUR - 60); // within the margin, so they are renewed early
    fixture.service.then(vec![Reply::Refuses("InternalErrorException", "x")]);
    for _ in 0..5 {
        assert!(fixture.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok());
    }
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 1); // a failed network is left alone for a while
    fixture.device.advance(31);
    assert!(fixture.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok());
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 2);
    // Whoever insists on new ones is told that there are none.
    fixture.service.then(vec![Reply::Refuses("InternalErrorException", "x")]);
    let forced = fixture.client.fetch_auth_session(plain().force_refresh(true)).await.unwrap();
    assert!(matches!(forced.tokens, SessionTokens::Stale(_, error) if error.code() == "service_unavailable"));
}

#[tokio::test]
async fn signing_out_has_the_last_word_over_a_sign_in_on_its_way() {
    let mut fixture = Fixture::new();
    fixture.service.then([Reply::Waits]);
    let client = fixture.client.clone();
    let options = portcullis::SignInOptions::new().auth_flow(portcullis::AuthFlow::UserPassword);
    let signing_in = tokio::spawn(async move { client.sign_in("ann", Some("password"), options).await });
    while fixture.service.count("InitiateAuth") == 0 {
        tokio::task::yield_now().await;
    }
    fixture.client.sign_out(SignOutOptions::new()).await;
    fixture.service.gate.add_permits(1);
    assert_eq!(signing_in.await.unwrap().unwrap_err().code(), "cancelled");
    assert_eq!(fixture.client.state(), AuthState::SignedOut);
    fixture.restart();
    assert_eq!(fixture.client.load().await.unwrap(), AuthState::SignedOut);
}
