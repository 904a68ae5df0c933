//! A signed-in person sets up an authenticator app and decides which second factors sign-in asks for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod test_pool;

use std::time::{Duration, UNIX_EPOCH};

use local_pool::{PoolConfig, totp_code};
use portcullis::{
    AuthError, AuthEvent, AuthFlow, ConfirmSignInOptions, MfaPreference, MfaSetting, MfaType, SignInOptions,
    SignInStep, VerifyTotpSetupOptions,
};
use test_pool::{KINDS, Kind, PASSWORD, TestPool, client_of};

use MfaSetting::{Disabled, Enabled, NotPreferred, Preferred};

/// With ann, who can be reached in every way.
async fn pool(kind: Kind, factors: &[&str]) -> TestPool {
    let ann = [("email", "ann@example.org"), ("email_verified", "true"), ("phone_number", "+15555551234")];
    let config = PoolConfig {
        mfa: "OPTIONAL".into(),
        mfa_factors: factors.iter().map(|factor| (*factor).to_owned()).collect(),
        account_recovery: vec!["admin_only".into()],
        ..PoolConfig::default()
    };
    let pool = TestPool::with(config.with_client(client_of(kind)).with_user("ann", PASSWORD, &ann)).await;
    pool.sign_in(AuthFlow::UserSrp).await;
    pool
}

/// What the authenticator app shows now.
fn shown(pool: &TestPool, secret: &str) -> String {
    let now = u64::try_from(pool.server.clock().now_ms()).unwrap();
    totp_code(secret, UNIX_EPOCH + Duration::from_millis(now))
}

async fn verify(pool: &TestPool, code: &str) -> Result<(), AuthError> {
    pool.client.verify_totp_setup(code, VerifyTotpSetupOptions::new().friendly_device_name("Ann's phone")).await
}

/// Sets an authenticator app up and gives its secret.
async fn set_up(pool: &TestPool) -> String {
    let secret = pool.client.set_up_totp().await.unwrap().shared_secret;
    verify(pool, &shown(pool, &secret)).await.unwrap();
    secret
}

async fn prefer(
    pool: &TestPool,
    sms: Option<MfaSetting>,
    totp: Option<MfaSetting>,
    email: Option<MfaSetting>,
) -> MfaPreference {
    pool.client.update_mfa_preference(sms, totp, email).await.unwrap();
    pool.client.fetch_mfa_preference().await.unwrap()
}

async fn asked(pool: &TestPool) -> SignInStep {
    pool.client.sign_in("ann", Some(PASSWORD), SignInOptions::new()).await.unwrap().next_step
}

#[tokio::test]
async fn an_authenticator_app_from_the_first_code_to_the_next_sign_in() {
    for kind in KINDS {
        let pool = pool(kind, &["SOFTWARE_TOKEN_MFA"]).await;
        let events = pool.client.events();
        let details = pool.client.set_up_totp().await.unwrap();
        let address = details.setup_uri("Wine Cellar", None);
        assert!(address.starts_with("otpauth://totp/Wine%20Cellar:ann?secret="), "{address}");
        assert!(address.contains(&details.shared_secret));

        let right = shown(&pool, &details.shared_secret);
        let wrong = if right == "000000" { "000001" } else { "000000" };
        for _ in 0..2 {
            let error = verify(&pool, wrong).await.unwrap_err();
            assert_eq!(error.code(), "totp_code_mismatch");
            assert!(matches!(error, AuthError::CodeMismatch { .. }));
        }
        verify(&pool, &format!("{} {}", &right[..3], &right[3..])).await.unwrap();
        assert!(matches!(events.next().await, Some(AuthEvent::Configured { .. })));
        let verified = events.next().await.unwrap();
        assert_eq!((&verified, verified.hub_name()), (&AuthEvent::TotpVerified, "verify"));
        assert_eq!(asked(&pool).await, SignInStep::Done, "nothing is asked until it is wanted");

        let preference = prefer(&pool, None, Some(Preferred), None).await;
        assert_eq!(preference, MfaPreference { enabled: vec![MfaType::Totp], preferred: Some(MfaType::Totp) });
        pool.pass(Duration::from_secs(90));
        let step = asked(&pool).await;
        assert_eq!(
            step,
            SignInStep::ConfirmSignInWithTotpCode { friendly_device_name: Some("Ann's phone".to_owned()) }
        );
        let code = shown(&pool, &details.shared_secret);
        let done = pool.client.confirm_sign_in(code, ConfirmSignInOptions::new()).await.unwrap();
        assert!(done.is_signed_in);

        // No second factor (Amplify's NOMFA).
        let none = prefer(&pool, Some(Disabled), Some(Disabled), Some(Disabled)).await;
        assert_eq!(none, MfaPreference::default());
        assert_eq!(asked(&pool).await, SignInStep::Done);
    }
}

#[tokio::test]
async fn the_preferred_factor_stays_until_another_one_takes_its_place() {
    let pool = pool(Kind::Plain, &["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]).await;
    set_up(&pool).await;
    let preferred = async |sms, totp, email| prefer(&pool, sms, totp, email).await.preferred;
    assert_eq!(preferred(Some(Enabled), None, None).await, None);
    assert_eq!(preferred(None, Some(Preferred), None).await, Some(MfaType::Totp));
    assert_eq!(preferred(Some(Enabled), Some(Enabled), None).await, Some(MfaType::Totp));
    assert_eq!(preferred(None, None, Some(Enabled)).await, Some(MfaType::Totp));
    let all = pool.client.fetch_mfa_preference().await.unwrap().enabled;
    for kind in [MfaType::Sms, MfaType::Totp, MfaType::Email] {
        assert!(all.contains(&kind), "{all:?}");
    }
    assert_eq!(preferred(Some(Preferred), Some(Enabled), None).await, Some(MfaType::Sms));
    assert_eq!(preferred(None, None, Some(Preferred)).await, Some(MfaType::Email));
    assert_eq!(preferred(None, None, Some(NotPreferred)).await, None);
    let left = prefer(&pool, Some(Disabled), None, Some(Disabled)).await;
    assert_eq!(left, MfaPreference { enabled: vec![MfaType::Totp], preferred: None });
}

#[tokio::test]
async fn what_cannot_be_is_not_sent() {
    let pool = pool(Kind::Plain, &["SMS_MFA", "SOFTWARE_TOKEN_MFA"]).await;
    pool.server.reset_counters();
    let refused = async |sms, totp, email| {
        let error = pool.client.update_mfa_preference(sms, totp, email).await.unwrap_err();
        (error.code().to_owned(), error.info().field.clone())
    };
    let expected = ("validation_failed".to_owned(), Some("mfaPreference".to_owned()));
    assert_eq!(refused(None, None, None).await, expected);
    assert_eq!(refused(Some(Preferred), Some(Preferred), None).await, expected);
    for code in ["", "12345", "1234567", "abcdef"] {
        assert_eq!(verify(&pool, code).await.unwrap_err().info().field.as_deref(), Some("code"), "{code}");
    }
    assert_eq!(pool.server.all_requests().values().sum::<u64>(), 0);
}

#[tokio::test]
async fn what_the_pool_does_not_have() {
    let pool = pool(Kind::Plain, &["SMS_MFA"]).await;
    assert_eq!(pool.client.set_up_totp().await.unwrap_err().code(), "totp_not_set_up");
    let error = pool.client.update_mfa_preference(None, Some(Enabled), None).await.unwrap_err();
    assert_eq!(error.code(), "invalid_parameter");
    assert_eq!(pool.client.fetch_mfa_preference().await.unwrap(), MfaPreference::default());
}

#[tokio::test]
async fn nobody_signed_in_has_no_factors() {
    let pool = TestPool::new(Kind::Plain).await;
    for error in [
        pool.client.set_up_totp().await.unwrap_err(),
        verify(&pool, "123456").await.unwrap_err(),
        pool.client.fetch_mfa_preference().await.unwrap_err(),
        pool.client.update_mfa_preference(Some(Enabled), None, None).await.unwrap_err(),
    ] {
        assert!(matches!(error, AuthError::NotSignedIn { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_new_secret_replaces_the_old_one_once_it_is_verified() {
    let pool = pool(Kind::Plain, &["SOFTWARE_TOKEN_MFA"]).await;
    let first = set_up(&pool).await;
    prefer(&pool, None, Some(Preferred), None).await;
    let second = pool.client.set_up_totp().await.unwrap().shared_secret;
    assert_ne!(first, second);
    pool.pass(Duration::from_secs(90));
    asked(&pool).await;
    let answer = async |secret: &str| {
        pool.client
            .confirm_sign_in(shown(&pool, secret), ConfirmSignInOptions::new())
            .await
            .map(|done| done.is_signed_in)
    };
    assert_eq!(answer(&first).await, Ok(true), "the second one is not verified yet");
    pool.pass(Duration::from_secs(90));
    verify(&pool, &shown(&pool, &second)).await.unwrap();
    pool.pass(Duration::from_secs(90));
    asked(&pool).await;
    assert!(answer(&first).await.is_err());
    assert_eq!(answer(&second).await, Ok(true));
}
