//! Choice-based sign-in: the person, or the app, chooses the first factor.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod test_pool;

use local_pool::PoolConfig;
use portcullis::{
    AuthFlow, ConfirmSignInOptions, DeliveryMedium, FirstFactor, SignInOptions, SignInResult, SignInStep,
};
use test_pool::{KINDS, Kind, PASSWORD, TestPool, client_of};

async fn pool(kind: Kind) -> TestPool {
    let factors = ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"];
    let config = PoolConfig {
        first_factors: factors.map(str::to_owned).to_vec(),
        relying_party: Some("example.org".into()),
        ..PoolConfig::default()
    };
    let attributes = [("email", "ann@example.org"), ("email_verified", "true"), ("phone_number", "+15551234567")];
    TestPool::with(config.with_client(client_of(kind)).with_user("ann", PASSWORD, &attributes)).await
}

async fn begin(pool: &TestPool, preferred: Option<FirstFactor>, password: Option<&str>) -> SignInResult {
    let flow = AuthFlow::UserAuth { preferred_first_factor: preferred };
    pool.client.sign_in("ann", password, SignInOptions::new().auth_flow(flow)).await.unwrap()
}

async fn confirm(pool: &TestPool, answer: &str) -> SignInResult {
    pool.client.confirm_sign_in(answer, ConfirmSignInOptions::new()).await.unwrap()
}

async fn refusal(pool: &TestPool, answer: &str) -> String {
    pool.client.confirm_sign_in(answer, ConfirmSignInOptions::new()).await.unwrap_err().code().to_owned()
}

#[tokio::test]
async fn choosing_the_first_factor() {
    let pool = pool(Kind::Plain).await;
    let result = begin(&pool, None, None).await;
    let SignInStep::ContinueSignInWithFirstFactorSelection { factors } = result.next_step else { panic!("{result:?}") };
    for factor in [FirstFactor::Password, FirstFactor::PasswordSrp, FirstFactor::EmailOtp, FirstFactor::SmsOtp] {
        assert!(factors.contains(&factor), "{factors:?}");
    }
    assert!(!factors.contains(&FirstFactor::WebAuthn), "ann has no passkey");
    assert_eq!(refusal(&pool, "WEB_AUTHN").await, "validation_failed");
    assert!(matches!(confirm(&pool, "EMAIL_OTP").await.next_step, SignInStep::ConfirmSignInWithOtp { .. }));
}

#[tokio::test]
async fn codes_by_mail_and_text_message() {
    for kind in KINDS {
        let pool = pool(kind).await;
        for (factor, medium) in
            [(FirstFactor::EmailOtp, DeliveryMedium::Email), (FirstFactor::SmsOtp, DeliveryMedium::Sms)]
        {
            for preferred in [true, false] {
                let mut result = begin(&pool, preferred.then(|| factor.clone()), None).await;
                if !preferred {
                    result = confirm(&pool, factor.name()).await;
                }
                let SignInStep::ConfirmSignInWithOtp { delivery_details } = result.next_step else {
                    panic!("{result:?}")
                };
                assert_eq!(delivery_details.medium, Some(medium.clone()));
                let first = pool.code("ann");
                let wrong = "0".repeat(first.len());
                for _ in 0..2 {
                    assert_eq!(refusal(&pool, &wrong).await, "code_mismatch");
                }
                // Another one, please: the first no longer counts for this sign-in.
                let again = pool.client.resend_sign_in_code().await.unwrap();
                assert!(matches!(again.next_step, SignInStep::ConfirmSignInWithOtp { .. }));
                let second = pool.code("ann");
                if first != second {
                    assert_eq!(refusal(&pool, &first).await, "code_mismatch");
                }
                assert!(confirm(&pool, &second).await.is_signed_in, "{kind:?} {factor:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_password_plain_and_with_srp() {
    for kind in KINDS {
        let pool = pool(kind).await;
        for factor in [FirstFactor::Password, FirstFactor::PasswordSrp] {
            // Given at once.
            assert!(begin(&pool, Some(factor.clone()), Some(PASSWORD)).await.is_signed_in, "{kind:?} {factor:?}");
            // Chosen: wrong, wrong, right.
            begin(&pool, None, None).await;
            assert_eq!(confirm(&pool, factor.name()).await.next_step, SignInStep::ConfirmSignInWithPassword);
            for _ in 0..2 {
                assert_eq!(refusal(&pool, "Wrong-Horse-9").await, "incorrect_username_or_password");
                assert!(pool.client.pending_sign_in().is_some());
            }
            assert!(confirm(&pool, PASSWORD).await.is_signed_in, "{kind:?} {factor:?}");
            // Preferred and not given.
            let result = begin(&pool, Some(factor), None).await;
            assert_eq!(result.next_step, SignInStep::ConfirmSignInWithPassword);
            assert!(confirm(&pool, PASSWORD).await.is_signed_in);
        }
        // A password and no preference.
        assert!(begin(&pool, None, Some(PASSWORD)).await.is_signed_in);
    }
}

#[tokio::test]
async fn a_preference_that_the_user_cannot_have_is_a_choice() {
    let pool = pool(Kind::Plain).await;
    let result = begin(&pool, Some(FirstFactor::WebAuthn), None).await;
    assert!(matches!(result.next_step, SignInStep::ContinueSignInWithFirstFactorSelection { .. }), "{result:?}");
}

#[tokio::test]
async fn the_flow_can_be_configured() {
    let pool = pool(Kind::Plain).await;
    let text = pool.server.amplify_outputs();
    let configuration = portcullis::AuthConfiguration::from_json(&text).unwrap().to_builder();
    let flow = AuthFlow::UserAuth { preferred_first_factor: Some(FirstFactor::EmailOtp) };
    let client = portcullis::AuthClient::new(configuration.auth_flow(flow).build().unwrap());
    let result = client.sign_in("ann", None, SignInOptions::new()).await.unwrap();
    assert!(matches!(result.next_step, SignInStep::ConfirmSignInWithOtp { .. }));
    assert!(client.confirm_sign_in(pool.code("ann"), ConfirmSignInOptions::new()).await.unwrap().is_signed_in);
}
