//! An app and its extension share a store: what one does, the other takes over.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;

use portcullis::{AuthEvent, AuthState, FetchSessionOptions, SignOutOptions};
use scripted::{Fixture, Reply, StoreFault};

const HOUR: i64 = 3600;

fn plain() -> FetchSessionOptions {
    FetchSessionOptions::new()
}

#[tokio::test]
async fn two_processes_share_a_rotating_session() {
    let fixture = Fixture::rotating();
    fixture.sign_in("ann").await;
    let other = fixture.another_process();
    other.load().await.unwrap();
    for _ in 0..3 {
        for client in [&fixture.client, &other] {
            let session = client.fetch_auth_session(plain().force_refresh(true)).await.unwrap();
            assert!(session.tokens().is_ok(), "{session:?}");
        }
    }
    fixture.client.sign_out(SignOutOptions::new()).await;
    let session = other.fetch_auth_session(plain().force_refresh(true)).await.unwrap();
    assert_eq!(session.tokens().unwrap_err().code(), "not_signed_in");
    assert_eq!(other.state(), AuthState::SignedOut);
}

#[tokio::test]
async fn a_session_that_another_process_renewed_or_ended_is_taken_for_what_it_is() {
    let fixture = Fixture::rotating();
    fixture.sign_in("ann").await;
    let other = fixture.another_process();
    other.load().await.unwrap();
    // Renewed elsewhere, and expired since: adopted, and then renewed again.
    assert!(other.fetch_auth_session(plain().force_refresh(true)).await.unwrap().tokens().is_ok());
    fixture.device.advance(3 * HOUR);
    let session = fixture.client.fetch_auth_session(plain()).await.unwrap();
    assert!(session.tokens().unwrap().expires_at() > portcullis::Clock::now(&*fixture.device));
    assert_eq!(fixture.service.count("GetTokensFromRefreshToken"), 2);
    // Ended elsewhere: ended here too, with the event.
    let events = fixture.client.events();
    fixture.service.then([Reply::Refuses("NotAuthorizedException", "User is disabled.")]);
    other.fetch_auth_session(plain().force_refresh(true)).await.unwrap();
    let session = fixture.client.fetch_auth_session(plain().force_refresh(true)).await.unwrap();
    assert!(!session.is_signed_in);
    assert_eq!(session.tokens().unwrap_err().info().reason.as_deref(), Some("user_disabled"));
    assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
    assert!(matches!(events.next().await, Some(AuthEvent::SessionExpired { .. })));
    // Signed in again elsewhere: here too.
    let options = portcullis::SignInOptions::new().auth_flow(portcullis::AuthFlow::UserPassword);
    assert!(other.sign_in("ann", Some("password"), options).await.unwrap().is_signed_in);
    assert!(fixture.client.fetch_auth_session(plain()).await.unwrap().is_signed_in);
}

#[tokio::test]
async fn a_verdict_is_not_believed_while_the_store_cannot_be_read() {
    let fixture = Fixture::rotating();
    fixture.sign_in("ann").await;
    fixture.service.then([Reply::Waits]);
    let client = fixture.client.clone();
    let fetching = tokio::spawn(async move { client.fetch_auth_session(plain().force_refresh(true)).await.unwrap() });
    while fixture.service.count("GetTokensFromRefreshToken") == 0 {
        tokio::task::yield_now().await;
    }
    // Another process spends the token meanwhile, and then the store is locked.
    let other = fixture.another_process();
    other.fetch_auth_session(plain().force_refresh(true)).await.unwrap();
    fixture.store.be(StoreFault::Locked);
    fixture.service.gate.add_permits(1);
    let session = fetching.await.unwrap();
    assert!(session.is_signed_in, "{session:?}");
    fixture.store.be(StoreFault::Well);
    assert!(fixture.client.fetch_auth_session(plain().force_refresh(true)).await.unwrap().tokens().is_ok());
}
