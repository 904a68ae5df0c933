//! Signing in, by every flow.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod test_pool;

use portcullis::{AuthFlow, AuthState, ConfirmSignInOptions, FetchSessionOptions, SignInOptions, SignInStep};
use test_pool::{KINDS, Kind, PASSWORD, TestPool};

fn question(step: &SignInStep) -> &str {
    match step {
        SignInStep::ConfirmSignInWithCustomChallenge { parameters } => &parameters["question"],
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn with_a_password() {
    for kind in KINDS {
        for flow in [AuthFlow::UserSrp, AuthFlow::UserPassword] {
            let pool = TestPool::with_ann(kind).await;
            let result = pool.sign_in(flow.clone()).await;
            assert!(result.is_signed_in, "{kind:?} {flow:?}");
            assert!(matches!(pool.client.state(), AuthState::SignedIn { user } if user.username == "ann"));
            let session = pool.client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap();
            let tokens = session.tokens().unwrap();
            assert_eq!(tokens.id_claims().unwrap().email.as_deref(), Some("ann@example.org"));
            assert_eq!(tokens.access_claims().token_use.as_deref(), Some("access"));
            assert_eq!(tokens.access_claims().scopes, ["aws.cognito.signin.user.admin"]);
            assert!(tokens.access_claims().get("origin_jti").is_some());
        }
    }
}

#[tokio::test]
async fn an_srp_sign_in_takes_two_requests_on_one_connection() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    pool.server.reset_counters();
    pool.sign_in(AuthFlow::UserSrp).await;
    assert_eq!(pool.server.all_requests().values().sum::<u64>(), 2);
    assert_eq!(pool.server.connections(), 1);
}

#[tokio::test]
async fn by_an_alias_with_a_secret() {
    let config =
        local_pool::PoolConfig { username_attributes: vec!["email".to_owned()], ..local_pool::PoolConfig::default() };
    let secret = local_pool::ClientConfig { generate_secret: true, ..local_pool::ClientConfig::default() };
    let pool = TestPool::with(config.with_client(secret)).await;
    pool.server.create_user("ann@example.org", PASSWORD, &[]).unwrap();
    let result = pool.client.sign_in("ann@example.org", Some(PASSWORD), SignInOptions::new()).await.unwrap();
    assert!(result.is_signed_in);
    let user = pool.client.get_current_user().await.unwrap();
    assert_eq!(user.username, user.user_id); // the service's name, not the typed one
}

#[tokio::test]
async fn custom_challenges_with_and_without_a_password() {
    for kind in KINDS {
        for flow in [AuthFlow::CustomWithSrp, AuthFlow::CustomWithoutSrp] {
            for rounds in 1..=4 {
                let pool = TestPool::with_ann(kind).await;
                pool.ask_numbers(rounds);
                let mut result = pool.sign_in(flow.clone()).await;
                for round in 1..=rounds {
                    assert_eq!(question(&result.next_step), format!("number {round}"));
                    assert_eq!(pool.client.pending_sign_in().unwrap().step, result.next_step);
                    result = pool.client.confirm_sign_in(round.to_string(), ConfirmSignInOptions::new()).await.unwrap();
                }
                assert!(result.is_signed_in, "{kind:?} {flow:?} {rounds}");
                assert!(pool.client.pending_sign_in().is_none());
            }
        }
    }
}

#[tokio::test]
async fn wrong_wrong_right() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    pool.ask_numbers(1);
    pool.sign_in(AuthFlow::CustomWithoutSrp).await;
    for _ in 0..2 {
        let again = pool.client.confirm_sign_in("wrong", ConfirmSignInOptions::new()).await.unwrap();
        assert_eq!(question(&again.next_step), "number 1");
    }
    assert!(pool.client.confirm_sign_in("1", ConfirmSignInOptions::new()).await.unwrap().is_signed_in);
}

#[tokio::test]
async fn wrong_three_times_ends_it() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    pool.ask_numbers(1);
    pool.sign_in(AuthFlow::CustomWithoutSrp).await;
    for _ in 0..2 {
        pool.client.confirm_sign_in("wrong", ConfirmSignInOptions::new()).await.unwrap();
    }
    let error = pool.client.confirm_sign_in("wrong", ConfirmSignInOptions::new()).await.unwrap_err();
    assert_eq!(error.code(), "incorrect_username_or_password");
    let error = pool.client.confirm_sign_in("1", ConfirmSignInOptions::new()).await.unwrap_err();
    assert_eq!(error.code(), "no_sign_in_in_progress");
    assert!(!matches!(pool.client.state(), AuthState::SignedIn { .. }));
}

#[tokio::test]
async fn an_unfinished_sign_in_disturbs_nothing_and_is_disturbed_by_nothing() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    pool.sign_in(AuthFlow::UserSrp).await;
    pool.ask_numbers(1);
    pool.sign_in(AuthFlow::CustomWithoutSrp).await;
    // The session of before is still there; fetching, refreshing and failing do not touch the sign-in.
    assert!(pool.client.fetch_auth_session(FetchSessionOptions::new().force_refresh(true)).await.unwrap().is_signed_in);
    assert_eq!(pool.client.get_current_user().await.unwrap().username, "ann");
    assert_eq!(
        pool.client.confirm_sign_in("", ConfirmSignInOptions::new()).await.unwrap_err().code(),
        "validation_failed"
    );
    pool.server.faults().queue("RespondToAuthChallenge", local_pool::Fault::Reset, 1);
    let broken = pool.client.confirm_sign_in("1", ConfirmSignInOptions::new()).await.unwrap_err();
    assert_eq!((broken.code(), broken.is_retryable()), ("network", true));
    assert!(pool.client.confirm_sign_in("1", ConfirmSignInOptions::new()).await.unwrap().is_signed_in);
}

#[tokio::test]
async fn a_new_sign_in_replaces_the_unfinished_one_and_cancelling_forgets_it() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    pool.ask_numbers(2);
    pool.sign_in(AuthFlow::CustomWithoutSrp).await;
    pool.client.confirm_sign_in("1", ConfirmSignInOptions::new()).await.unwrap();
    assert_eq!(question(&pool.sign_in(AuthFlow::CustomWithoutSrp).await.next_step), "number 1");
    pool.client.cancel_sign_in();
    assert!(pool.client.pending_sign_in().is_none());
    let error = pool.client.confirm_sign_in("1", ConfirmSignInOptions::new()).await.unwrap_err();
    assert_eq!(error.code(), "no_sign_in_in_progress");
}

#[tokio::test]
async fn too_late_an_answer() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    pool.ask_numbers(1);
    pool.sign_in(AuthFlow::CustomWithoutSrp).await;
    pool.pass(std::time::Duration::from_secs(181));
    let error = pool.client.confirm_sign_in("1", ConfirmSignInOptions::new()).await.unwrap_err();
    assert_eq!(error.code(), "invalid_session");
}

#[tokio::test]
async fn every_trigger_of_a_sign_in_sees_the_metadata() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    let seen = pool.ask_numbers(1);
    let post = std::sync::Arc::new(std::sync::Mutex::new(None));
    let noted = post.clone();
    pool.server.set_trigger(local_pool::TriggerKind::PostAuthentication, move |event| {
        *noted.lock().unwrap() = Some(event["request"]["clientMetadata"].clone());
        Ok(event)
    });
    let pre = std::sync::Arc::new(std::sync::Mutex::new(None));
    let noted = pre.clone();
    pool.server.set_trigger(local_pool::TriggerKind::PreAuthentication, move |event| {
        *noted.lock().unwrap() = Some(event["request"]["validationData"].clone());
        Ok(event)
    });
    let mut options = SignInOptions::new()
        .auth_flow(AuthFlow::CustomWithSrp)
        .client_metadata("a", "metadata")
        .client_metadata("b", "x");
    options.validation_data.insert("a".to_owned(), "validation".to_owned());
    pool.client.sign_in("ann", Some(PASSWORD), options).await.unwrap();
    let options = ConfirmSignInOptions::new().client_metadata("c", "confirm");
    pool.client.confirm_sign_in("1", options).await.unwrap();

    assert_eq!(pre.lock().unwrap().take().unwrap()["a"], "validation");
    // What the service gets with the first request it keeps from these triggers; with every answer it passes it on.
    let expected = serde_json::json!({ "a": "validation", "b": "x" });
    let with_answer = serde_json::json!({ "a": "validation", "b": "x", "c": "confirm" });
    assert_eq!(post.lock().unwrap().take().unwrap(), with_answer);
    let seen = seen.lock().unwrap();
    let metadata: Vec<_> =
        seen.iter().map(|event| &event["request"]["clientMetadata"]).filter(|data| data.is_object()).collect();
    assert!(metadata.contains(&&expected) && metadata.contains(&&with_answer), "{metadata:?}");
}

#[tokio::test]
async fn a_double_tap_answers_once() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    pool.ask_numbers(2);
    pool.sign_in(AuthFlow::CustomWithoutSrp).await;
    let delay = local_pool::Fault::Delay(std::time::Duration::from_millis(100));
    pool.server.faults().queue("RespondToAuthChallenge", delay, 1);
    let tap = || pool.client.confirm_sign_in("1", ConfirmSignInOptions::new());
    let (first, second) = tokio::join!(tap(), tap());
    assert_eq!(question(&first.unwrap().next_step), "number 2");
    assert_eq!(second.unwrap_err().code(), "answer_in_progress");
    assert!(pool.client.confirm_sign_in("2", ConfirmSignInOptions::new()).await.unwrap().is_signed_in);
}
