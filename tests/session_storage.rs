//! The store and the session: what stays on disk, what a store that fails, blocks or panics may cost, and what another
//! process that shares it sees.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;

use std::sync::Arc;
use std::time::Duration;

use portcullis::{
    AuthClient, AuthConfiguration, AuthEvent, AuthState, BoxFuture, ExistingSession, HttpRequest, HttpResponse,
    LockOutcome, MemoryStore, SecureStore, SessionTokens, SignOutOptions, StoreFailure, Stored, Transport,
    TransportError,
};
use scripted::short::{forced, only_left, plain, with_password};
use scripted::{Fixture, Reply, StoreFault};
use serde_json::json;

const HOUR: i64 = 3600;

#[tokio::test]
async fn a_sign_in_before_the_store_was_read_leaves_nothing_of_the_last_user() {
    let mut fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.restart();
    fixture.sign_in("bob").await;
    only_left(&fixture, &["bob"]).await;
    fixture.client.sign_out(SignOutOptions::new()).await;
    only_left(&fixture, &[]).await;
}

#[tokio::test]
async fn a_store_that_was_locked_at_the_start_holds_nothing_of_the_last_user_after_a_sign_in_or_sign_out() {
    for signs_out in [false, true] {
        let mut fixture = Fixture::new();
        fixture.sign_in("ann").await;
        fixture.restart();
        fixture.store.be(StoreFault::Locked);
        fixture.sign_in("cat").await;
        if signs_out {
            assert!(!fixture.client.sign_out(SignOutOptions::new()).await.is_complete);
        }
        fixture.store.be(StoreFault::Well);
        only_left(&fixture, if signs_out { &[] } else { &["cat"] }).await;
        let state = fixture.client.state();
        assert_eq!(matches!(state, AuthState::SignedIn { user } if user.username == "cat"), !signs_out);
        fixture.restart();
        let after =
            fixture.client.get_current_user().await.map(|user| user.username).map_err(|error| error.code().to_owned());
        assert_eq!(after, if signs_out { Err("not_signed_in".to_owned()) } else { Ok("cat".to_owned()) });
    }
}

#[tokio::test]
async fn a_record_that_cannot_be_read_goes_with_the_sign_in_or_sign_out_of_its_user() {
    let mut fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let key = "portcullis/eu-west-1_AbCdEfGh1/client/account/ann/session";
    fixture.store.inner.write(key, b"garbled").unwrap();
    fixture.restart();
    assert!(fixture.client.load().await.is_err());
    fixture.sign_in("bob").await;
    only_left(&fixture, &["bob"]).await;
}

#[tokio::test]
async fn a_cancelled_sign_in_is_not_signed_in_at_the_next_start() {
    // Cancelled at any moment while its record is written, and then the store refuses for a while.
    for milliseconds in 0..12 {
        let mut fixture = Fixture::new();
        fixture.sign_in("ann").await;
        fixture.store.be(StoreFault::Slow(Duration::from_millis(2)));
        let client = fixture.client.clone();
        let signing_in = tokio::spawn(async move { client.sign_in("cat", Some("p"), with_password()).await });
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        fixture.client.cancel_sign_in();
        fixture.store.be(StoreFault::Well);
        let signed_in = signing_in.await.unwrap().is_ok();
        let result = fixture.client.sign_out(SignOutOptions::new()).await;
        assert!(result.is_complete, "{result:?}");
        assert_eq!(
            fixture.records("account/"),
            Vec::<String>::new(),
            "after {milliseconds} ms, signed in: {signed_in}"
        );
        fixture.restart();
        assert_eq!(fixture.client.load().await.unwrap(), AuthState::SignedOut);
    }
}

#[tokio::test]
async fn a_sign_in_during_the_deletion_of_another_user_is_stored_after_all() {
    let mut fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.service.then([Reply::Waits]);
    let client = fixture.client.clone();
    let deleting = tokio::spawn(async move { client.delete_user().await });
    while fixture.service.count("DeleteUser") == 0 {
        tokio::task::yield_now().await;
    }
    fixture.store.be(StoreFault::ReadOnly);
    fixture.sign_in("bob").await;
    fixture.service.gate.add_permits(1);
    deleting.await.unwrap().unwrap();
    fixture.store.be(StoreFault::Well);
    only_left(&fixture, &["bob"]).await;
    while fixture.records("account/bob").is_empty() {
        fixture.client.get_current_user().await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    fixture.restart();
    assert_eq!(fixture.client.get_current_user().await.unwrap().username, "bob");
}

#[tokio::test]
async fn a_damaged_record_stops_no_running_session() {
    for record in ["account/ann/session", "accounts"] {
        let mut fixture = Fixture::rotating();
        fixture.sign_in("ann").await;
        let events = fixture.client.events();
        let key = format!("portcullis/eu-west-1_AbCdEfGh1/client/{record}");
        fixture.store.inner.write(&key, b"garbled").unwrap();
        fixture.device.advance(2 * HOUR);
        assert!(fixture.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok(), "{record}");
        let aside = fixture.store.inner.read(&format!("{key}/quarantine")).unwrap();
        assert_eq!(aside, Stored::Found(b"garbled".to_vec()), "{record}");
        assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
        let told = events.next().await;
        assert!(
            matches!(&told, Some(AuthEvent::StorageFailed { error }) if error.code == "storage_corrupt"),
            "{told:?}"
        );
        fixture.restart();
        assert_eq!(fixture.client.get_current_user().await.unwrap().username, "ann", "{record}");
        assert!(fixture.client.fetch_auth_session(forced()).await.unwrap().tokens().is_ok(), "{record}");
    }
}

#[tokio::test]
async fn an_unreadable_device_record_makes_no_verdict_of_a_refusal() {
    for fault in [StoreFault::Locked, StoreFault::Failing] {
        let fixture = Fixture::new();
        let mut tokens = scripted::tokens_with(&fixture.service, "ann", &|_: &mut serde_json::Value| {});
        tokens["RefreshToken"] = "ann#1".into();
        tokens["NewDeviceMetadata"] = json!({ "DeviceKey": "eu-west-1_device", "DeviceGroupKey": "group" });
        fixture.service.then([
            Reply::Answers(json!({ "AuthenticationResult": tokens })),
            Reply::Refuses("ForbiddenException", "Request not allowed due to WAF block."), // ConfirmDevice
            Reply::Refuses("NotAuthorizedException", "Invalid Refresh Token"),
        ]);
        fixture.client.sign_in("ann", Some("password"), with_password()).await.unwrap();
        fixture.store.only("device/", fault);
        let session = fixture.client.fetch_auth_session(forced()).await.unwrap();
        assert!(session.is_signed_in, "{session:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_firewalls_word_on_a_device_is_no_verdict() {
    let mut fixture = Fixture::new();
    let mut tokens = scripted::tokens_with(&fixture.service, "ann", &|_: &mut serde_json::Value| {});
    tokens["RefreshToken"] = "ann#1".into();
    tokens["NewDeviceMetadata"] = json!({ "DeviceKey": "eu-west-1_device", "DeviceGroupKey": "group" });
    fixture.service.then([
        Reply::Answers(json!({ "AuthenticationResult": tokens })),
        Reply::Refuses("ForbiddenException", "Request not allowed due to WAF block."),
    ]);
    fixture.client.sign_in("ann", Some("password"), with_password()).await.unwrap();
    assert_eq!(fixture.records("device/"), ["device/ann"]);
    tokio::time::sleep(Duration::from_secs(5)).await; // tried again in the background
    assert_eq!(fixture.service.count("ConfirmDevice"), 2);
    fixture.restart();
    assert!(fixture.client.fetch_auth_session(forced()).await.unwrap().tokens().is_ok());
}

#[tokio::test]
async fn a_process_sees_what_another_did_at_its_next_call() {
    let fixture = Fixture::new();
    let other = fixture.another_process();
    assert_eq!(other.load().await.unwrap(), AuthState::SignedOut);
    let name = |client: &AuthClient| client.state().user().map(|user| user.username.clone());
    // A sign-in.
    fixture.sign_in("ann").await;
    assert_eq!(other.get_current_user().await.unwrap().username, "ann");
    // Of another user, and back.
    fixture.client.sign_in("bob", Some("p"), with_password().existing_session(ExistingSession::Keep)).await.unwrap();
    assert_eq!(other.get_current_user().await.unwrap().username, "bob");
    let accounts: Vec<_> = other.accounts().into_iter().map(|user| user.username).collect();
    assert_eq!(accounts, ["bob", "ann"]);
    let ann = other.accounts().remove(1);
    other.switch_account(&ann).await.unwrap();
    assert_eq!(fixture.client.load().await.unwrap().user().unwrap().username, "ann");
    // A fresh session is answered from memory for a second, and not for longer.
    fixture.client.sign_out(SignOutOptions::new()).await;
    fixture.device.advance(2);
    let session = other.fetch_auth_session(plain()).await.unwrap();
    assert_eq!((session.tokens().unwrap_err().code(), name(&other)), ("not_signed_in", None));
    // A verdict at its next refresh, without asking the service again.
    fixture.sign_in("cat").await;
    other.load().await.unwrap();
    fixture.service.then([Reply::Refuses("NotAuthorizedException", "User is disabled.")]);
    fixture.client.fetch_auth_session(forced()).await.unwrap();
    let asked = fixture.service.count("GetTokensFromRefreshToken");
    assert!(!other.fetch_auth_session(forced()).await.unwrap().is_signed_in);
    assert_eq!(other.get_current_user().await.unwrap_err().code(), "session_expired");
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), asked);
}

#[tokio::test]
async fn a_sign_out_in_one_process_is_not_undone_by_a_refresh_in_another() {
    for lockless in [false, true] {
        let fixture = Fixture::rotating();
        fixture.store.is_lockless.store(lockless, std::sync::atomic::Ordering::SeqCst);
        fixture.sign_in("ann").await;
        let other = fixture.another_process();
        other.load().await.unwrap();
        fixture.service.then([Reply::Waits]);
        let refreshing = other.clone();
        let fetching = tokio::spawn(async move { refreshing.fetch_auth_session(forced()).await.unwrap() });
        while fixture.service.count("GetTokensFromRefreshToken") == 0 {
            tokio::task::yield_now().await;
        }
        // It does not wait for the other's network for ever.
        let begun = tokio::time::Instant::now();
        assert!(fixture.client.sign_out(SignOutOptions::new()).await.is_complete);
        assert!(begun.elapsed() < Duration::from_secs(4));
        fixture.service.gate.add_permits(1);
        assert_eq!(fetching.await.unwrap().tokens().unwrap_err().code(), "not_signed_in");
        assert_eq!((fixture.records("account/"), other.state()), (Vec::new(), AuthState::SignedOut));
        let revoked = fixture.service.count("RevokeToken");
        assert!(revoked >= 1, "{revoked}");
    }
}

#[tokio::test]
async fn who_does_not_get_the_lock_spends_no_token() {
    let fixture = Fixture::rotating();
    fixture.sign_in("ann").await;
    let lease = Duration::from_secs(60);
    let name = "portcullis/eu-west-1_AbCdEfGh1/client";
    assert_eq!(fixture.store.inner.try_lock(name, "somebody else", lease), Ok(LockOutcome::Held));
    let client = fixture.client.with_timeout(Duration::from_millis(500));
    let session = client.fetch_auth_session(forced()).await.unwrap();
    assert!(matches!(&session.tokens, SessionTokens::Stale(..)), "{session:?}");
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 0);
    fixture.store.inner.unlock(name, "somebody else").unwrap();
    assert!(fixture.client.fetch_auth_session(forced()).await.unwrap().tokens().is_ok());
}

#[tokio::test]
async fn a_global_sign_out_waits_for_the_refresh_on_its_way_and_spends_no_token_twice() {
    let fixture = Fixture::rotating();
    fixture.sign_in("ann").await;
    fixture.device.advance(2 * HOUR);
    fixture.service.then([Reply::Waits]);
    let client = fixture.client.clone();
    let fetching = tokio::spawn(async move { client.fetch_auth_session(plain()).await.unwrap() });
    while fixture.service.count("GetTokensFromRefreshToken") == 0 {
        tokio::task::yield_now().await;
    }
    let client = fixture.client.clone();
    let signing_out = tokio::spawn(async move { client.sign_out(SignOutOptions::new().global(true)).await });
    while fixture.client.state() != AuthState::SignedOut {
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_millis(20)).await;
    fixture.service.gate.add_permits(1);
    let result = signing_out.await.unwrap();
    assert!(result.is_complete, "{result:?}");
    assert!(fetching.await.unwrap().tokens().is_err());
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 1);
    assert_eq!(fixture.service.count("GlobalSignOut"), 1);
}

#[tokio::test]
async fn tokens_that_ran_out_without_a_refresh_token_end_the_session() {
    let mut fixture = Fixture::new();
    let tokens = scripted::tokens_with(&fixture.service, "ann", &|_: &mut serde_json::Value| {});
    fixture.service.then([Reply::Answers(json!({ "AuthenticationResult": tokens }))]);
    fixture.client.sign_in("ann", Some("password"), with_password()).await.unwrap();
    // As long as they work, nothing ends.
    fixture.device.advance(HOUR - 10);
    assert!(fixture.client.fetch_auth_session(plain()).await.unwrap().tokens().is_ok());
    assert!(matches!(fixture.client.state(), AuthState::SignedIn { .. }));
    fixture.device.advance(20);
    assert!(!fixture.client.fetch_auth_session(plain()).await.unwrap().is_signed_in);
    assert!(matches!(fixture.client.state(), AuthState::SessionExpired { .. }));
    fixture.restart();
    assert_eq!(fixture.client.get_current_user().await.unwrap_err().code(), "session_expired");
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 0);
}

/// Panics at the operation of that name.
#[derive(Debug)]
struct Panics(scripted::Wire, &'static str);

impl Transport for Panics {
    fn send<'a>(&'a self, request: HttpRequest) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        let (_, target) = request.headers.iter().find(|(name, _)| *name == "x-amz-target").unwrap();
        assert!(!target.ends_with(self.1), "the transport panics");
        self.0.send(request)
    }
}

fn panicking(fixture: &Fixture, operation: &'static str) -> AuthClient {
    let configuration = AuthConfiguration::builder("eu-west-1_AbCdEfGh1", "client").build().unwrap();
    let builder = AuthClient::builder(configuration).store(fixture.store.clone()).clock(fixture.device.clone());
    builder.transport(Arc::new(Panics(scripted::Wire(fixture.service.clone()), operation))).build()
}

#[tokio::test]
async fn a_transport_that_panics_leaves_no_call_stuck_and_is_reported_as_what_it_is() {
    let fixture = Fixture::new();
    let client = panicking(&fixture, "RevokeToken");
    client.sign_in("ann", Some("password"), with_password()).await.unwrap();
    let result = client.sign_out(SignOutOptions::new()).await;
    assert_eq!(result.revoke_token_error.map(|error| error.code).as_deref(), Some("internal"));
    assert_eq!((result.storage_error, client.state()), (None, AuthState::SignedOut));

    let client = panicking(&fixture, "GetTokensFromRefreshToken");
    client.sign_in("ann", Some("password"), with_password()).await.unwrap();
    for _ in 0..3 {
        let session = client.fetch_auth_session(forced()).await.unwrap();
        assert!(matches!(session.tokens, SessionTokens::Stale(_, error) if error.code() == "internal"));
    }
    // The store's lock was given back.
    let other = fixture.another_process();
    assert!(other.fetch_auth_session(forced()).await.unwrap().tokens().is_ok());
}

/// A store whose writes panic.
#[derive(Debug, Default)]
struct PanicsAtWrites(MemoryStore);

impl SecureStore for PanicsAtWrites {
    fn read(&self, key: &str) -> Result<Stored, StoreFailure> {
        self.0.read(key)
    }

    fn write(&self, _key: &str, _bytes: &[u8]) -> Result<(), StoreFailure> {
        panic!("the store panics")
    }

    fn remove(&self, key: &str) -> Result<(), StoreFailure> {
        self.0.remove(key)
    }

    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreFailure> {
        self.0.keys(prefix)
    }
}

#[tokio::test]
async fn a_store_that_panics_is_a_store_that_failed() {
    let fixture = Fixture::new();
    let configuration = AuthConfiguration::builder("eu-west-1_AbCdEfGh1", "client").build().unwrap();
    let builder = AuthClient::builder(configuration).store(Arc::new(PanicsAtWrites::default()));
    let builder = builder.clock(fixture.device.clone());
    let client = builder.transport(Arc::new(scripted::Wire(fixture.service.clone()))).build();
    let events = client.events();
    client.sign_in("ann", Some("password"), with_password()).await.unwrap();
    assert!(client.fetch_auth_session(forced()).await.unwrap().tokens().is_ok());
    assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
    let told = events.next().await;
    assert!(matches!(&told, Some(AuthEvent::StorageFailed { error }) if error.text.contains("panicked")), "{told:?}");
    let result = client.sign_out(SignOutOptions::new()).await;
    assert_eq!((result.storage_error.map(|error| error.code), client.state()), (None, AuthState::SignedOut));
}
