//! What goes wrong, and what it leaves behind: a typed error with a stable code and a sentence, the state unchanged.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod test_pool;

use local_pool::Fault;
use portcullis::{AuthClient, AuthConfiguration, AuthError, AuthFlow, AuthState, SignInOptions};
use test_pool::{Kind, PASSWORD, TestPool};

async fn sign_in(client: &AuthClient, name: &str, password: &str, flow: AuthFlow) -> AuthError {
    let state = client.load().await.unwrap();
    let error = client.sign_in(name, Some(password), SignInOptions::new().auth_flow(flow)).await.unwrap_err();
    assert!(!error.recovery().is_empty());
    assert_eq!(client.state(), state);
    assert!(client.pending_sign_in().is_none());
    error
}

#[tokio::test]
async fn wrong_password_unknown_and_disabled_users() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    for flow in [AuthFlow::UserSrp, AuthFlow::UserPassword, AuthFlow::CustomWithSrp] {
        pool.ask_numbers(1);
        let error = sign_in(&pool.client, "ann", "Wrong-Horse-9", flow.clone()).await;
        assert_eq!(error.code(), "incorrect_username_or_password", "{flow:?}");
        assert!(matches!(error, AuthError::NotAuthorized { .. }));
        assert_eq!(error.info().service_code.as_deref(), Some("NotAuthorizedException"));
        assert!(error.info().request_id.is_some());
    }
    let error = sign_in(&pool.client, "nobody", PASSWORD, AuthFlow::UserSrp).await;
    assert!(matches!(error, AuthError::UserNotFound { .. }), "{error}");
    pool.server.disable_user("ann").unwrap();
    assert_eq!(sign_in(&pool.client, "ann", PASSWORD, AuthFlow::UserSrp).await.code(), "user_disabled");
}

#[tokio::test]
async fn a_locked_user_may_wait() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    for _ in 0..5 {
        sign_in(&pool.client, "ann", "Wrong-Horse-9", AuthFlow::UserPassword).await;
    }
    let error = sign_in(&pool.client, "ann", PASSWORD, AuthFlow::UserPassword).await;
    assert_eq!((error.code(), error.is_retryable()), ("attempts_exceeded", true));
    pool.pass(std::time::Duration::from_secs(16 * 60));
    assert!(pool.sign_in(AuthFlow::UserPassword).await.is_signed_in);
}

#[tokio::test]
async fn the_signed_in_user_stays_when_another_sign_in_fails() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    pool.sign_in(AuthFlow::UserSrp).await;
    sign_in(&pool.client, "ann", "Wrong-Horse-9", AuthFlow::UserSrp).await;
    assert!(matches!(pool.client.state(), AuthState::SignedIn { .. }));
}

#[tokio::test]
async fn server_down() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    let endpoint = pool.server.endpoint();
    drop(pool.server);
    let error = sign_in(&pool.client, "ann", PASSWORD, AuthFlow::UserSrp).await;
    assert_eq!((error.code(), error.is_retryable()), ("network", true));
    assert_eq!(error.info().operation.as_deref(), Some("InitiateAuth"));
    assert!(!error.to_string().contains(&endpoint), "{error}");
}

#[tokio::test]
async fn a_captive_portal_answers() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    let body = "<html>log in to the hotel's network</html>".to_owned();
    pool.server.faults().set("*", Fault::Answer { status: 200, error_type: None, body });
    let error = sign_in(&pool.client, "ann", PASSWORD, AuthFlow::UserSrp).await;
    assert_eq!((error.code(), error.info().http_status), ("bad_response", Some(200)));
    assert!(!error.to_string().contains("hotel"));
}

#[tokio::test]
async fn throttled_and_slow() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    let throttled = || Fault::exception("TooManyRequestsException", 400, "Rate exceeded");
    pool.server.faults().queue("InitiateAuth", throttled(), 2);
    assert!(pool.sign_in(AuthFlow::UserSrp).await.is_signed_in);
    pool.server.faults().queue("InitiateAuth", throttled(), 3);
    assert_eq!(sign_in(&pool.client, "ann", PASSWORD, AuthFlow::UserSrp).await.code(), "throttled");

    let configuration =
        pool.client.configuration().to_builder().total_timeout(std::time::Duration::from_millis(200)).build();
    let impatient = AuthClient::new(configuration.unwrap());
    pool.server.faults().set("InitiateAuth", Fault::Delay(std::time::Duration::from_secs(5)));
    assert_eq!(sign_in(&impatient, "ann", PASSWORD, AuthFlow::UserSrp).await.code(), "timeout");
}

#[tokio::test]
async fn a_wrong_configuration_is_told_by_its_kind() {
    let pool = TestPool::with_ann(Kind::Secret).await;
    let outputs = AuthConfiguration::from_json(&pool.server.amplify_outputs()).unwrap();
    let without = AuthClient::new(outputs.clone());
    assert_eq!(sign_in(&without, "ann", PASSWORD, AuthFlow::UserSrp).await.code(), "client_secret_mismatch");
    let wrong = AuthClient::new(outputs.to_builder().client_secret("not the secret").build().unwrap());
    let error = sign_in(&wrong, "ann", PASSWORD, AuthFlow::UserSrp).await;
    assert!(matches!(error, AuthError::Configuration { .. }));

    let builder = AuthConfiguration::builder(pool.server.pool_id(), "nosuchclient").endpoint(pool.server.endpoint());
    let stranger = AuthClient::new(builder.build().unwrap());
    assert_eq!(sign_in(&stranger, "ann", PASSWORD, AuthFlow::UserSrp).await.code(), "resource_not_found");
    assert_eq!(AuthConfiguration::from_json("{}").unwrap_err().code(), "configuration_invalid");
}

#[tokio::test]
async fn a_flow_that_the_app_client_does_not_allow() {
    let client = local_pool::ClientConfig { auth_flows: vec!["ALLOW_USER_SRP_AUTH".to_owned()], ..Default::default() };
    let pool = TestPool::with(local_pool::PoolConfig::default().with_client(client)).await;
    pool.server.create_user("ann", PASSWORD, &[]).unwrap();
    let error = sign_in(&pool.client, "ann", PASSWORD, AuthFlow::UserPassword).await;
    assert_eq!(error.code(), "invalid_parameter");
    assert!(error.info().text.contains("USER_PASSWORD_AUTH flow not enabled"), "{error}");
}

#[tokio::test]
async fn a_challenge_of_the_future_is_named() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    let body =
        serde_json::json!({ "ChallengeName": "RETINA_SCAN", "Session": "s", "ChallengeParameters": {} }).to_string();
    pool.server.faults().set("InitiateAuth", Fault::Answer { status: 200, error_type: None, body });
    let error = sign_in(&pool.client, "ann", PASSWORD, AuthFlow::UserSrp).await;
    assert_eq!(error.code(), "unsupported_challenge");
    assert!(error.info().text.contains("RETINA_SCAN"));
}

#[tokio::test]
async fn a_reset_that_an_administrator_asked_for_is_a_step() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    pool.server.require_password_reset("ann").unwrap();
    for flow in [AuthFlow::UserSrp, AuthFlow::UserPassword] {
        assert_eq!(pool.sign_in(flow).await.next_step, portcullis::SignInStep::ResetPassword);
    }
}

/// Test 18 of the users' list, as far as there is something to print.
#[tokio::test]
async fn nothing_secret_is_printed_anywhere() {
    let secret_client =
        local_pool::ClientConfig { secret: Some("canary-client-secret-0123456789".to_owned()), ..Default::default() };
    let pool = TestPool::with(local_pool::PoolConfig::default().with_client(secret_client)).await;
    let password = "Canary-Password-77";
    pool.server.create_user("ann", password, &[]).unwrap();
    pool.ask_numbers(1);
    let mut printed = format!("{:?}", pool.client);
    let events = pool.client.events();
    let options = SignInOptions::new().auth_flow(AuthFlow::CustomWithSrp);
    pool.client.sign_in("ann", Some(password), options.clone()).await.unwrap();
    printed += &format!("{:?}", pool.client);
    pool.client.confirm_sign_in("canary-answer", Default::default()).await.unwrap();
    pool.client.confirm_sign_in("1", Default::default()).await.unwrap();
    let session = pool.client.fetch_auth_session(Default::default()).await.unwrap();
    let tokens = session.tokens().unwrap().clone();
    printed += &format!("{:?} {session:?} {tokens:?} {:?} {:#?}", pool.client, pool.store, pool.client.configuration());
    pool.server.revoke_tokens("ann").unwrap();
    let expired =
        pool.client.fetch_auth_session(portcullis::FetchSessionOptions::new().force_refresh(true)).await.unwrap();
    printed += &format!("{expired:?}");
    let wrong = pool.client.sign_in("ann", Some("Canary-Password-78"), SignInOptions::new()).await.unwrap_err();
    printed += &format!("{wrong} {wrong:?}");
    pool.client.close();
    while let Some(event) = events.next().await {
        printed += &format!("{event:?}");
    }
    for canary in [
        password,
        "Canary-Password-78",
        "canary-answer",
        "canary-client-secret",
        tokens.access_token(),
        tokens.id_token().unwrap(),
    ] {
        for piece in canary.as_bytes().windows(8).map(|piece| std::str::from_utf8(piece).unwrap()) {
            // The user's own id stands in tokens and may be printed: only pieces that are secret count.
            let public = canary.len() > 100 && !canary.rsplit('.').next().unwrap().contains(piece);
            assert!(public || !printed.contains(piece), "{piece} in {printed}");
        }
    }
}
