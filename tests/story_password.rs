//! A person replaces a forgotten password, or changes the one they know.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod test_pool;

use std::time::Duration;

use local_pool::{ClientConfig, PoolConfig};
use portcullis::{
    AuthError, AuthEvent, AuthFlow, AuthState, ConfirmResetPasswordOptions, ConfirmSignUpOptions, DeliveryMedium,
    EventStream, FetchSessionOptions, ResetPasswordOptions, ResetPasswordStep, SignInOptions, SignInStep,
    SignUpOptions,
};
use test_pool::{KINDS, Kind, PASSWORD, TestPool, client_of};

const NEW: &str = "Better-Stapler-7";

/// With ann, who can be reached by mail.
async fn pool(client: ClientConfig) -> TestPool {
    let ann = [("email", "ann@example.org"), ("email_verified", "true")];
    TestPool::with(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &ann)).await
}

async fn forget(pool: &TestPool) {
    pool.client.reset_password("ann", ResetPasswordOptions::new()).await.unwrap();
}

async fn replace(pool: &TestPool, password: &str, code: &str) -> Result<(), AuthError> {
    pool.client.confirm_reset_password("ann", password, code, ConfirmResetPasswordOptions::new()).await
}

async fn sign_in(pool: &TestPool, password: &str) -> Result<SignInStep, AuthError> {
    pool.client.sign_in("ann", Some(password), SignInOptions::new()).await.map(|result| result.next_step)
}

async fn told(events: &EventStream, count: usize) -> Vec<&'static str> {
    let mut names = Vec::new();
    while names.len() < count {
        names.push(events.next().await.unwrap().hub_name());
    }
    names
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_with_a_code() {
    for kind in KINDS {
        let pool = pool(client_of(kind)).await;
        let events = pool.client.events();
        let result = pool.client.reset_password("ann", ResetPasswordOptions::new()).await.unwrap();
        assert!(!result.is_password_reset);
        let ResetPasswordStep::ConfirmResetPasswordWithCode { delivery_details } = result.next_step else {
            panic!("{result:?}")
        };
        assert_eq!(delivery_details.destination.as_deref(), Some("a***@e***"));
        assert_eq!(delivery_details.medium, Some(DeliveryMedium::Email));
        assert_eq!(delivery_details.attribute_name.as_deref(), Some("email"));

        let code = pool.code("ann");
        let wrong = if code == "000000" { "000001" } else { "000000" };
        assert_eq!(replace(&pool, NEW, wrong).await.unwrap_err().code(), "code_mismatch");
        let code = format!("{} {}\n", &code[..3], &code[3..]); // as it is read out, or pasted
        let weak = replace(&pool, "short", &code).await.unwrap_err();
        assert!(matches!(weak, AuthError::InvalidPassword { .. }), "{weak}");
        replace(&pool, NEW, &code).await.unwrap();
        assert_eq!(pool.client.load().await.unwrap(), AuthState::SignedOut, "nobody is signed in by it");
        assert_eq!(replace(&pool, NEW, &code).await.unwrap_err().code(), "code_expired", "it counts once");

        assert_eq!(sign_in(&pool, PASSWORD).await.unwrap_err().code(), "incorrect_username_or_password");
        assert_eq!(sign_in(&pool, NEW).await.unwrap(), SignInStep::Done);
        let failed = "forgotPasswordSubmit_failure";
        let before = ["configured", "forgotPassword", failed, failed, "forgotPasswordSubmit", "stateChanged", failed];
        assert_eq!(told(&events, 7).await, before);
    }
}

#[tokio::test]
async fn only_the_newest_code_counts_and_not_for_ever() {
    let pool = pool(ClientConfig::default()).await;
    forget(&pool).await;
    let first = pool.code("ann");
    forget(&pool).await;
    let second = pool.code("ann");
    if first != second {
        assert_eq!(replace(&pool, NEW, &first).await.unwrap_err().code(), "code_mismatch");
    }
    pool.pass(Duration::from_secs(3601));
    assert_eq!(replace(&pool, NEW, &second).await.unwrap_err().code(), "code_expired");
}

#[tokio::test]
async fn who_cannot_have_a_code() {
    let pool = TestPool::with_ann(Kind::Plain).await; // her address is not verified
    let reset = async |pool: &TestPool, name: &str| {
        pool.client.reset_password(name, ResetPasswordOptions::new()).await.map_err(|error| error.code().to_owned())
    };
    let events = pool.client.events();
    assert_eq!(reset(&pool, "ann").await.unwrap_err(), "invalid_parameter");
    assert_eq!(reset(&pool, "nobody").await.unwrap_err(), "user_not_found");
    assert_eq!(told(&events, 3).await, ["configured", "forgotPassword_failure", "forgotPassword_failure"]);

    // A pool that hides who exists sends a made-up place, and nobody gets anything.
    let hiding = self::pool(ClientConfig { prevent_user_existence_errors: true, ..ClientConfig::default() }).await;
    let result = reset(&hiding, "nobody").await.unwrap();
    let ResetPasswordStep::ConfirmResetPasswordWithCode { delivery_details } = result.next_step else {
        panic!("{result:?}")
    };
    assert!(delivery_details.destination.is_some());
    assert!(hiding.server.outbox(None, None).is_empty());
}

#[tokio::test]
async fn too_many_codes() {
    let pool = pool(ClientConfig::default()).await;
    for _ in 0..20 {
        match pool.client.reset_password("ann", ResetPasswordOptions::new()).await {
            Ok(_) => {}
            Err(error) => {
                assert_eq!((error.code(), error.is_retryable()), ("limit_exceeded", true));
                return;
            }
        }
    }
    panic!("there is a limit");
}

#[tokio::test]
async fn what_is_certainly_wrong_is_not_sent() {
    let pool = pool(ClientConfig::default()).await;
    let field = |error: AuthError| {
        assert_eq!(error.code(), "validation_failed");
        error.info().field.clone().unwrap()
    };
    let client = &pool.client;
    let options = ConfirmResetPasswordOptions::new;
    assert_eq!(field(client.reset_password("", ResetPasswordOptions::new()).await.unwrap_err()), "username");
    assert_eq!(field(client.confirm_reset_password("", NEW, "1", options()).await.unwrap_err()), "username");
    assert_eq!(field(client.confirm_reset_password("ann", "", "1", options()).await.unwrap_err()), "newPassword");
    assert_eq!(field(client.confirm_reset_password("ann", NEW, "", options()).await.unwrap_err()), "confirmationCode");
    assert_eq!(field(client.update_password(Some(""), NEW).await.unwrap_err()), "oldPassword");
    assert_eq!(field(client.update_password(Some(PASSWORD), "").await.unwrap_err()), "newPassword");
    assert_eq!(pool.server.all_requests().values().sum::<u64>(), 0);
}

#[tokio::test]
async fn a_signed_in_person_changes_the_password() {
    for kind in KINDS {
        let pool = pool(client_of(kind)).await;
        let error = pool.client.update_password(Some(PASSWORD), NEW).await.unwrap_err();
        assert!(matches!(error, AuthError::NotSignedIn { .. }), "{error}");
        pool.sign_in(AuthFlow::UserSrp).await;

        let wrong = pool.client.update_password(Some("Wrong-Horse-9"), NEW).await.unwrap_err();
        assert_eq!(wrong.code(), "incorrect_username_or_password");
        assert_eq!(pool.client.update_password(None, NEW).await.unwrap_err().code(), "incorrect_username_or_password");
        assert_eq!(pool.client.update_password(Some(PASSWORD), "short").await.unwrap_err().code(), "invalid_password");
        assert!(matches!(pool.client.state(), AuthState::SignedIn { .. }), "no verdict about the session");
        assert_eq!(pool.server.requests("GetTokensFromRefreshToken"), 0);

        // The tokens are long stale: they are renewed on the way.
        pool.pass(Duration::from_secs(2 * 3600));
        pool.client.update_password(Some(PASSWORD), NEW).await.unwrap();
        assert_eq!(pool.server.requests("GetTokensFromRefreshToken"), 1);
        let renewed = pool.client.fetch_auth_session(FetchSessionOptions::new().force_refresh(true)).await.unwrap();
        assert!(renewed.tokens().is_ok(), "the session lives on");
        assert_eq!(sign_in(&pool, NEW).await.unwrap(), SignInStep::Done);
    }
}

#[tokio::test]
async fn a_session_that_was_revoked_elsewhere_ends_with_the_call() {
    let pool = pool(ClientConfig::default()).await;
    pool.sign_in(AuthFlow::UserSrp).await;
    pool.server.revoke_tokens("ann").unwrap();
    let error = pool.client.update_password(Some(PASSWORD), NEW).await.unwrap_err();
    assert!(matches!(error, AuthError::SessionExpired { .. }), "{error}");
    assert!(matches!(pool.client.state(), AuthState::SessionExpired { .. }));
}

#[tokio::test]
async fn a_person_without_a_password_sets_the_first_one() {
    let config =
        PoolConfig { first_factors: vec!["PASSWORD".to_owned(), "EMAIL_OTP".to_owned()], ..PoolConfig::default() };
    let pool = TestPool::with(config).await;
    let options = SignUpOptions::new().attribute("email", "ann@example.org");
    pool.client.sign_up("ann", None, options).await.unwrap();
    pool.client.confirm_sign_up("ann", pool.code("ann"), ConfirmSignUpOptions::default()).await.unwrap();
    pool.client.auto_sign_in().await.unwrap();
    pool.client.update_password(None, NEW).await.unwrap();
    assert_eq!(sign_in(&pool, NEW).await.unwrap(), SignInStep::Done);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_no_second_try() {
    let pool = pool(ClientConfig::default()).await;
    let events = pool.client.events();
    pool.server.faults().set("ForgotPassword", local_pool::Fault::DropAfterCommit);
    let error = pool.client.reset_password("ann", ResetPasswordOptions::new()).await.unwrap_err();
    assert_eq!(error.code(), "network");
    assert_eq!(pool.server.requests("ForgotPassword"), 1);
    assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
    assert!(matches!(
        events.next().await,
        Some(AuthEvent::PasswordResetRequestFailed { username, error }) if username == "ann" && error.code == "network"
    ));
}
