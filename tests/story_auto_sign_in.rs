//! The sign-in that comes by itself after a sign-up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod scripted;
mod test_pool;

use local_pool::{PoolConfig, TriggerKind};
use portcullis::{
    AuthEvent, AuthFlow, AutoSignInOptions, ConfirmSignUpOptions, EventStream, SignInStep, SignUpOptions, SignUpStep,
    SignUpVerification,
};
use scripted::{Fixture, Reply};
use test_pool::{KINDS, PASSWORD, TestPool, client_of};

/// The next event of the automatic sign-in.
async fn outcome(events: &EventStream) -> AuthEvent {
    loop {
        let event = events.next().await.unwrap();
        if event.hub_name().starts_with("autoSignIn") {
            return event;
        }
    }
}

fn automatically() -> SignUpOptions {
    SignUpOptions::new().attribute("email", "ann@example.org").auto_sign_in(AutoSignInOptions::default())
}

#[tokio::test]
async fn with_the_password_once_the_code_was_given() {
    for kind in KINDS {
        let pool = TestPool::new(kind).await;
        let events = pool.client.events();
        let result = pool.client.sign_up("ann", Some(PASSWORD), automatically()).await.unwrap();
        assert!(matches!(result.next_step, SignUpStep::ConfirmUser { .. }), "{result:?}");
        let wrong = pool.client.confirm_sign_up("ann", "000000", ConfirmSignUpOptions::default()).await;
        assert_eq!(wrong.unwrap_err().code(), "code_mismatch");
        let code = pool.code("ann");
        let result = pool.client.confirm_sign_up("ann", code, ConfirmSignUpOptions::default()).await.unwrap();
        assert_eq!(result.next_step, SignUpStep::Done);
        assert_eq!(outcome(&events).await, AuthEvent::AutoSignedIn, "{kind:?}");
        assert_eq!(pool.client.get_current_user().await.unwrap().username, "ann");
        // It comes once.
        assert_eq!(pool.client.auto_sign_in().await.unwrap_err().code(), "no_auto_sign_in");
    }
}

#[tokio::test]
async fn at_once_where_nothing_is_to_be_confirmed_and_with_what_the_triggers_are_to_know() {
    let pool = TestPool::new(test_pool::Kind::Plain).await;
    let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    pool.server.set_trigger(TriggerKind::PreSignUp, |mut event| {
        event["response"]["autoConfirmUser"] = true.into();
        Ok(event)
    });
    let noted = seen.clone();
    pool.server.set_trigger(TriggerKind::PreAuthentication, move |event| {
        noted.lock().unwrap().push(event["request"]["validationData"].clone());
        Ok(event)
    });
    let events = pool.client.events();
    let automatic = AutoSignInOptions {
        validation_data: [("invited".to_owned(), "yes".to_owned())].into(),
        ..AutoSignInOptions::default()
    };
    let options = SignUpOptions::new().attribute("email", "ann@example.org").auto_sign_in(automatic);
    let result = pool.client.sign_up("ann", Some(PASSWORD), options).await.unwrap();
    assert!(result.is_sign_up_complete);
    assert_eq!(outcome(&events).await, AuthEvent::AutoSignedIn);
    assert_eq!(seen.lock().unwrap()[0]["invited"], "yes");
}

#[tokio::test]
async fn a_refusal_is_an_event() {
    let pool = TestPool::new(test_pool::Kind::Plain).await;
    pool.server.set_trigger(TriggerKind::PreAuthentication, |_| Err("not today".into()));
    let events = pool.client.events();
    pool.client.sign_up("ann", Some(PASSWORD), automatically()).await.unwrap();
    pool.client.confirm_sign_up("ann", pool.code("ann"), ConfirmSignUpOptions::default()).await.unwrap();
    let AuthEvent::AutoSignInFailed { error } = outcome(&events).await else { panic!() };
    assert_eq!(error.code, "lambda_rejected");
}

#[tokio::test]
async fn a_challenge_waits_for_the_person() {
    let pool = TestPool::new(test_pool::Kind::Plain).await;
    pool.ask_numbers(1);
    let events = pool.client.events();
    let automatic = AutoSignInOptions { auth_flow: Some(AuthFlow::CustomWithSrp), ..AutoSignInOptions::default() };
    pool.client.sign_up("ann", Some(PASSWORD), automatically().auto_sign_in(automatic)).await.unwrap();
    pool.client.confirm_sign_up("ann", pool.code("ann"), ConfirmSignUpOptions::default()).await.unwrap();
    assert_eq!(outcome(&events).await, AuthEvent::AutoSignInChallenged);
    let pending = pool.client.pending_sign_in().unwrap();
    assert!(matches!(pending.step, SignInStep::ConfirmSignInWithCustomChallenge { .. }));
    assert!(pool.client.confirm_sign_in("1", Default::default()).await.unwrap().is_signed_in);
}

/// Without a password the sign-up gives a session, and that signs in when the app asks.
#[tokio::test]
async fn with_the_session_of_a_sign_up_without_password() {
    for kind in KINDS {
        let config = PoolConfig {
            first_factors: vec!["PASSWORD".into(), "EMAIL_OTP".into()],
            auto_verified_attributes: vec!["email".into()],
            ..PoolConfig::default()
        };
        let pool = TestPool::with(config.with_client(client_of(kind))).await;
        let events = pool.client.events();
        let options = SignUpOptions::new().attribute("email", "ann@example.org");
        let result = pool.client.sign_up("ann", None, options).await.unwrap();
        assert!(matches!(result.next_step, SignUpStep::ConfirmUser { .. }), "{result:?}");
        let code = pool.code("ann");
        let result = pool.client.confirm_sign_up("ann", code, ConfirmSignUpOptions::default()).await.unwrap();
        assert_eq!(result.next_step, SignUpStep::CompleteAutoSignIn, "{kind:?}");
        assert!(pool.client.auto_sign_in().await.unwrap().is_signed_in);
        assert_eq!(outcome(&events).await, AuthEvent::AutoSignedIn);
        assert_eq!(pool.client.get_current_user().await.unwrap().username, "ann");
        assert_eq!(pool.client.auto_sign_in().await.unwrap_err().code(), "no_auto_sign_in");
    }
}

fn unconfirmed() -> Reply {
    Reply::Refuses("UserNotConfirmedException", "User is not confirmed.")
}

fn by_link() -> Fixture {
    Fixture::with_configuration(|builder| {
        builder.sign_up_verification(SignUpVerification::Link).auth_flow(AuthFlow::UserPassword)
    })
}

#[tokio::test(start_paused = true)]
async fn a_link_is_waited_for() {
    let fixture = by_link();
    let events = fixture.client.events();
    fixture.service.then([Reply::Acts, unconfirmed(), Reply::AnswersHtml, unconfirmed()]);
    let began = tokio::time::Instant::now();
    fixture.client.sign_up("ann", Some(PASSWORD), automatically()).await.unwrap();
    assert_eq!(outcome(&events).await, AuthEvent::AutoSignedIn);
    // Every five seconds.
    assert_eq!(began.elapsed().as_secs(), 20);
    assert_eq!(fixture.service.count("InitiateAuth"), 4);
}

#[tokio::test(start_paused = true)]
async fn a_link_that_nobody_follows_is_given_up() {
    let fixture = by_link();
    let events = fixture.client.events();
    fixture.service.then([Reply::Acts, unconfirmed(), unconfirmed()]);
    fixture.client.sign_up("ann", Some(PASSWORD), automatically()).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(7)).await;
    assert_eq!(fixture.service.count("InitiateAuth"), 1);
    fixture.device.advance(181);
    let AuthEvent::AutoSignInFailed { error } = outcome(&events).await else { panic!() };
    assert_eq!(error.code, "user_not_confirmed");
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    assert_eq!(fixture.service.count("InitiateAuth"), 2);
}

#[tokio::test(start_paused = true)]
async fn another_sign_in_takes_the_place_of_the_waiting() {
    let fixture = by_link();
    fixture.service.then([Reply::Acts, unconfirmed()]);
    fixture.client.sign_up("ann", Some(PASSWORD), automatically()).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(7)).await;
    fixture.client.cancel_sign_in();
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    assert_eq!(fixture.service.count("InitiateAuth"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_second_sign_up_has_the_only_waiting() {
    let fixture = by_link();
    let events = fixture.client.events();
    fixture.service.then([Reply::Acts]);
    fixture.client.sign_up("ann", Some(PASSWORD), automatically()).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    fixture.client.sign_up("bob", Some(PASSWORD), automatically()).await.unwrap();
    fixture.service.then([unconfirmed(), unconfirmed()]);
    assert_eq!(outcome(&events).await, AuthEvent::AutoSignedIn);
    assert_eq!(fixture.service.count("InitiateAuth"), 3);
    assert_eq!(fixture.client.get_current_user().await.unwrap().username, "bob");
}

#[tokio::test]
async fn no_network_does_not_use_it_up() {
    let fixture = Fixture::with_configuration(|builder| builder.auth_flow(AuthFlow::UserPassword));
    let events = fixture.client.events();
    fixture.client.sign_up("ann", Some(PASSWORD), automatically()).await.unwrap();
    fixture.service.then([Reply::Acts, Reply::AnswersHtml]);
    fixture.client.confirm_sign_up("ann", "123456", ConfirmSignUpOptions::default()).await.unwrap();
    let AuthEvent::AutoSignInFailed { error } = outcome(&events).await else { panic!() };
    assert!(error.is_retryable, "{error:?}");
    assert!(fixture.client.auto_sign_in().await.unwrap().is_signed_in);
}

#[tokio::test]
async fn another_sign_in_and_time_end_it() {
    let fixture = Fixture::with_configuration(|builder| builder.auth_flow(AuthFlow::UserPassword));
    fixture.client.sign_up("ann", Some(PASSWORD), automatically()).await.unwrap();
    fixture.sign_in("bob").await;
    let result = fixture.client.confirm_sign_up("ann", "123456", ConfirmSignUpOptions::default()).await.unwrap();
    assert_eq!(result.next_step, SignUpStep::Done);
    assert_eq!(fixture.client.auto_sign_in().await.unwrap_err().code(), "no_auto_sign_in");

    fixture.client.sign_up("ann", Some(PASSWORD), automatically()).await.unwrap();
    fixture.device.advance(3601);
    fixture.client.confirm_sign_up("ann", "123456", ConfirmSignUpOptions::default()).await.unwrap();
    assert_eq!(fixture.client.auto_sign_in().await.unwrap_err().code(), "no_auto_sign_in");
    assert_eq!(fixture.client.get_current_user().await.unwrap().username, "bob");
}
