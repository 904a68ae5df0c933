//! What is stored late or comes late, from this process or another that shares the store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;

use std::time::Duration;

use portcullis::{
    AuthClient, AuthEvent, AuthState, EventStream, ExistingSession, FetchSessionOptions, SignInOptions, SignOutOptions,
};
use scripted::{Fixture, Reply, StoreFault, tokens_with};
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

async fn access_token(client: &AuthClient, options: FetchSessionOptions) -> String {
    client.fetch_auth_session(options).await.unwrap().tokens().unwrap().access_token().to_owned()
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

/// What was told until nothing more comes.
async fn told(events: &EventStream) -> Vec<AuthEvent> {
    let mut told = Vec::new();
    while let Ok(Some(event)) = tokio::time::timeout(Duration::from_millis(200), events.next()).await {
        told.push(event);
    }
    told
}

#[tokio::test]
async fn newer_tokens_of_another_process_come_with_the_switch_back_to_their_user() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let before = access_token(&fixture.client, plain()).await;
    let other = fixture.another_process();
    let newer = access_token(&other, forced()).await;
    let options = SignInOptions::new().auth_flow(portcullis::AuthFlow::UserPassword);
    other.sign_in("bob", Some("p"), options.existing_session(ExistingSession::Keep)).await.unwrap();
    let ann = other.accounts().remove(1);
    other.switch_account(&ann).await.unwrap();
    fixture.device.advance(2);
    let after = access_token(&fixture.client, plain()).await;
    assert_eq!(after, newer);
    assert_ne!(after, before);
}

#[tokio::test]
async fn a_sign_in_that_is_stored_late_is_renewed_like_any_other() {
    let mut fixture = Fixture::new();
    fixture.store.be(StoreFault::ReadOnly);
    fixture.sign_in("ann").await;
    fixture.store.be(StoreFault::Well);
    assert!(in_time(|| !fixture.records("account/").is_empty()).await);
    assert!(in_time(|| !fixture.records("accounts").is_empty()).await);
    let newest = access_token(&fixture.client, forced()).await;
    fixture.restart();
    assert_eq!(access_token(&fixture.client, plain()).await, newest);
}

#[tokio::test]
async fn a_sign_in_that_is_stored_together_with_its_first_renewal_is_stored_once() {
    let mut fixture = Fixture::new();
    fixture.store.be(StoreFault::ReadOnly);
    fixture.sign_in("ann").await;
    let events = fixture.client.events();
    fixture.service.then([Reply::Waits]);
    let client = fixture.client.clone();
    let renewing = tokio::spawn(async move { access_token(&client, forced()).await });
    assert!(in_time(|| refreshes(&fixture) == 1).await);
    // What was woken by the call has tried, and waits again.
    tokio::time::sleep(Duration::from_millis(100)).await;
    fixture.store.be(StoreFault::Well);
    fixture.service.gate.add_permits(1);
    renewing.await.unwrap();
    let newest = access_token(&fixture.client, forced()).await;
    fixture.restart();
    assert_eq!(access_token(&fixture.client, plain()).await, newest);
    // The store took it: nobody is told otherwise.
    let told = told(&events).await;
    assert!(told.iter().any(|event| matches!(event, AuthEvent::TokensRefreshed { .. })), "{told:?}");
    assert!(!told.iter().any(|event| matches!(event, AuthEvent::StorageFailed { .. })), "{told:?}");
}

#[tokio::test]
async fn tokens_that_are_stored_late_end_with_a_sign_out_in_another_process() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let other = fixture.another_process();
    other.load().await.unwrap();
    fixture.store.only("account/ann/session", StoreFault::ReadOnly);
    access_token(&fixture.client, forced()).await;
    // The list says so; the record itself cannot be removed yet.
    assert!(!other.sign_out(SignOutOptions::new()).await.is_complete);
    assert!(matches!(fixture.client.state(), AuthState::SignedIn { .. }));
    fixture.store.only("account/ann/session", StoreFault::Well);
    assert!(in_time(|| fixture.client.state() == AuthState::SignedOut).await, "{:?}", fixture.client.state());
    assert!(in_time(|| fixture.records("account/").is_empty()).await);
}

#[tokio::test(start_paused = true)]
async fn a_call_has_the_store_tried_again_at_once() {
    let fixture = Fixture::new();
    fixture.store.be(StoreFault::ReadOnly);
    fixture.sign_in("ann").await;
    // By now the waits are long.
    tokio::time::sleep(Duration::from_secs(600)).await;
    fixture.store.be(StoreFault::Well);
    let begun = tokio::time::Instant::now();
    fixture.client.get_current_user().await.unwrap();
    assert!(in_time(|| !fixture.records("accounts").is_empty()).await);
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_store_that_fails_for_the_second_time_is_tried_again_too() {
    let fixture = Fixture::new();
    for user in ["ann", "bob"] {
        fixture.store.be(StoreFault::ReadOnly);
        fixture.sign_in(user).await;
        fixture.store.be(StoreFault::Well);
        let key = [format!("account/{user}/session")];
        assert!(in_time(|| fixture.records("account/") == key).await, "{user}: {:?}", fixture.records(""));
    }
}

#[tokio::test]
async fn a_session_that_ended_here_goes_on_when_another_process_won_the_race_for_its_token() {
    let fixture = Fixture::rotating();
    fixture.store.is_lockless.store(true, std::sync::atomic::Ordering::SeqCst);
    fixture.sign_in("ann").await;
    let other = fixture.another_process();
    other.load().await.unwrap();
    fixture.service.then([Reply::Waits, Reply::Refuses("RefreshTokenReuseException", "used")]);
    let winning = tokio::spawn(async move { access_token(&other, forced()).await });
    assert!(in_time(|| refreshes(&fixture) == 1).await);
    assert!(!fixture.client.fetch_auth_session(forced()).await.unwrap().is_signed_in);
    assert!(matches!(fixture.client.state(), AuthState::SessionExpired { .. }));
    fixture.service.gate.add_permits(1);
    let newest = winning.await.unwrap();
    assert_eq!(access_token(&fixture.client, plain()).await, newest);
    assert!(matches!(fixture.client.state(), AuthState::SignedIn { .. }));
}

#[tokio::test]
async fn an_account_that_stays_keeps_the_tokens_that_come_after_another_user_signed_in() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    fixture.service.then([Reply::Waits]);
    let client = fixture.client.clone();
    let renewing = tokio::spawn(async move { client.fetch_auth_session(forced()).await });
    assert!(in_time(|| refreshes(&fixture) == 1).await);
    let options = SignInOptions::new().auth_flow(portcullis::AuthFlow::UserPassword);
    fixture.client.sign_in("bob", Some("p"), options.existing_session(ExistingSession::Keep)).await.unwrap();
    let before = access_token(&fixture.another_process(), plain()).await;
    fixture.service.gate.add_permits(1);
    assert_eq!(renewing.await.unwrap().unwrap_err().code(), "cancelled");
    let ann = fixture.client.accounts().remove(1);
    fixture.client.switch_account(&ann).await.unwrap();
    fixture.device.advance(HOUR - 300);
    let after = access_token(&fixture.client, plain()).await;
    assert_eq!((scripted::user_of(&after).as_str(), scripted::user_of(&before).as_str()), ("ann", "bob"));
    assert_eq!((refreshes(&fixture), fixture.service.count("RevokeToken")), (1, 0));
}

#[tokio::test]
async fn a_global_sign_out_is_made_with_the_newest_token() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    access_token(&fixture.client, forced()).await;
    let other = fixture.another_process();
    let newest = access_token(&other, forced()).await;
    let options = SignInOptions::new().auth_flow(portcullis::AuthFlow::UserPassword);
    other.sign_in("bob", Some("p"), options.existing_session(ExistingSession::Keep)).await.unwrap();
    let ann = other.accounts().remove(1);
    other.switch_account(&ann).await.unwrap();
    fixture.device.advance(2);
    assert_eq!(access_token(&fixture.client, plain()).await, newest);
    assert!(fixture.client.sign_out(SignOutOptions::new().global(true)).await.is_complete);
    let requests = fixture.service.requests.lock().unwrap();
    let sent: Vec<_> = requests.iter().filter(|(name, _)| name == "GlobalSignOut").collect();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].1["AccessToken"], newest);
}

#[tokio::test]
async fn signing_out_the_present_account_by_name_or_all_of_them_ends_the_session() {
    let with = || SignInOptions::new().auth_flow(portcullis::AuthFlow::UserPassword);
    for all in [false, true] {
        let fixture = Fixture::new();
        fixture.sign_in("ann").await;
        fixture.client.sign_in("bob", Some("p"), with().existing_session(ExistingSession::Keep)).await.unwrap();
        let accounts = fixture.client.accounts();
        let named = if all { &accounts[1] } else { &accounts[0] };
        let options = SignOutOptions::new().account(named.clone()).all_accounts(all);
        assert!(fixture.client.sign_out(options).await.is_complete);
        assert_eq!(fixture.client.state(), AuthState::SignedOut, "all: {all}");
        let left = fixture.records("account/");
        assert_eq!(left, if all { vec![] } else { vec!["account/ann/session".to_owned()] });
    }
}

#[tokio::test]
async fn a_sign_out_takes_along_who_signed_in_in_another_process() {
    let fixture = Fixture::new();
    let other = fixture.another_process();
    assert_eq!(other.load().await.unwrap(), AuthState::SignedOut);
    fixture.sign_in("ann").await;
    other.sign_out(SignOutOptions::new()).await;
    assert_eq!(fixture.records("account/"), Vec::<String>::new());
}

#[tokio::test]
async fn a_deleted_user_is_signed_out_and_nothing_of_them_stays() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let events = fixture.client.events();
    fixture.client.delete_user().await.unwrap();
    assert_eq!(fixture.client.state(), AuthState::SignedOut);
    assert_eq!(fixture.records("account/"), Vec::<String>::new());
    let told = told(&events).await;
    assert!(matches!(&told[..], [AuthEvent::Configured { .. }, AuthEvent::UserDeleted { .. }]), "{told:?}");
}

#[tokio::test]
async fn a_session_of_the_same_user_that_another_process_began_is_revoked_with_the_sign_out() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let mut tokens = tokens_with(&fixture.service, "ann", &|_| {});
    tokens["RefreshToken"] = "ann#7".into();
    fixture.service.then([Reply::Answers(json!({ "AuthenticationResult": tokens }))]);
    let options = SignInOptions::new().auth_flow(portcullis::AuthFlow::UserPassword);
    fixture.another_process().sign_in("ann", Some("p"), options).await.unwrap();
    assert!(fixture.client.sign_out(SignOutOptions::new()).await.is_complete);
    let requests = fixture.service.requests.lock().unwrap();
    let revoked: Vec<_> =
        requests.iter().filter(|(name, _)| name == "RevokeToken").map(|(_, body)| &body["Token"]).collect();
    assert!(revoked.contains(&&json!("ann#1")) && revoked.contains(&&json!("ann#7")), "{revoked:?}");
}

/// Ann's refresh is on its way when bob signs in and she stays; another process does `meanwhile`. Which tokens of hers
/// are revoked.
async fn revoked_after(meanwhile: impl AsyncFnOnce(&Fixture, &AuthClient)) -> Vec<String> {
    let fixture = Fixture::new();
    fixture.store.is_lockless.store(true, std::sync::atomic::Ordering::SeqCst);
    fixture.sign_in("ann").await;
    fixture.service.then([Reply::Waits]);
    let client = fixture.client.clone();
    let renewing = tokio::spawn(async move { client.fetch_auth_session(forced()).await });
    assert!(in_time(|| refreshes(&fixture) == 1).await);
    let options = SignInOptions::new().auth_flow(portcullis::AuthFlow::UserPassword);
    fixture.client.sign_in("bob", Some("p"), options.existing_session(ExistingSession::Keep)).await.unwrap();
    meanwhile(&fixture, &fixture.another_process()).await;
    fixture.service.requests.lock().unwrap().clear();
    fixture.service.gate.add_permits(1);
    assert_eq!(renewing.await.unwrap().unwrap_err().code(), "cancelled");
    tokio::time::sleep(Duration::from_millis(200)).await;
    let requests = fixture.service.requests.lock().unwrap();
    let revoked = requests.iter().filter(|(name, _)| name == "RevokeToken");
    revoked.map(|(_, body)| body["Token"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn tokens_that_come_late_are_revoked_only_if_their_sign_in_is_over() {
    // Newer ones of the same sign-in: to revoke these could end those.
    let revoked = revoked_after(async |_, other: &AuthClient| {
        other.load().await.unwrap();
        let ann = other.accounts().remove(1);
        other.switch_account(&ann).await.unwrap();
        access_token(other, forced()).await;
        access_token(other, forced()).await;
    });
    assert_eq!(revoked.await, Vec::<String>::new());
    let revoked = revoked_after(async |fixture: &Fixture, other: &AuthClient| {
        let mut tokens = tokens_with(&fixture.service, "ann", &|_| {});
        tokens["RefreshToken"] = "ann#7".into();
        fixture.service.then([Reply::Answers(json!({ "AuthenticationResult": tokens }))]);
        let options = SignInOptions::new().auth_flow(portcullis::AuthFlow::UserPassword);
        other.sign_in("ann", Some("p"), options.existing_session(ExistingSession::Keep)).await.unwrap();
    });
    assert_eq!(revoked.await, ["ann#1"]);
}
