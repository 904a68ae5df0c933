//! The session against a real server: renewed, rotated, revoked, signed out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod test_pool;

use std::time::Duration;

use local_pool::Fault;
use portcullis::{AuthEvent, AuthFlow, AuthState, FetchSessionOptions, SessionTokens, SignOutOptions};
use test_pool::{KINDS, Kind, TestPool};

fn forced() -> FetchSessionOptions {
    FetchSessionOptions::new().force_refresh(true)
}

#[tokio::test]
async fn the_session_is_renewed_and_outlives_the_process() {
    for kind in KINDS {
        let pool = TestPool::with_ann(kind).await;
        pool.sign_in(AuthFlow::UserSrp).await;
        let first = pool.client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap();
        let first = first.tokens().unwrap().clone();
        let client = pool.restarted();
        for _ in 0..3 {
            pool.pass(Duration::from_secs(3600));
            let session = client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap();
            let renewed = session.tokens().unwrap();
            assert_ne!(renewed.access_token(), first.access_token(), "{kind:?}");
            let claim = |name: &str, tokens: &portcullis::AuthTokens| tokens.access_claims().get(name).cloned();
            for kept in ["origin_jti", "auth_time", "sub"] {
                assert_eq!(claim(kept, renewed), claim(kept, &first), "{kept}");
            }
        }
        assert_eq!(pool.server.requests("GetTokensFromRefreshToken"), 3);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_callers_on_an_expired_session_make_one_request() {
    let pool = TestPool::with_ann(Kind::Rotating).await;
    pool.sign_in(AuthFlow::UserSrp).await;
    pool.pass(Duration::from_secs(3600));
    pool.server.faults().queue("GetTokensFromRefreshToken", Fault::Delay(Duration::from_millis(200)), 1);
    let calls: Vec<_> = (0..1000)
        .map(|number| {
            let client = pool.client.clone();
            tokio::spawn(async move {
                let fetching = client.fetch_auth_session(FetchSessionOptions::new());
                if number % 2 == 0 {
                    // Half of them give up.
                    return tokio::time::timeout(Duration::from_millis(20), fetching).await.ok().map(drop);
                }
                assert!(fetching.await.unwrap().tokens().is_ok());
                Some(())
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    assert_eq!(pool.server.requests("GetTokensFromRefreshToken"), 1);
    assert!(pool.restarted().fetch_auth_session(forced()).await.unwrap().tokens().is_ok());
}

#[tokio::test]
async fn verdicts_of_the_service() {
    for case in 0..4 {
        let pool = TestPool::with_ann(Kind::Plain).await;
        pool.sign_in(AuthFlow::UserSrp).await;
        match case {
            0 => pool.server.revoke_tokens("ann").unwrap(),
            1 => pool.server.disable_user("ann").unwrap(),
            2 => pool.server.delete_user("ann").unwrap(),
            _ => pool.server.expire_refresh_tokens("ann").unwrap(),
        }
        let session = pool.client.fetch_auth_session(forced()).await.unwrap();
        assert_eq!(session.tokens().unwrap_err().code(), "session_expired", "case {case}");
        assert!(matches!(pool.client.state(), AuthState::SessionExpired { .. }), "case {case}");
    }
}

#[tokio::test]
async fn the_service_says_whether_the_user_is_still_welcome() {
    for case in 0..6 {
        let pool = TestPool::with_ann(Kind::Rotating).await;
        pool.sign_in(AuthFlow::UserSrp).await;
        let welcome = pool.client.verify_session().await.unwrap();
        assert_eq!((welcome.username.as_str(), pool.server.requests("GetUser")), ("ann", 1));
        let events = pool.client.events();
        assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
        match case {
            0 => pool.server.revoke_tokens("ann").unwrap(),
            1 => pool.server.disable_user("ann").unwrap(),
            2 => pool.server.delete_user("ann").unwrap(),
            3 => {
                let elsewhere = portcullis::AuthClient::new(pool.client.configuration().clone());
                elsewhere.sign_in("ann", Some(test_pool::PASSWORD), Default::default()).await.unwrap();
                assert!(elsewhere.sign_out(SignOutOptions::new().global(true)).await.is_complete);
            }
            // The access token is over: the refresh answers.
            4 => {
                pool.pass(Duration::from_secs(3600));
                pool.server.disable_user("ann").unwrap();
            }
            _ => {
                pool.pass(Duration::from_secs(3600));
                assert_eq!(pool.client.verify_session().await.unwrap().username, "ann");
                pool.server.delete_user("ann").unwrap();
            }
        }
        let error = pool.client.verify_session().await.unwrap_err();
        assert_eq!(error.code(), "session_expired", "case {case}");
        // Whoever is disabled or deleted is signed out everywhere: it is the refresh token that the service speaks of.
        assert_eq!(error.info().reason.as_deref(), Some("session_expired"), "case {case}");
        assert!(matches!(pool.client.state(), AuthState::SessionExpired { .. }), "case {case}");
        // Nothing but the session's end: no other event, and the next process knows too.
        loop {
            match events.next().await {
                Some(AuthEvent::TokensRefreshed { .. }) if case == 5 => {}
                Some(AuthEvent::SessionExpired { user, .. }) => break assert_eq!(user.username, "ann"),
                other => panic!("case {case}: {other:?}"),
            }
        }
        assert!(matches!(pool.restarted().load().await.unwrap(), AuthState::SessionExpired { .. }), "case {case}");
    }
}

#[tokio::test]
async fn a_service_that_cannot_be_asked_whether_the_user_is_welcome_ends_nothing() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    pool.sign_in(AuthFlow::UserSrp).await;
    let faults = [
        (Fault::Reset, "network"),
        (Fault::DropAfterCommit, "network"),
        (Fault::exception("ForbiddenException", 403, "no"), "forbidden"),
        (Fault::exception("InternalErrorException", 500, "no"), "service_unavailable"),
    ];
    for (fault, code) in faults {
        for everywhere in [false, true] {
            // Where only `GetUser` fails, too.
            pool.server.faults().set(if everywhere { "*" } else { "GetUser" }, fault.clone());
            let error = pool.client.verify_session().await.unwrap_err();
            assert_eq!(error.code(), code, "{fault:?}");
            assert!(matches!(pool.client.state(), AuthState::SignedIn { .. }), "{fault:?}");
            pool.server.faults().clear_all();
        }
    }
    assert_eq!(pool.client.verify_session().await.unwrap().username, "ann");
    assert_eq!(pool.server.requests("GetTokensFromRefreshToken"), 0);
}

#[tokio::test]
async fn a_lost_answer_to_a_refresh_costs_nothing_without_rotation() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    pool.sign_in(AuthFlow::UserSrp).await;
    pool.pass(Duration::from_secs(3600));
    // One is asked for again at once; a network that loses all of them is told.
    pool.server.faults().queue("GetTokensFromRefreshToken", Fault::DropAfterCommit, 4);
    let session = pool.client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap();
    assert!(matches!(&session.tokens, SessionTokens::Stale(_, error) if error.code() == "network"));
    assert!(session.is_signed_in);
    assert!(pool.client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap().tokens().is_ok());
}

#[tokio::test]
async fn a_lost_answer_within_the_grace_period_costs_nothing() {
    let client = local_pool::ClientConfig { rotation_grace_seconds: Some(10), ..Default::default() };
    let pool = TestPool::with(local_pool::PoolConfig::default().with_client(client)).await;
    pool.server.create_user("ann", test_pool::PASSWORD, &[]).unwrap();
    pool.sign_in(AuthFlow::UserSrp).await;
    pool.server.faults().queue("GetTokensFromRefreshToken", Fault::DropAfterCommit, 1);
    assert!(pool.client.fetch_auth_session(forced()).await.unwrap().tokens().is_ok());
    assert!(pool.client.fetch_auth_session(forced()).await.unwrap().tokens().is_ok());
}

#[tokio::test]
async fn signing_out_revokes_this_session_or_all_of_them() {
    for kind in KINDS {
        let pool = TestPool::with_ann(kind).await;
        pool.sign_in(AuthFlow::UserSrp).await;
        let elsewhere = portcullis::AuthClient::new(pool.client.configuration().clone());
        let signed_in = elsewhere.sign_in("ann", Some(test_pool::PASSWORD), Default::default()).await.unwrap();
        assert!(signed_in.is_signed_in);

        let events = pool.client.events();
        let result = pool.client.sign_out(SignOutOptions::new()).await;
        assert!(result.is_complete, "{result:?}");
        assert_eq!((pool.server.requests("RevokeToken"), pool.client.state()), (1, AuthState::SignedOut));
        assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
        assert!(matches!(events.next().await, Some(AuthEvent::SignedOut { user }) if user.username == "ann"));
        assert_eq!(pool.client.get_current_user().await.unwrap_err().code(), "not_signed_in");
        assert!(elsewhere.fetch_auth_session(forced()).await.unwrap().is_signed_in);

        pool.sign_in(AuthFlow::UserSrp).await;
        pool.pass(Duration::from_secs(3600)); // a stale access token must not keep the others signed in
        let result = pool.client.sign_out(SignOutOptions::new().global(true)).await;
        assert!(result.is_complete, "{kind:?} {result:?}");
        let session = elsewhere.fetch_auth_session(forced()).await.unwrap();
        assert_eq!(session.tokens().unwrap_err().code(), "session_expired", "{kind:?}");
    }
}

#[tokio::test]
async fn signing_out_offline() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    pool.sign_in(AuthFlow::UserSrp).await;
    pool.server.faults().set("*", Fault::Reset);
    let result = pool.client.sign_out(SignOutOptions::new().global(true)).await;
    assert!(!result.is_complete);
    assert_eq!(result.global_sign_out_error.unwrap().code, "network");
    assert_eq!(result.revoke_token_error.unwrap().code, "network");
    assert_eq!(pool.client.state(), AuthState::SignedOut);
    assert_eq!(pool.restarted().load().await.unwrap(), AuthState::SignedOut);
}

#[tokio::test]
async fn a_caller_who_gives_up_at_any_moment_loses_no_rotated_token() {
    // The future is dropped after 0, 1, 2, … polls; whatever happened by then, the session goes on afterwards.
    let pool = TestPool::with_ann(Kind::Rotating).await;
    pool.sign_in(AuthFlow::UserSrp).await;
    for polls in 0..12 {
        {
            let mut fetching = Box::pin(pool.client.fetch_auth_session(forced()));
            for _ in 0..polls {
                if futures_poll(&mut fetching).await {
                    break;
                }
            }
        }
        // This client waits for what is on its way; a process that begins afterwards finds the result in the store.
        assert!(pool.client.fetch_auth_session(forced()).await.unwrap().tokens().is_ok(), "after {polls} polls");
        let session = pool.restarted().fetch_auth_session(forced()).await.unwrap();
        assert!(session.tokens().is_ok(), "after {polls} polls: {session:?}");
    }
}

/// Polls once and lets others run; true when it is done.
async fn futures_poll<F: Future + Unpin>(future: &mut F) -> bool {
    let done = std::future::poll_fn(|context| {
        std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(context).is_ready())
    })
    .await;
    tokio::time::sleep(Duration::from_millis(2)).await;
    done
}
