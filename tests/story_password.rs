//! A person replaces a forgotten password, or changes the one they know.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod house;

use std::time::Duration;

use house::{House, KINDS, Kind, PASSWORD, client_of};
use local_pool::{ClientConfig, PoolConfig};
use portcullis::{
    AuthError, AuthEvent, AuthFlow, AuthState, ConfirmResetPasswordOptions, ConfirmSignUpOptions, DeliveryMedium,
    EventStream, FetchSessionOptions, ResetPasswordOptions, ResetPasswordStep, SignInOptions, SignInStep,
    SignUpOptions,
};

const NEW: &str = "Better-Stapler-7";

/// With ann, who can be reached by mail.
async fn house(client: ClientConfig) -> House {
    let ann = [("email", "ann@example.org"), ("email_verified", "true")];
    House::with(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &ann)).await
}

async fn forget(house: &House) {
    house.client.reset_password("ann", ResetPasswordOptions::new()).await.unwrap();
}

async fn replace(house: &House, password: &str, code: &str) -> Result<(), AuthError> {
    house.client.confirm_reset_password("ann", password, code, ConfirmResetPasswordOptions::new()).await
}

async fn sign_in(house: &House, password: &str) -> Result<SignInStep, AuthError> {
    house.client.sign_in("ann", Some(password), SignInOptions::new()).await.map(|result| result.next_step)
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
        let house = house(client_of(kind)).await;
        let events = house.client.events();
        let result = house.client.reset_password("ann", ResetPasswordOptions::new()).await.unwrap();
        assert!(!result.is_password_reset);
        let ResetPasswordStep::ConfirmResetPasswordWithCode { delivery_details } = result.next_step else {
            panic!("{result:?}")
        };
        assert_eq!(delivery_details.destination.as_deref(), Some("a***@e***"));
        assert_eq!(delivery_details.medium, Some(DeliveryMedium::Email));
        assert_eq!(delivery_details.attribute_name.as_deref(), Some("email"));

        let code = house.code("ann");
        let wrong = if code == "000000" { "000001" } else { "000000" };
        assert_eq!(replace(&house, NEW, wrong).await.unwrap_err().code(), "code_mismatch");
        let code = format!("{} {}\n", &code[..3], &code[3..]); // as it is read out, or pasted
        let weak = replace(&house, "short", &code).await.unwrap_err();
        assert!(matches!(weak, AuthError::InvalidPassword { .. }), "{weak}");
        replace(&house, NEW, &code).await.unwrap();
        assert_eq!(house.client.load().await.unwrap(), AuthState::SignedOut, "nobody is signed in by it");
        assert_eq!(replace(&house, NEW, &code).await.unwrap_err().code(), "code_expired", "it counts once");

        assert_eq!(sign_in(&house, PASSWORD).await.unwrap_err().code(), "incorrect_username_or_password");
        assert_eq!(sign_in(&house, NEW).await.unwrap(), SignInStep::Done);
        let failed = "forgotPasswordSubmit_failure";
        let before = ["configured", "forgotPassword", failed, failed, "forgotPasswordSubmit", "stateChanged", failed];
        assert_eq!(told(&events, 7).await, before);
    }
}

#[tokio::test]
async fn only_the_newest_code_counts_and_not_for_ever() {
    let house = house(ClientConfig::default()).await;
    forget(&house).await;
    let first = house.code("ann");
    forget(&house).await;
    let second = house.code("ann");
    if first != second {
        assert_eq!(replace(&house, NEW, &first).await.unwrap_err().code(), "code_mismatch");
    }
    house.pass(Duration::from_secs(3601));
    assert_eq!(replace(&house, NEW, &second).await.unwrap_err().code(), "code_expired");
}

#[tokio::test]
async fn who_cannot_have_a_code() {
    let house = House::with_ann(Kind::Plain).await; // her address is not verified
    let reset = async |house: &House, name: &str| {
        house.client.reset_password(name, ResetPasswordOptions::new()).await.map_err(|error| error.code().to_owned())
    };
    let events = house.client.events();
    assert_eq!(reset(&house, "ann").await.unwrap_err(), "invalid_parameter");
    assert_eq!(reset(&house, "nobody").await.unwrap_err(), "user_not_found");
    assert_eq!(told(&events, 3).await, ["configured", "forgotPassword_failure", "forgotPassword_failure"]);

    // A pool that hides who exists sends a made-up place, and nobody gets anything.
    let hiding = self::house(ClientConfig { prevent_user_existence_errors: true, ..ClientConfig::default() }).await;
    let result = reset(&hiding, "nobody").await.unwrap();
    let ResetPasswordStep::ConfirmResetPasswordWithCode { delivery_details } = result.next_step else {
        panic!("{result:?}")
    };
    assert!(delivery_details.destination.is_some());
    assert!(hiding.pool.outbox(None, None).is_empty());
}

#[tokio::test]
async fn too_many_codes() {
    let house = house(ClientConfig::default()).await;
    for _ in 0..20 {
        match house.client.reset_password("ann", ResetPasswordOptions::new()).await {
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
    let house = house(ClientConfig::default()).await;
    let field = |error: AuthError| {
        assert_eq!(error.code(), "validation_failed");
        error.info().field.clone().unwrap()
    };
    let client = &house.client;
    let options = ConfirmResetPasswordOptions::new;
    assert_eq!(field(client.reset_password("", ResetPasswordOptions::new()).await.unwrap_err()), "username");
    assert_eq!(field(client.confirm_reset_password("", NEW, "1", options()).await.unwrap_err()), "username");
    assert_eq!(field(client.confirm_reset_password("ann", "", "1", options()).await.unwrap_err()), "newPassword");
    assert_eq!(field(client.confirm_reset_password("ann", NEW, "", options()).await.unwrap_err()), "confirmationCode");
    assert_eq!(field(client.update_password(Some(""), NEW).await.unwrap_err()), "oldPassword");
    assert_eq!(field(client.update_password(Some(PASSWORD), "").await.unwrap_err()), "newPassword");
    assert_eq!(house.pool.all_requests().values().sum::<u64>(), 0);
}

#[tokio::test]
async fn a_signed_in_person_changes_the_password() {
    for kind in KINDS {
        let house = house(client_of(kind)).await;
        let error = house.client.update_password(Some(PASSWORD), NEW).await.unwrap_err();
        assert!(matches!(error, AuthError::NotSignedIn { .. }), "{error}");
        house.sign_in(AuthFlow::UserSrp).await;

        let wrong = house.client.update_password(Some("Wrong-Horse-9"), NEW).await.unwrap_err();
        assert_eq!(wrong.code(), "incorrect_username_or_password");
        assert_eq!(house.client.update_password(None, NEW).await.unwrap_err().code(), "incorrect_username_or_password");
        assert_eq!(house.client.update_password(Some(PASSWORD), "short").await.unwrap_err().code(), "invalid_password");
        assert!(matches!(house.client.state(), AuthState::SignedIn { .. }), "no verdict about the session");
        assert_eq!(house.pool.requests("GetTokensFromRefreshToken"), 0);

        // The tokens are long stale: they are renewed on the way.
        house.pass(Duration::from_secs(2 * 3600));
        house.client.update_password(Some(PASSWORD), NEW).await.unwrap();
        assert_eq!(house.pool.requests("GetTokensFromRefreshToken"), 1);
        let renewed = house.client.fetch_auth_session(FetchSessionOptions::new().force_refresh(true)).await.unwrap();
        assert!(renewed.tokens().is_ok(), "the session lives on");
        assert_eq!(sign_in(&house, NEW).await.unwrap(), SignInStep::Done);
    }
}

#[tokio::test]
async fn a_session_that_was_revoked_elsewhere_ends_with_the_call() {
    let house = house(ClientConfig::default()).await;
    house.sign_in(AuthFlow::UserSrp).await;
    house.pool.revoke_tokens("ann").unwrap();
    let error = house.client.update_password(Some(PASSWORD), NEW).await.unwrap_err();
    assert!(matches!(error, AuthError::SessionExpired { .. }), "{error}");
    assert!(matches!(house.client.state(), AuthState::SessionExpired { .. }));
}

#[tokio::test]
async fn a_person_without_a_password_sets_the_first_one() {
    let config =
        PoolConfig { first_factors: vec!["PASSWORD".to_owned(), "EMAIL_OTP".to_owned()], ..PoolConfig::default() };
    let house = House::with(config).await;
    let options = SignUpOptions::new().attribute("email", "ann@example.org");
    house.client.sign_up("ann", None, options).await.unwrap();
    house.client.confirm_sign_up("ann", house.code("ann"), ConfirmSignUpOptions::default()).await.unwrap();
    house.client.auto_sign_in().await.unwrap();
    house.client.update_password(None, NEW).await.unwrap();
    assert_eq!(sign_in(&house, NEW).await.unwrap(), SignInStep::Done);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_no_second_try() {
    let house = house(ClientConfig::default()).await;
    let events = house.client.events();
    house.pool.faults().set("ForgotPassword", local_pool::Fault::DropAfterCommit);
    let error = house.client.reset_password("ann", ResetPasswordOptions::new()).await.unwrap_err();
    assert_eq!(error.code(), "network");
    assert_eq!(house.pool.requests("ForgotPassword"), 1);
    assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
    assert!(matches!(
        events.next().await,
        Some(AuthEvent::PasswordResetRequestFailed { username, error }) if username == "ann" && error.code == "network"
    ));
}
