//! What was on its way, or waits for a store that refuses: it comes late, and must neither undo nor be taken for what
//! happened since. Found by `cargo xtask soak`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;

use std::time::Duration;

use portcullis::{
    AuthEvent, AuthState, AuthUser, ExistingSession, SecureStore as _, SessionTokens, SignOutOptions, Stored,
};
use scripted::short::{forced, only_left, plain, with_password};
use scripted::{Does, Mood, Stage};

const HOUR: i64 = 3600;

#[tokio::test]
async fn a_session_that_is_stored_while_the_service_ends_it_is_not_taken_for_one_that_another_process_renewed() {
    let stage = Stage::rotating();
    stage.store.be(Mood::ReadOnly);
    stage.sign_in("ann").await;
    stage.device.advance(2 * HOUR);
    let revoked = ("NotAuthorizedException", "Refresh Token has been revoked");
    stage.service.then([Does::RefusesAfter(Duration::from_secs(1), revoked.0, revoked.1)]);
    let client = stage.client.clone();
    let fetching = tokio::spawn(async move { client.fetch_auth_session(plain()).await });
    while stage.service.count("GetTokensFromRefreshToken") == 0 {
        tokio::task::yield_now().await;
    }
    stage.store.be(Mood::Well);
    while stage.records("account/ann").is_empty() {
        assert!(!fetching.is_finished(), "it is stored while the request is on its way");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let session = fetching.await.unwrap().unwrap();
    assert!(
        matches!(&session.tokens, SessionTokens::Unavailable(error) if error.code() == "session_expired"),
        "{session:?}"
    );
    assert!(matches!(stage.client.state(), AuthState::SessionExpired { .. }));
}

#[tokio::test]
async fn a_sign_out_from_a_store_that_cannot_be_read_ends_the_session_that_this_process_never_saw() {
    for names_account in [false, true] {
        let mut stage = Stage::new();
        stage.sign_in("ann").await;
        let ann = stage.client.get_current_user().await.unwrap();
        stage.restart();
        stage.store.be(Mood::Failing);
        let mut options = SignOutOptions::new();
        if names_account {
            options = options.account(ann);
        } else {
            stage.sign_in("ann").await; // stored nowhere
        }
        assert!(!stage.client.sign_out(options).await.is_complete);
        stage.store.be(Mood::Well);
        only_left(&stage, &[]).await;
        stage.restart();
        assert_eq!(stage.client.load().await.unwrap(), AuthState::SignedOut, "{names_account}");
    }
}

#[tokio::test]
async fn a_sign_out_that_waits_ends_nobody_who_has_signed_in_since() {
    for all in [false, true] {
        let stage = Stage::new();
        stage.client.load().await.unwrap();
        stage.store.be(Mood::ReadOnly);
        // Leaves something to do: the deletion of nobody is none.
        stage.sign_in("ann").await;
        stage.client.sign_out(SignOutOptions::new()).await;
        stage.client.sign_out(SignOutOptions::new().all_accounts(all)).await;
        stage.store.be(Mood::Well);
        let other = scripted::client(&stage.device, &stage.service, &stage.store);
        assert!(other.sign_in("bob", Some("p"), with_password()).await.unwrap().is_signed_in);
        for _ in 0..200 {
            let _ = stage.client.get_current_user().await; // gives the store another chance
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(other.fetch_auth_session(forced()).await.unwrap().is_signed_in, "all accounts: {all}");
        assert_eq!(other.get_current_user().await.unwrap().username, "bob");
    }
}

#[tokio::test]
async fn no_other_account_is_the_current_one_after_a_sign_in_and_a_sign_out_that_could_not_be_stored() {
    for bob_is_stored in [true, false] {
        let mut stage = Stage::new();
        if bob_is_stored {
            stage.sign_in("bob").await;
        }
        stage.store.be(Mood::ReadOnly);
        if !bob_is_stored {
            stage.sign_in("bob").await;
        }
        let keep = with_password().existing_session(ExistingSession::Keep);
        stage.client.sign_in("ann", Some("p"), keep).await.unwrap();
        stage.client.sign_out(SignOutOptions::new()).await;
        assert_eq!(stage.client.state(), AuthState::SignedOut);
        stage.store.be(Mood::Well);
        let is_written = |text: &str| text.contains("bob") && !text.contains("\"current\":\"");
        while !matches!(stage.store.inner.read("portcullis/eu-west-1_AbCdEfGh1/client/accounts").unwrap(),
            Stored::Found(bytes) if is_written(std::str::from_utf8(&bytes).unwrap()))
        {
            let _ = stage.client.get_current_user().await; // any call gives the store another chance
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stage.restart();
        assert_eq!(stage.client.load().await.unwrap(), AuthState::SignedOut, "bob stored: {bob_is_stored}");
        let accounts: Vec<_> = stage.client.accounts().into_iter().map(|user| user.username).collect();
        assert_eq!(accounts, ["bob"]);
    }
}

#[tokio::test]
async fn a_refresh_of_the_session_before_is_nobody_elses_refresh() {
    let stage = Stage::new();
    stage.sign_in("ann").await;
    let revoked = ("NotAuthorizedException", "Refresh Token has been revoked");
    stage.service.then([Does::RefusesAfter(Duration::from_millis(300), revoked.0, revoked.1)]);
    let client = stage.client.clone();
    let before = tokio::spawn(async move { client.fetch_auth_session(forced()).await });
    while stage.service.count("GetTokensFromRefreshToken") == 0 {
        tokio::task::yield_now().await;
    }
    stage.sign_in("ann").await;
    let signed_in = stage.client.fetch_auth_session(plain()).await.unwrap();
    let renewed = stage.client.fetch_auth_session(forced()).await.unwrap();
    let access = |session: &portcullis::AuthSession| session.tokens().unwrap().access_token().to_owned();
    assert_ne!(access(&renewed), access(&signed_in), "given out as renewed");
    assert_eq!(stage.service.count("GetTokensFromRefreshToken"), 2);
    assert_eq!(access(&before.await.unwrap().unwrap()), access(&renewed), "the verdict was not about these");
}

#[tokio::test]
async fn a_refresh_that_comes_late_does_not_take_the_place_of_a_sign_in_that_waits_for_the_store() {
    let mut stage = Stage::rotating();
    stage.sign_in("ann").await;
    stage.service.then([Does::Waits]);
    let client = stage.client.clone();
    let before = tokio::spawn(async move { client.fetch_auth_session(forced()).await });
    while stage.service.count("GetTokensFromRefreshToken") == 0 {
        tokio::task::yield_now().await;
    }
    stage.store.be(Mood::ReadOnly);
    stage.sign_in("ann").await;
    let signed_in = stage.client.fetch_auth_session(plain()).await.unwrap();
    stage.service.gate.add_permits(1);
    let _ = before.await.unwrap();
    stage.store.be(Mood::Well);
    let access = |session: &portcullis::AuthSession| session.tokens().unwrap().access_token().to_owned();
    let token = access(&signed_in);
    let key = "portcullis/eu-west-1_AbCdEfGh1/client/account/ann/session";
    let is_stored = |stage: &Stage| match stage.store.inner.read(key).unwrap() {
        Stored::Found(bytes) => String::from_utf8(bytes).unwrap().contains(&token),
        _ => false,
    };
    for _ in 0..400 {
        let _ = stage.client.get_current_user().await; // gives the store another chance
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(is_stored(&stage));
    stage.restart();
    assert_eq!(access(&stage.client.fetch_auth_session(plain()).await.unwrap()), token);
}

#[tokio::test]
async fn an_account_that_has_the_name_of_the_one_in_memory_is_signed_out_too() {
    let stage = Stage::new();
    stage.sign_in("ann").await;
    let now = stage.client.get_current_user().await.unwrap();
    // The account was deleted and made anew elsewhere, which this process has not seen.
    let account = AuthUser { user_id: "another".to_owned(), ..now };
    stage.client.sign_out(SignOutOptions::new().account(account)).await;
    assert_eq!(stage.client.state(), AuthState::SignedOut);
    only_left(&stage, &[]).await;
}

#[tokio::test]
async fn a_store_that_fails_for_a_moment_has_new_tokens_before_anybody_else_gets_its_lock() {
    let stage = Stage::rotating();
    stage.sign_in("ann").await;
    let events = stage.client.events();
    stage.store.be(Mood::ReadOnly);
    let client = stage.client.clone();
    let fetching = tokio::spawn(async move { client.fetch_auth_session(forced()).await });
    while stage.service.count("GetTokensFromRefreshToken") == 0 {
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await; // it has failed twice
    stage.store.be(Mood::Well);
    let renewed = fetching.await.unwrap().unwrap();
    let token = renewed.tokens().unwrap().access_token().to_owned();
    let key = "portcullis/eu-west-1_AbCdEfGh1/client/account/ann/session";
    let Stored::Found(bytes) = stage.store.inner.read(key).unwrap() else { panic!("nothing is stored") };
    assert!(String::from_utf8(bytes).unwrap().contains(&token));
    assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
    let told = events.next().await;
    assert!(matches!(told, Some(AuthEvent::TokensRefreshed { .. })), "{told:?}");
}

#[tokio::test]
async fn who_joins_a_refresh_that_the_device_sleeps_through_begins_another() {
    let stage = Stage::rotating();
    stage.sign_in("ann").await;
    stage.device.advance(2 * HOUR);
    stage.store.be(Mood::ReadOnly); // so that the first takes half a second more
    let fetch = || {
        let client = stage.client.clone();
        tokio::spawn(async move { client.fetch_auth_session(plain()).await })
    };
    let first = fetch();
    while stage.service.count("GetTokensFromRefreshToken") == 0 {
        tokio::task::yield_now().await;
    }
    let second = fetch();
    tokio::time::sleep(Duration::from_millis(50)).await;
    stage.device.advance(25 * HOUR);
    stage.store.be(Mood::Well);
    first.await.unwrap().unwrap();
    let session = second.await.unwrap().unwrap();
    assert_eq!(stage.service.count("GetTokensFromRefreshToken"), 2);
    assert!(session.tokens().is_ok(), "{session:?}");
}
