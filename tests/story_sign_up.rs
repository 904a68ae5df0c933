//! A person signs up, confirms, and signs in.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod test_pool;

use local_pool::TriggerKind;
use portcullis::{
    AuthEvent, ConfirmSignUpOptions, DeliveryMedium, ResendSignUpCodeOptions, SignInOptions, SignInStep, SignUpOptions,
    SignUpStep,
};
use test_pool::{KINDS, Kind, PASSWORD, TestPool};

/// A code as a person may type or paste it.
fn typed(code: &str) -> String {
    format!("\u{202a}{}\u{a0}{} \u{202c}", &code[..3], &code[3..])
}

fn with_mail() -> SignUpOptions {
    SignUpOptions::new().attribute("email", "ann@example.org")
}

#[tokio::test]
async fn sign_up_confirm_sign_in() {
    for kind in KINDS {
        let pool = TestPool::new(kind).await;
        let events = pool.client.events();
        let result = pool.client.sign_up("ann", Some(PASSWORD), with_mail()).await.unwrap();
        assert!(!result.is_sign_up_complete);
        let SignUpStep::ConfirmUser { delivery_details: Some(details), user_id: Some(sub) } = result.next_step else {
            panic!("{:?}", result.next_step)
        };
        assert_eq!(details.destination.as_deref(), Some("a***@e***"));
        assert_eq!((details.medium, details.attribute_name.as_deref()), (Some(DeliveryMedium::Email), Some("email")));

        let confirmed = pool
            .client
            .confirm_sign_up("ann", typed(&pool.code("ann")), ConfirmSignUpOptions::default())
            .await
            .unwrap();
        assert!(confirmed.is_sign_up_complete);
        let signed_in = pool.client.sign_in("ann", Some(PASSWORD), SignInOptions::new()).await.unwrap();
        assert_eq!(signed_in.next_step, SignInStep::Done);
        assert_eq!(pool.client.get_current_user().await.unwrap().user_id, sub);

        assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
        assert!(
            matches!(events.next().await, Some(AuthEvent::SignedUp { username, needs_confirmation: true }) if username == "ann")
        );
        assert!(matches!(events.next().await, Some(AuthEvent::SignUpConfirmed { .. })));
        assert!(matches!(events.next().await, Some(AuthEvent::SignedIn { user }) if user.user_id == sub));
    }
}

#[tokio::test]
async fn a_wrong_code_can_be_made_good_and_an_old_one_is_told_apart() {
    let pool = TestPool::new(Kind::Plain).await;
    pool.client.sign_up("ann", Some(PASSWORD), with_mail()).await.unwrap();
    let first = pool.code("ann");
    let wrong = if first == "000000" { "000001" } else { "000000" };
    for _ in 0..2 {
        let error = pool.client.confirm_sign_up("ann", wrong, ConfirmSignUpOptions::default()).await.unwrap_err();
        assert_eq!((error.code(), error.is_retryable()), ("code_mismatch", false));
        assert!(error.info().request_id.is_some());
    }
    pool.pass(std::time::Duration::from_secs(25 * 3600));
    let error = pool.client.confirm_sign_up("ann", first, ConfirmSignUpOptions::default()).await.unwrap_err();
    assert_eq!(error.code(), "code_expired");
    let sent = pool.client.resend_sign_up_code("ann", ResendSignUpCodeOptions::default()).await.unwrap();
    assert_eq!(sent.destination.as_deref(), Some("a***@e***"));
    let confirmed = pool.client.confirm_sign_up("ann", pool.code("ann"), ConfirmSignUpOptions::default()).await;
    assert!(confirmed.unwrap().is_sign_up_complete);
}

#[tokio::test]
async fn an_unconfirmed_user_is_a_next_step() {
    let pool = TestPool::new(Kind::Plain).await;
    pool.client.sign_up("ann", Some(PASSWORD), with_mail()).await.unwrap();
    for flow in [portcullis::AuthFlow::UserSrp, portcullis::AuthFlow::UserPassword] {
        let result = pool.sign_in(flow).await;
        assert_eq!((result.is_signed_in, result.next_step), (false, SignInStep::ConfirmSignUp));
    }
    assert!(pool.client.pending_sign_in().is_none());
}

#[tokio::test]
async fn refusals_of_a_sign_up() {
    let pool = TestPool::with_ann(Kind::Plain).await;
    let sign_up = async |name: &str, password: &str| {
        let result = pool.client.sign_up(name, Some(password), with_mail()).await;
        result.unwrap_err()
    };
    assert_eq!(sign_up("ann", PASSWORD).await.code(), "username_exists");
    let weak = sign_up("bob", "short").await;
    assert_eq!(weak.code(), "invalid_password");
    assert!(weak.info().text.contains("Password not long enough"), "{weak}");
    for (name, password, field) in [("", PASSWORD, "username"), ("a b", PASSWORD, "username"), ("bob", "", "password")]
    {
        let error = sign_up(name, password).await;
        assert_eq!((error.code(), error.info().field.as_deref()), ("validation_failed", Some(field)));
    }
    pool.server.set_trigger(TriggerKind::PreSignUp, |_| Err("no bobs here".to_owned()));
    let refused = sign_up("bob", PASSWORD).await;
    assert_eq!(refused.code(), "lambda_rejected");
    assert!(refused.info().text.contains("no bobs here"));
}

#[tokio::test]
async fn the_pre_sign_up_trigger_sees_validation_data_and_metadata_and_may_confirm() {
    let pool = TestPool::new(Kind::Secret).await;
    let seen = std::sync::Arc::new(std::sync::Mutex::new(None));
    let noted = seen.clone();
    pool.server.set_trigger(TriggerKind::PreSignUp, move |mut event| {
        *noted.lock().unwrap() = Some(event["request"].clone());
        event["response"]["autoConfirmUser"] = true.into();
        Ok(event)
    });
    let options = with_mail().validation_data("invitation", "42").client_metadata("campaign", "spring");
    let result = pool.client.sign_up("ann", Some(PASSWORD), options).await.unwrap();
    assert!(result.is_sign_up_complete && result.next_step == SignUpStep::Done);
    let request = seen.lock().unwrap().take().unwrap();
    assert_eq!(request["validationData"]["invitation"], "42");
    assert_eq!(request["clientMetadata"]["campaign"], "spring");
    assert_eq!(request["userAttributes"]["email"], "ann@example.org");
}
