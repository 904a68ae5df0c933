//! Second factors at sign-in: codes by message, authenticator apps, the choice between them, and setting one up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod test_pool;

use std::time::Duration;

use local_pool::{Fault, PoolConfig, totp_code};
use portcullis::{
    AuthFlow, Clock as _, ConfirmSignInOptions, DeliveryMedium, MfaType, SignInOptions, SignInResult, SignInStep,
};
use serde_json::json;
use test_pool::{KINDS, Kind, PASSWORD, TestPool, client_of};

fn pool(mfa: &str, kind: Kind) -> PoolConfig {
    PoolConfig { mfa: mfa.into(), ..PoolConfig::default() }.with_client(client_of(kind)).with_user(
        "ann",
        PASSWORD,
        &[
            ("email", "ann@example.org"),
            ("email_verified", "true"),
            ("phone_number", "+15551234567"),
            ("phone_number_verified", "true"),
        ],
    )
}

/// Ann with these second factors, the first of them preferred if `prefers`.
async fn ann_with(kind: Kind, factors: &[&str], prefers: bool) -> TestPool {
    let pool = TestPool::with(pool("OPTIONAL", kind)).await;
    let mut request = json!({ "Username": "ann" });
    for (index, factor) in factors.iter().enumerate() {
        request[*factor] = json!({ "Enabled": true, "PreferredMfa": prefers && index == 0 });
    }
    pool.server.call("AdminSetUserMFAPreference", request).await.unwrap();
    pool
}

async fn confirm(pool: &TestPool, answer: &str) -> Result<SignInResult, portcullis::AuthError> {
    pool.client.confirm_sign_in(answer, ConfirmSignInOptions::new()).await
}

async fn code_of(pool: &TestPool, answer: &str) -> String {
    confirm(pool, answer).await.unwrap_err().code().to_owned()
}

/// The code that the person's app shows now.
fn app_code(pool: &TestPool, secret: &str) -> String {
    totp_code(secret, pool.clock.now())
}

#[tokio::test]
async fn a_code_by_text_message() {
    for kind in KINDS {
        for flow in [AuthFlow::UserSrp, AuthFlow::UserPassword] {
            let pool = ann_with(kind, &["SMSMfaSettings"], true).await;
            let result = pool.sign_in(flow).await;
            let SignInStep::ConfirmSignInWithSmsMfaCode { delivery_details } = result.next_step else {
                panic!("{result:?}")
            };
            assert_eq!(delivery_details.medium, Some(DeliveryMedium::Sms));
            assert_eq!(delivery_details.destination.as_deref(), Some("+*******4567"));
            let right = pool.code("ann");
            let wrong = if right == "000000" { "111111" } else { "000000" };
            for _ in 0..2 {
                assert_eq!(code_of(&pool, wrong).await, "code_mismatch");
                assert!(pool.client.pending_sign_in().is_some());
            }
            assert!(confirm(&pool, &right).await.unwrap().is_signed_in, "{kind:?}");
        }
    }
}

#[tokio::test]
async fn a_code_by_mail() {
    for kind in KINDS {
        let pool = ann_with(kind, &["EmailMfaSettings"], true).await;
        let result = pool.sign_in(AuthFlow::UserSrp).await;
        let SignInStep::ConfirmSignInWithOtp { delivery_details } = result.next_step else { panic!("{result:?}") };
        assert_eq!(delivery_details.medium, Some(DeliveryMedium::Email));
        for _ in 0..2 {
            assert_eq!(code_of(&pool, "not-a-code").await, "code_mismatch");
        }
        // As a second factor it comes again only with a new sign-in.
        assert_eq!(pool.client.resend_sign_in_code().await.unwrap_err().code(), "no_code_to_resend");
        assert!(confirm(&pool, &pool.code("ann")).await.unwrap().is_signed_in);
    }
}

#[tokio::test]
async fn too_late_is_not_wrong() {
    let pool = ann_with(Kind::Plain, &["SMSMfaSettings"], true).await;
    pool.sign_in(AuthFlow::UserSrp).await;
    pool.pass(Duration::from_secs(200));
    assert_eq!(code_of(&pool, &pool.code("ann")).await, "invalid_session");
    assert!(pool.client.pending_sign_in().is_none());
    assert_eq!(code_of(&pool, "123456").await, "no_sign_in_in_progress");
}

#[tokio::test]
async fn fetching_and_failing_in_between_disturbs_nothing() {
    let pool = ann_with(Kind::Plain, &["SMSMfaSettings"], true).await;
    pool.sign_in(AuthFlow::UserSrp).await;
    let session = pool.client.fetch_auth_session(Default::default()).await.unwrap();
    assert!(!session.is_signed_in);
    assert!(pool.client.get_current_user().await.is_err());
    assert!(confirm(&pool, &pool.code("ann")).await.unwrap().is_signed_in);
}

#[tokio::test]
async fn setting_an_app_up_and_signing_in_with_it() {
    for kind in KINDS {
        let mut config = pool("ON", kind);
        config.mfa_factors = vec!["SOFTWARE_TOKEN_MFA".into()];
        let pool = TestPool::with(config).await;
        let result = pool.sign_in(AuthFlow::UserSrp).await;
        let SignInStep::ContinueSignInWithTotpSetup { details } = result.next_step else { panic!("{result:?}") };
        assert_eq!(details.username, "ann");
        assert!(details.setup_uri("My App", None).starts_with("otpauth://totp/My%20App:ann?secret="));
        // Wrong, wrong, right: the same secret all the time.
        let code = app_code(&pool, &details.shared_secret);
        let wrong = if code == "000000" { "111111" } else { "000000" };
        for _ in 0..2 {
            assert_eq!(code_of(&pool, wrong).await, "totp_code_mismatch");
        }
        assert_eq!(code_of(&pool, "12").await, "validation_failed");
        let options = ConfirmSignInOptions::new().friendly_device_name("Ann's phone");
        assert!(pool.client.confirm_sign_in(&code, options).await.unwrap().is_signed_in, "{kind:?}");

        pool.pass(Duration::from_secs(60));
        let result = pool.sign_in(AuthFlow::UserSrp).await;
        let name = Some("Ann's phone".to_owned());
        assert_eq!(result.next_step, SignInStep::ConfirmSignInWithTotpCode { friendly_device_name: name });
        for _ in 0..2 {
            assert_eq!(code_of(&pool, wrong).await, "code_mismatch");
        }
        assert!(confirm(&pool, &app_code(&pool, &details.shared_secret)).await.unwrap().is_signed_in);

        // The phone's clock may be one step off, and a code works once.
        pool.pass(Duration::from_secs(90));
        pool.sign_in(AuthFlow::UserSrp).await;
        let a_step_ago = totp_code(&details.shared_secret, pool.clock.now() - Duration::from_secs(30));
        assert!(confirm(&pool, &a_step_ago).await.unwrap().is_signed_in);
        pool.sign_in(AuthFlow::UserSrp).await;
        assert_eq!(code_of(&pool, &a_step_ago).await, "code_expired");
        let two_steps_ago = totp_code(&details.shared_secret, pool.clock.now() - Duration::from_secs(90));
        assert_eq!(code_of(&pool, &two_steps_ago).await, "code_mismatch");
    }
}

#[tokio::test]
async fn choosing_among_several() {
    for kind in KINDS {
        let pool = ann_with(kind, &["SMSMfaSettings", "EmailMfaSettings"], false).await;
        let result = pool.sign_in(AuthFlow::UserSrp).await;
        let SignInStep::ContinueSignInWithMfaSelection { mut types } = result.next_step else { panic!("{result:?}") };
        types.sort_by_key(|kind| kind.name().to_owned());
        assert_eq!(types, [MfaType::Email, MfaType::Sms]);
        assert_eq!(code_of(&pool, "SOFTWARE_TOKEN_MFA").await, "validation_failed");
        let result = confirm(&pool, MfaType::Sms.name()).await.unwrap();
        assert!(matches!(result.next_step, SignInStep::ConfirmSignInWithSmsMfaCode { .. }), "{result:?}");
        assert!(confirm(&pool, &pool.code("ann")).await.unwrap().is_signed_in);

        pool.sign_in(AuthFlow::UserSrp).await;
        let result = confirm(&pool, "EMAIL").await.unwrap();
        assert!(matches!(result.next_step, SignInStep::ConfirmSignInWithOtp { .. }), "{result:?}");
        assert!(confirm(&pool, &pool.code("ann")).await.unwrap().is_signed_in);
    }
}

/// Bob has neither address nor app, in a pool that wants a second factor by app or mail.
async fn bob(kind: Kind) -> TestPool {
    let mut config = PoolConfig { mfa: "ON".into(), ..PoolConfig::default() }.with_client(client_of(kind));
    config.mfa_factors = vec!["SOFTWARE_TOKEN_MFA".into(), "EMAIL_OTP".into()];
    config.account_recovery = vec!["verified_phone_number".into()];
    TestPool::with(config.with_user("bob", PASSWORD, &[])).await
}

#[tokio::test]
async fn choosing_what_to_set_up() {
    for kind in KINDS {
        let pool = bob(kind).await;
        let sign_in = || pool.client.sign_in("bob", Some(PASSWORD), SignInOptions::new());
        let result = sign_in().await.unwrap();
        let SignInStep::ContinueSignInWithMfaSetupSelection { types } = result.next_step else { panic!("{result:?}") };
        assert!(types.contains(&MfaType::Totp) && types.contains(&MfaType::Email), "{types:?}");
        assert_eq!(code_of(&pool, "SMS_MFA").await, "validation_failed");
        let result = confirm(&pool, "EMAIL_OTP").await.unwrap();
        assert_eq!(result.next_step, SignInStep::ContinueSignInWithEmailMfaSetup);
        assert_eq!(code_of(&pool, "nobody").await, "validation_failed");
        let result = confirm(&pool, "bob@example.org").await.unwrap();
        assert!(matches!(result.next_step, SignInStep::ConfirmSignInWithOtp { .. }), "{result:?}");
        assert_eq!(code_of(&pool, "00").await, "code_mismatch");
        assert!(confirm(&pool, &pool.code("bob")).await.unwrap().is_signed_in, "{kind:?}");

        let pool = bob(kind).await;
        let sign_in = || pool.client.sign_in("bob", Some(PASSWORD), SignInOptions::new());
        sign_in().await.unwrap();
        let result = confirm(&pool, "SOFTWARE_TOKEN_MFA").await.unwrap();
        let SignInStep::ContinueSignInWithTotpSetup { details } = result.next_step else { panic!("{result:?}") };
        assert!(confirm(&pool, &app_code(&pool, &details.shared_secret)).await.unwrap().is_signed_in);
    }
}

#[tokio::test]
async fn a_second_factor_after_the_password_of_a_custom_flow() {
    for kind in KINDS {
        let pool = ann_with(kind, &["SMSMfaSettings"], true).await;
        pool.ask_numbers(1);
        let result = pool.sign_in(AuthFlow::CustomWithSrp).await;
        assert!(matches!(result.next_step, SignInStep::ConfirmSignInWithSmsMfaCode { .. }), "{result:?}");
        let result = confirm(&pool, &pool.code("ann")).await.unwrap();
        assert!(matches!(result.next_step, SignInStep::ConfirmSignInWithCustomChallenge { .. }), "{result:?}");
        assert!(confirm(&pool, "1").await.unwrap().is_signed_in, "{kind:?}");
    }
}

#[tokio::test]
async fn too_many_wrong_codes_lock_for_a_while() {
    let pool = ann_with(Kind::Plain, &["SMSMfaSettings"], true).await;
    pool.sign_in(AuthFlow::UserSrp).await;
    let right = pool.code("ann");
    let wrong = if right == "000000" { "111111" } else { "000000" };
    let mut last = String::new();
    for _ in 0..7 {
        last = code_of(&pool, wrong).await;
    }
    assert_eq!(last, "attempts_exceeded");
    pool.pass(Duration::from_secs(30));
    assert!(confirm(&pool, &right).await.unwrap().is_signed_in);
}

/// What stands before the pool refuses once: the service has seen nothing, so the same answer is good.
#[tokio::test]
async fn a_firewall_is_no_verdict_on_an_answer() {
    let pool = ann_with(Kind::Plain, &["SMSMfaSettings"], true).await;
    let blocked = "Request not allowed due to WAF block.";
    for fault in [
        Fault::exception("ForbiddenException", 403, blocked),
        Fault::exception("AccessDeniedException", 403, "no"),
        Fault::Answer { status: 403, error_type: None, body: r#"{"message":"Forbidden"}"#.to_owned() },
        Fault::Answer { status: 200, error_type: None, body: "{}".to_owned() },
    ] {
        pool.sign_in(AuthFlow::UserSrp).await;
        let code = pool.code("ann");
        pool.server.faults().queue("RespondToAuthChallenge", fault, 1);
        let code_of_failure = code_of(&pool, &code).await;
        assert!(["forbidden", "unsupported", "bad_response"].contains(&&*code_of_failure), "{code_of_failure}");
        assert!(pool.client.pending_sign_in().is_some());
        assert!(confirm(&pool, &code).await.unwrap().is_signed_in);

        pool.ask_numbers(1);
        pool.sign_in(AuthFlow::CustomWithoutSrp).await;
        pool.server.faults().queue("RespondToAuthChallenge", Fault::exception("ForbiddenException", 403, blocked), 1);
        assert_eq!(code_of(&pool, "1").await, "forbidden");
        confirm(&pool, "1").await.unwrap();
    }
}

#[tokio::test]
async fn a_code_with_blanks_costs_no_try() {
    let pool = ann_with(Kind::Plain, &["SMSMfaSettings"], true).await;
    for (before, between, after) in [("", " ", ""), ("", "", " \n"), ("\u{200b}", "\u{a0}", "\u{feff}")] {
        pool.sign_in(AuthFlow::UserSrp).await;
        let code = pool.code("ann");
        let typed = format!("{before}{}{between}{}{after}", &code[..3], &code[3..]);
        assert!(confirm(&pool, &typed).await.unwrap().is_signed_in, "{typed:?}");
    }
    pool.sign_in(AuthFlow::UserSrp).await;
    pool.server.reset_counters();
    assert_eq!(code_of(&pool, " \u{200b}").await, "validation_failed");
    assert_eq!(pool.server.all_requests().values().sum::<u64>(), 0);
}
