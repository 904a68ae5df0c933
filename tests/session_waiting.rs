//! What was on its way, or waits for a store that refuses: it comes late, and must neither undo nor be taken for what
//! happened since. Found by `cargo xtask soak`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;

use std::time::Duration;

use portcullis::{
    AuthEvent, AuthState, AuthUser, ExistingSession, SecureStore as _, SessionTokens, SignOutOptions, Stored,
};
use scripted::short::{forced, only_left, plain, with_password};
use scripted::{Fixture, Reply, StoreFault};

const HOUR: i64 = 3600;

#[tokio::test]
async fn a_session_that_is_stored_while_the_service_ends_it_is_not_taken_for_one_that_another_process_renewed() {
    let fixture = Fixture::rotating();
    fixture.store.be(StoreFault::ReadOnly);
    fixture.sign_in("ann").await;
    fixture.device.advance(2 * HOUR);
    let revoked = ("NotAuthorizedException", "Refresh Token has been revoked");
    fixture.service.then([Reply::RefusesAfter(Duration::from_secs(1), revoked.0, revoked.1)]);
    let client = fixture.client.clone();
    let fetching = tokio::spawn(async move { client.fetch_auth_session(plain()).await });
    while fixture.service.count("GetTokensFromRefreshToken") == 0 {
        tokio::task::yield_now().await;
    }
    fixture.store.be(StoreFault::Well);
    while fixture.records("account/ann").is_empty() {
        assert!(!fetching.is_finished(), "it is stored while the request is on its way");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let session = fetching.await.unwrap().unwrap();
    assert!(
        matches!(&session.tokens, SessionTokens::Unavailable(error) if error.code() == "session_expired"),
        "{session:?}"
    );
    assert!(matches!(fixture.client.state(), AuthState::SessionExpired { .. }));
}

#[tokio::test]
async fn a_sign_out_from_a_store_that_cannot_be_read_ends_the_session_that_this_process_never_saw() {
    for names_account in [false, true] {
        let mut fixture = Fixture::new();
        fixture.sign_in("ann").await;
        let ann = fixture.client.get_current_user().await.unwrap();
        fixture.restart();
        fixture.store.be(StoreFault::Failing);
        let mut options = SignOutOptions::new();
        if names_account {
            options = options.account(ann);
        } else {
            fixture.sign_in("ann").await; // stored nowhere
        }
        assert!(!fixture.client.sign_out(options).await.is_complete);
        fixture.store.be(StoreFault::Well);
        only_left(&fixture, &[]).await;
        fixture.restart();
        assert_eq!(fixture.client.load().await.unwrap(), AuthState::SignedOut, "{names_account}");
    }
}

#[tokio::test]
async fn a_sign_out_that_waits_ends_nobody_who_has_signed_in_since() {
    for all in [false, true] {
        let fixture = Fixture::new();
        fixture.client.load().await.unwrap();
        fixture.store.be(StoreFault::ReadOnly);
        // Leaves something to do: the deletion of nobody is none.
        fixture.sign_in("ann").await;
        fixture.client.sign_out(SignOutOptions::new()).await;
        fixture.client.sign_out(SignOutOptions::new().all_accounts(all)).await;
        fixture.store.be(StoreFault::Well);
        let other = scripted::client(&fixture.device, &fixture.service, &fixture.store);
        assert!(other.sign_in("bob", Some("p"), with_password()).await.unwrap().is_signed_in);
        for _ in 0..200 {
            let _ = fixture.client.get_current_user().await; // gives the store another chance
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(other.fetch_auth_session(forced()).await.unwrap().is_signed_in, "all accounts: {all}");
        assert_eq!(other.get_current_user().await.unwrap().username, "bob");
    }
}

#[tokio::test]
async fn no_other_account_is_the_current_one_after_a_sign_in_and_a_sign_out_that_could_not_be_stored() {
    for bob_is_stored in [true, false] {
        let mut fixture = Fixture::new();
        if bob_is_stored {
            fixture.sign_in("bob").await;
        }
        fixture.store.be(StoreFault::ReadOnly);
        if !bob_is_stored {
            fixture.sign_in("bob").await;
        }
        let keep = with_password().existing_session(ExistingSession::Keep);
        fixture.client.sign_in("ann", Some("p"), keep).await.unwrap();
        fixture.client.sign_out(SignOutOptions::new()).await;
        assert_eq!(fixture.client.state(), AuthState::SignedOut);
        fixture.store.be(StoreFault::Well);
        let is_written = |text: &str| text.contains("bob") && !text.contains("\"current\":\"");
        while !matches!(fixture.store.inner.read("portcullis/eu-west-1_AbCdEfGh1/client/accounts").unwrap(),
            Stored::Found(bytes) if is_written(std::str::from_utf8(&bytes).unwrap()))
        {
            let _ = fixture.client.get_current_user().await; // any call gives the store another chance
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        fixture.restart();
        assert_eq!(fixture.client.load().await.unwrap(), AuthState::SignedOut, "bob stored: {bob_is_stored}");
        let accounts: Vec<_> = fixture.client.accounts().into_iter().map(|user| user.username).collect();
        assert_eq!(accounts, ["bob"]);
    }
}

#[tokio::test]
async fn a_refresh_of_the_session_before_is_nobody_elses_refresh() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let revoked = ("NotAuthorizedException", "Refresh Token has been revoked");
    fixture.service.then([Reply::RefusesAfter(Duration::from_millis(300), revoked.0, revoked.1)]);
    let client = fixture.client.clone();
    let before = tokio::spawn(async move { client.fetch_auth_session(forced()).await });
    while fixture.service.count("GetTokensFromRefreshToken") == 0 {
        tokio::task::yield_now().await;
    }
    fixture.sign_in("ann").await;
    let signed_in = fixture.client.fetch_auth_session(plain()).await.unwrap();
    let renewed = fixture.client.fetch_auth_session(forced()).await.unwrap();
    let access = |session: &portcullis::AuthSession| session.tokens().unwrap().access_token().to_owned();
    assert_ne!(access(&renewed), access(&signed_in), "given out as renewed");
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 2);
    assert_eq!(access(&before.await.unwrap().unwrap()), access(&renewed), "the verdict was not about these");
}

#[tokio::test]
async fn a_refresh_that_comes_late_does_not_take_the_place_of_a_sign_in_that_waits_for_the_store() {
    let mut fixture = Fixture::rotating();
    fixture.sign_in("ann").await;
    fixture.service.then([Reply::Waits]);
    let client = fixture.client.clone();
    let before = tokio::spawn(async move { client.fetch_auth_session(forced()).await });
    while fixture.service.count("GetTokensFromRefreshToken") == 0 {
        tokio::task::yield_now().await;
    }
    fixture.store.be(StoreFault::ReadOnly);
    fixture.sign_in("ann").await;
    let signed_in = fixture.client.fetch_auth_session(plain()).await.unwrap();
    fixture.service.gate.add_permits(1);
    let _ = before.await.unwrap();
    fixture.store.be(StoreFault::Well);
    let access = |session: &portcullis::AuthSession| session.tokens().unwrap().access_token().to_owned();
    let token = access(&signed_in);
    let key = "portcullis/eu-west-1_AbCdEfGh1/client/account/ann/session";
    let is_stored = |fixture: &Fixture| match fixture.store.inner.read(key).unwrap() {
        Stored::Found(bytes) => String::from_utf8(bytes).unwrap().contains(&token),
        _ => false,
    };
    for _ in 0..400 {
        let _ = fixture.client.get_current_user().await; // gives the store another chance
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(is_stored(&fixture));
    fixture.restart();
    assert_eq!(access(&fixture.client.fetch_auth_session(plain()).await.unwrap()), token);
}

#[tokio::test]
async fn an_account_that_has_the_name_of_the_one_in_memory_is_signed_out_too() {
    let fixture = Fixture::new();
    fixture.sign_in("ann").await;
    let now = fixture.client.get_current_user().await.unwrap();
    // The account was deleted and made anew elsewhere, which this process has not seen.
    let account = AuthUser { user_id: "another".to_owned(), ..now };
    fixture.client.sign_out(SignOutOptions::new().account(account)).await;
    assert_eq!(fixture.client.state(), AuthState::SignedOut);
    only_left(&fixture, &[]).await;
}

#[tokio::test]
async fn a_store_that_fails_for_a_moment_has_new_tokens_before_anybody_else_gets_its_lock() {
    let fixture = Fixture::rotating();
    fixture.sign_in("ann").await;
    let events = fixture.client.events();
    fixture.store.be(StoreFault::ReadOnly);
    let client = fixture.client.clone();
    let fetching = tokio::spawn(async move { client.fetch_auth_session(forced()).await });
    while fixture.service.count("GetTokensFromRefreshToken") == 0 {
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await; // it has failed twice
    fixture.store.be(StoreFault::Well);
    let renewed = fetching.await.unwrap().unwrap();
    let token = renewed.tokens().unwrap().access_token().to_owned();
    let key = "portcullis/eu-west-1_AbCdEfGh1/client/account/ann/session";
    let Stored::Found(bytes) = fixture.store.inner.read(key).unwrap() else { panic!("nothing is stored") };
    assert!(String::from_utf8(bytes).unwrap().contains(&token));
    assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
    let told = events.next().await;
    assert!(matches!(told, Some(AuthEvent::TokensRefreshed { .. })), "{told:?}");
}

#[tokio::test]
async fn who_joins_a_refresh_that_the_device_sleeps_through_begins_another() {
    let fixture = Fixture::rotating();
    fixture.sign_in("ann").await;
    fixture.device.advance(2 * HOUR);
    fixture.store.be(StoreFault::ReadOnly); // so that the first takes half a second more
    let fetch = || {
        let client = fixture.client.clone();
        tokio::spawn(async move { client.fetch_auth_session(plain()).await })
    };
    let first = fetch();
    while fixture.service.count("GetTokensFromRefreshToken") == 0 {
        tokio::task::yield_now().await;
    }
    let second = fetch();
    tokio::time::sleep(Duration::from_millis(50)).await;
    fixture.device.advance(25 * HOUR);
    fixture.store.be(StoreFault::Well);
    first.await.unwrap().unwrap();
    let session = second.await.unwrap().unwrap();
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 2);
    assert!(session.tokens().is_ok(), "{session:?}");
}
