//! One refresh for all who ask, whoever gives up waiting.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;

use std::time::Duration;

use portcullis::{AuthEvent, FetchSessionOptions, SecureStore as _, SessionTokens, Stored};
use scripted::{Fixture, Reply, tokens_with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_callers_make_one_request() {
    let fixture = Fixture::rotating();
    fixture.sign_in("ann").await;
    fixture.device.advance(7200);
    fixture.service.then([Reply::Waits]);
    let calls: Vec<_> = (0..1000)
        .map(|_| {
            let client = fixture.client.clone();
            tokio::spawn(async move { client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap() })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await; // most of them wait by now; the rest will find it done
    fixture.service.gate.add_permits(1);
    let mut tokens = std::collections::HashSet::new();
    for call in calls {
        tokens.insert(call.await.unwrap().tokens().unwrap().access_token().to_owned());
    }
    assert_eq!((tokens.len(), fixture.service.count("GetTokensFromRefreshToken")), (1, 1));
}

#[tokio::test]
async fn a_caller_who_gives_up_cancels_nothing() {
    let mut fixture = Fixture::rotating();
    fixture.sign_in("ann").await;
    fixture.device.advance(7200);
    fixture.service.then([Reply::Waits]);
    let events = fixture.client.events();
    {
        let fetching = fixture.client.fetch_auth_session(FetchSessionOptions::new());
        assert!(tokio::time::timeout(Duration::from_millis(50), fetching).await.is_err());
    }
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 1);
    fixture.service.gate.add_permits(1);
    assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
    assert!(matches!(events.next().await, Some(AuthEvent::TokensRefreshed { .. })));
    // The rotated token was stored: a new process goes on with it.
    fixture.restart();
    let session = fixture.client.fetch_auth_session(FetchSessionOptions::new().force_refresh(true)).await.unwrap();
    assert!(session.tokens().is_ok());
}

#[tokio::test]
async fn all_who_wait_get_the_same_failure_and_the_next_one_tries_again() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.device.advance(7200);
    // A while, so that all of them wait for it.
    fixture.service.then([Reply::AnswersAfter(Duration::from_millis(500), serde_json::json!({}))]);
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let client = fixture.client.clone();
            tokio::spawn(async move { client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap() })
        })
        .collect();
    for call in calls {
        let session = call.await.unwrap();
        assert!(matches!(session.tokens, SessionTokens::Stale(_, error) if error.code() == "bad_response"));
    }
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 1);
    assert!(fixture.client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap().tokens().is_ok());
}

#[tokio::test]
async fn signing_out_during_a_refresh_leaves_nothing_behind() {
    let mut fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.service.then([Reply::Waits]);
    let client = fixture.client.clone();
    let fetching =
        tokio::spawn(async move { client.fetch_auth_session(FetchSessionOptions::new().force_refresh(true)).await });
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(fixture.client.sign_out(Default::default()).await.is_complete);
    fixture.service.gate.add_permits(1);
    let session = fetching.await.unwrap().unwrap();
    assert_eq!(session.tokens().unwrap_err().code(), "not_signed_in");
    fixture.restart();
    assert_eq!(fixture.client.get_current_user().await.unwrap_err().code(), "not_signed_in");
}

#[tokio::test]
async fn client_metadata_reaches_the_refresh() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let mut options = FetchSessionOptions::new().force_refresh(true);
    options.client_metadata.insert("why".to_owned(), "test".to_owned());
    fixture.client.fetch_auth_session(options).await.unwrap();
    let requests = fixture.service.requests.lock().unwrap();
    assert_eq!(requests.last().unwrap().1["ClientMetadata"]["why"], "test");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_never_both_spend_a_rotated_token() {
    for _ in 0..10 {
        let fixture = Fixture::rotating();
        fixture.sign_in("ann").await;
        let other = fixture.another_process();
        other.load().await.unwrap();
        fixture.device.advance(7200);
        fixture.service.then([Reply::Waits]);
        let winner = fixture.client.clone();
        let winning = tokio::spawn(async move { winner.fetch_auth_session(FetchSessionOptions::new()).await.unwrap() });
        while fixture.service.count("GetTokensFromRefreshToken") == 0 {
            tokio::task::yield_now().await;
        }
        let losing = tokio::spawn(async move { other.fetch_auth_session(FetchSessionOptions::new()).await.unwrap() });
        tokio::time::sleep(Duration::from_millis(30)).await; // it waits for the lock by now
        fixture.service.gate.add_permits(1);
        let (won, lost) = (winning.await.unwrap(), losing.await.unwrap());
        assert_eq!(won.tokens().unwrap().access_token(), lost.tokens().unwrap().access_token());
        assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_store_without_a_lock_two_processes_that_spend_the_same_token_both_go_on_within_the_grace() {
    for _ in 0..10 {
        let fixture = Fixture::rotating();
        fixture.store.is_lockless.store(true, std::sync::atomic::Ordering::SeqCst);
        fixture.sign_in("ann").await;
        let other = fixture.another_process();
        other.load().await.unwrap();
        // Both read the same token from the store; the answer of the one that wins is slow.
        fixture.service.then([Reply::Waits]);
        let winner = fixture.client.clone();
        let forced = || FetchSessionOptions::new().force_refresh(true);
        let winning = tokio::spawn(async move { winner.fetch_auth_session(forced()).await.unwrap() });
        while fixture.service.count("GetTokensFromRefreshToken") == 0 {
            tokio::task::yield_now().await;
        }
        fixture.service.then([Reply::Refuses("RefreshTokenReuseException", "used")]);
        let losing = tokio::spawn(async move { (other.fetch_auth_session(forced()).await.unwrap(), other) });
        while fixture.service.count("GetTokensFromRefreshToken") == 1 {
            tokio::task::yield_now().await;
        }
        fixture.service.gate.add_permits(1);
        assert!(winning.await.unwrap().tokens().is_ok());
        let (session, other) = losing.await.unwrap();
        assert!(session.tokens().is_ok(), "{session:?}");
        assert!(other.fetch_auth_session(forced()).await.unwrap().tokens().is_ok());
    }
}

#[tokio::test]
async fn tokens_that_are_over_when_they_arrive_are_not_asked_for_again_by_the_same_call() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.device.advance(7200);
    let arrive_expired = |claims: &mut serde_json::Value| {
        let now = claims["iat"].as_u64().unwrap();
        (claims["iat"], claims["exp"]) = ((now - 300).into(), now.into());
    };
    let mut tokens = tokens_with(&fixture.service, "ann", &arrive_expired);
    tokens["ExpiresIn"] = 300.into();
    let answer = serde_json::json!({ "AuthenticationResult": tokens });
    fixture.service.then(std::iter::repeat_n(Reply::Answers(answer), 20));
    let _ = fixture.client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap();
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 1);
}

#[tokio::test]
async fn a_forced_refresh_asks_although_another_process_has_just_renewed() {
    let fixture = Fixture::rotating();
    fixture.sign_in("ann").await;
    let other = fixture.another_process();
    let theirs = other.fetch_auth_session(FetchSessionOptions::new().force_refresh(true)).await.unwrap();
    let ours = fixture.client.fetch_auth_session(FetchSessionOptions::new().force_refresh(true)).await.unwrap();
    assert_ne!(theirs.tokens().unwrap().access_token(), ours.tokens().unwrap().access_token());
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 2);
}

/// As when a backup is restored under a running app.
#[tokio::test]
async fn a_store_that_is_set_back_does_not_take_newer_tokens_away() {
    let fixture = Fixture::rotating();
    fixture.sign_in("ann").await;
    let key = "portcullis/eu-west-1_AbCdEfGh1/client/account/ann/session";
    let Stored::Found(old) = fixture.store.inner.read(key).unwrap() else { panic!("nothing is stored") };
    let forced = || FetchSessionOptions::new().force_refresh(true);
    fixture.client.fetch_auth_session(forced()).await.unwrap();
    fixture.store.inner.write(key, &old).unwrap();
    let session = fixture.client.fetch_auth_session(forced()).await.unwrap();
    assert!(session.tokens().is_ok(), "{session:?}");
    let Stored::Found(new) = fixture.store.inner.read(key).unwrap() else { panic!("nothing is stored") };
    assert!(String::from_utf8(new).unwrap().contains("ann#3"), "the token that counts is stored");
}
