//! One refresh for all who ask, whoever gives up waiting.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use portcullis::{
    AuthEvent, FetchSessionOptions, RefreshMetadataProvider, RefreshMetadataUnavailable, SecureStore as _,
    SessionTokens, Stored,
};
use scripted::{Fixture, Reply, StoreFault, tokens_with};
use serde_json::json;

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
async fn tokens_that_are_over_when_they_can_be_given_are_asked_for_once_more_and_no_oftener() {
    let fixture = Fixture::rotating();
    fixture.sign_in("ann").await;
    fixture.device.advance(7200);
    let live_for_five_seconds = |claims: &mut serde_json::Value| {
        claims["exp"] = (claims["iat"].as_u64().unwrap() + 5).into();
    };
    for number in 2..20 {
        let mut tokens = tokens_with(&fixture.service, "ann", &live_for_five_seconds);
        tokens["RefreshToken"] = format!("ann#{number}").into();
        fixture.service.then([Reply::Answers(serde_json::json!({ "AuthenticationResult": tokens }))]);
    }
    fixture.store.be(StoreFault::Slow(Duration::from_millis(20)));
    let device = fixture.device.clone();
    let time = tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(2)).await;
            device.advance(1);
        }
    });
    let session = fixture.client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap();
    time.abort();
    assert!(session.tokens().is_ok(), "{session:?}");
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 2);
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

#[tokio::test]
async fn tokens_that_do_not_last_as_long_as_needed_are_renewed_first() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let minutes = |minutes: u64| FetchSessionOptions::new().minimum_validity(Duration::from_secs(minutes * 60));
    let renewals = || fixture.service.count("GetTokensFromRefreshToken");
    let fetched = async |options| fixture.client.fetch_auth_session(options).await.unwrap();

    // They live for an hour.
    fixture.device.advance(40 * 60);
    assert!(fetched(minutes(15)).await.tokens().is_ok());
    assert!(fetched(minutes(0)).await.tokens().is_ok());
    assert!(fetched(FetchSessionOptions::new()).await.tokens().is_ok());
    assert_eq!(renewals(), 0);
    assert!(fixture.client.cached_auth_session(&minutes(15)).is_some());
    assert!(fixture.client.cached_auth_session(&minutes(30)).is_none());
    assert!(fetched(minutes(30)).await.tokens().is_ok());
    assert_eq!(renewals(), 1);

    // What nobody can have costs one request at most every twelve minutes.
    for _ in 0..5 {
        fixture.device.advance(2 * 60);
        assert!(fetched(minutes(24 * 60)).await.tokens().is_ok());
    }
    assert_eq!(renewals(), 1);
    fixture.device.advance(2 * 60);
    assert!(fetched(FetchSessionOptions::new().minimum_validity(Duration::MAX)).await.tokens().is_ok());
    assert_eq!(renewals(), 2);
}

#[tokio::test]
async fn tokens_that_could_not_be_renewed_for_as_long_as_needed_come_with_the_reason() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.device.advance(50 * 60);
    let minutes = |minutes: u64| FetchSessionOptions::new().minimum_validity(Duration::from_secs(minutes * 60));
    // Definite, so that the next early renewal would wait a while: not one that somebody insists on.
    for _ in 0..2 {
        fixture.service.then([
            Reply::Refuses("TooManyRequestsException", "slowly"),
            Reply::Refuses("X", ""),
            Reply::Refuses("X", ""),
        ]);
        let session = fixture.client.fetch_auth_session(minutes(20)).await.unwrap();
        assert!(matches!(&session.tokens, SessionTokens::Stale(..)), "{session:?}");
        assert!(session.is_signed_in);
        fixture.service.script.lock().unwrap().clear();
        // They work for whom they last long enough.
        assert!(fixture.client.fetch_auth_session(minutes(5)).await.unwrap().tokens().is_ok());
    }
    assert!(fixture.client.fetch_auth_session(minutes(20)).await.unwrap().tokens().is_ok());
}

/// An app's provider of metadata that is well, fails, panics or hangs.
#[derive(Debug)]
enum Provider {
    Well,
    Failing,
    Panicking,
    Hanging(std::sync::Mutex<std::sync::mpsc::Receiver<()>>),
}

impl RefreshMetadataProvider for Provider {
    fn client_metadata(&self) -> Result<HashMap<String, String>, RefreshMetadataUnavailable> {
        match self {
            Self::Well => {
                Ok([("tenant", "provided"), ("why", "provided")].map(|(k, v)| (k.to_owned(), v.to_owned())).into())
            }
            Self::Failing => Err(RefreshMetadataUnavailable),
            Self::Panicking => panic!("an app's fault"),
            Self::Hanging(gate) => {
                let _ = gate.lock().unwrap().recv();
                Ok(HashMap::new())
            }
        }
    }
}

fn metadata_of_refreshes(fixture: &Fixture) -> Vec<serde_json::Value> {
    let requests = fixture.service.requests.lock().unwrap();
    let refreshes = requests.iter().filter(|(name, _)| name == "GetTokensFromRefreshToken");
    refreshes.map(|(_, body)| body["ClientMetadata"].clone()).collect()
}

#[tokio::test]
async fn a_refresh_that_nobody_gave_metadata_for_has_the_providers() {
    let fixture = Fixture::with_configuration(|builder| {
        builder.client_metadata([("tenant".to_owned(), "configured".to_owned()), ("app".to_owned(), "x".to_owned())])
    });
    fixture.sign_in("ann").await;
    fixture.client.set_refresh_metadata_provider(Some(Arc::new(Provider::Well)));
    // A call that has no options for it renews the tokens.
    fixture.device.advance(7200);
    let _ = fixture.client.fetch_user_attributes().await;
    let forced = || FetchSessionOptions::new().force_refresh(true);
    fixture.client.fetch_auth_session(forced().client_metadata("why", "called")).await.unwrap();
    fixture.client.set_refresh_metadata_provider(None);
    fixture.client.fetch_auth_session(forced()).await.unwrap();
    let expected = [
        json!({ "app": "x", "tenant": "provided", "why": "provided" }),
        json!({ "app": "x", "tenant": "provided", "why": "called" }),
        json!({ "app": "x", "tenant": "configured" }),
    ];
    assert_eq!(metadata_of_refreshes(&fixture), expected);
}

#[tokio::test]
async fn a_provider_of_metadata_that_fails_panics_or_hangs_keeps_no_session() {
    let (gate, gated) = std::sync::mpsc::channel();
    for provider in [Provider::Failing, Provider::Panicking, Provider::Hanging(gated.into())] {
        let fixture = Fixture::new();
        fixture.sign_in("ann").await;
        let told = format!("{provider:?}");
        fixture.client.set_refresh_metadata_provider(Some(Arc::new(provider)));
        for _ in 0..2 {
            let forced = FetchSessionOptions::new().force_refresh(true);
            let fetched =
                tokio::time::timeout(Duration::from_secs(15), fixture.client.fetch_auth_session(forced)).await;
            assert!(fetched.expect("a hanging provider is given up").unwrap().tokens().is_ok(), "{told}");
        }
        assert_eq!(metadata_of_refreshes(&fixture), [json!(null), json!(null)], "{told}");
    }
    drop(gate); // what hung goes on
}
