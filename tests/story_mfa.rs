//! Second factors at sign-in: codes by message, authenticator apps, the choice between them, and setting one up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod house;

use std::time::Duration;

use house::{House, KINDS, Kind, PASSWORD, client_of};
use local_pool::{Fault, PoolConfig, totp_code};
use portcullis::{
    AuthFlow, Clock as _, ConfirmSignInOptions, DeliveryMedium, MfaType, SignInOptions, SignInResult, SignInStep,
};
use serde_json::json;

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
async fn ann_with(kind: Kind, factors: &[&str], prefers: bool) -> House {
    let house = House::with(pool("OPTIONAL", kind)).await;
    let mut request = json!({ "Username": "ann" });
    for (index, factor) in factors.iter().enumerate() {
        request[*factor] = json!({ "Enabled": true, "PreferredMfa": prefers && index == 0 });
    }
    house.pool.call("AdminSetUserMFAPreference", request).await.unwrap();
    house
}

async fn confirm(house: &House, answer: &str) -> Result<SignInResult, portcullis::AuthError> {
    house.client.confirm_sign_in(answer, ConfirmSignInOptions::new()).await
}

async fn code_of(house: &House, answer: &str) -> String {
    confirm(house, answer).await.unwrap_err().code().to_owned()
}

/// The code that the person's app shows now.
fn app_code(house: &House, secret: &str) -> String {
    totp_code(secret, house.clock.now())
}

#[tokio::test]
async fn a_code_by_text_message() {
    for kind in KINDS {
        for flow in [AuthFlow::UserSrp, AuthFlow::UserPassword] {
            let house = ann_with(kind, &["SMSMfaSettings"], true).await;
            let result = house.sign_in(flow).await;
            let SignInStep::ConfirmSignInWithSmsMfaCode { delivery_details } = result.next_step else {
                panic!("{result:?}")
            };
            assert_eq!(delivery_details.medium, Some(DeliveryMedium::Sms));
            assert_eq!(delivery_details.destination.as_deref(), Some("+*******4567"));
            let right = house.code("ann");
            let wrong = if right == "000000" { "111111" } else { "000000" };
            for _ in 0..2 {
                assert_eq!(code_of(&house, wrong).await, "code_mismatch");
                assert!(house.client.pending_sign_in().is_some());
            }
            assert!(confirm(&house, &right).await.unwrap().is_signed_in, "{kind:?}");
        }
    }
}

#[tokio::test]
async fn a_code_by_mail() {
    for kind in KINDS {
        let house = ann_with(kind, &["EmailMfaSettings"], true).await;
        let result = house.sign_in(AuthFlow::UserSrp).await;
        let SignInStep::ConfirmSignInWithOtp { delivery_details } = result.next_step else { panic!("{result:?}") };
        assert_eq!(delivery_details.medium, Some(DeliveryMedium::Email));
        for _ in 0..2 {
            assert_eq!(code_of(&house, "not-a-code").await, "code_mismatch");
        }
        // As a second factor it comes again only with a new sign-in.
        assert_eq!(house.client.resend_sign_in_code().await.unwrap_err().code(), "no_code_to_resend");
        assert!(confirm(&house, &house.code("ann")).await.unwrap().is_signed_in);
    }
}

#[tokio::test]
async fn too_late_is_not_wrong() {
    let house = ann_with(Kind::Plain, &["SMSMfaSettings"], true).await;
    house.sign_in(AuthFlow::UserSrp).await;
    house.pass(Duration::from_secs(200));
    assert_eq!(code_of(&house, &house.code("ann")).await, "invalid_session");
    assert!(house.client.pending_sign_in().is_none());
    assert_eq!(code_of(&house, "123456").await, "no_sign_in_in_progress");
}

#[tokio::test]
async fn fetching_and_failing_in_between_disturbs_nothing() {
    let house = ann_with(Kind::Plain, &["SMSMfaSettings"], true).await;
    house.sign_in(AuthFlow::UserSrp).await;
    let session = house.client.fetch_auth_session(Default::default()).await.unwrap();
    assert!(!session.is_signed_in);
    assert!(house.client.get_current_user().await.is_err());
    assert!(confirm(&house, &house.code("ann")).await.unwrap().is_signed_in);
}

#[tokio::test]
async fn setting_an_app_up_and_signing_in_with_it() {
    for kind in KINDS {
        let mut config = pool("ON", kind);
        config.mfa_factors = vec!["SOFTWARE_TOKEN_MFA".into()];
        let house = House::with(config).await;
        let result = house.sign_in(AuthFlow::UserSrp).await;
        let SignInStep::ContinueSignInWithTotpSetup { details } = result.next_step else { panic!("{result:?}") };
        assert_eq!(details.username, "ann");
        assert!(details.setup_uri("My App", None).starts_with("otpauth://totp/My%20App:ann?secret="));
        // Wrong, wrong, right: the same secret all the time.
        let code = app_code(&house, &details.shared_secret);
        let wrong = if code == "000000" { "111111" } else { "000000" };
        for _ in 0..2 {
            assert_eq!(code_of(&house, wrong).await, "totp_code_mismatch");
        }
        assert_eq!(code_of(&house, "12").await, "validation_failed");
        let options = ConfirmSignInOptions::new().friendly_device_name("Ann's phone");
        assert!(house.client.confirm_sign_in(&code, options).await.unwrap().is_signed_in, "{kind:?}");

        house.pass(Duration::from_secs(60));
        let result = house.sign_in(AuthFlow::UserSrp).await;
        let name = Some("Ann's phone".to_owned());
        assert_eq!(result.next_step, SignInStep::ConfirmSignInWithTotpCode { friendly_device_name: name });
        for _ in 0..2 {
            assert_eq!(code_of(&house, wrong).await, "code_mismatch");
        }
        assert!(confirm(&house, &app_code(&house, &details.shared_secret)).await.unwrap().is_signed_in);

        // The phone's clock may be one step off, and a code works once.
        house.pass(Duration::from_secs(90));
        house.sign_in(AuthFlow::UserSrp).await;
        let a_step_ago = totp_code(&details.shared_secret, house.clock.now() - Duration::from_secs(30));
        assert!(confirm(&house, &a_step_ago).await.unwrap().is_signed_in);
        house.sign_in(AuthFlow::UserSrp).await;
        assert_eq!(code_of(&house, &a_step_ago).await, "code_expired");
        let two_steps_ago = totp_code(&details.shared_secret, house.clock.now() - Duration::from_secs(90));
        assert_eq!(code_of(&house, &two_steps_ago).await, "code_mismatch");
    }
}

#[tokio::test]
async fn choosing_among_several() {
    for kind in KINDS {
        let house = ann_with(kind, &["SMSMfaSettings", "EmailMfaSettings"], false).await;
        let result = house.sign_in(AuthFlow::UserSrp).await;
        let SignInStep::ContinueSignInWithMfaSelection { mut types } = result.next_step else { panic!("{result:?}") };
        types.sort_by_key(|kind| kind.name().to_owned());
        assert_eq!(types, [MfaType::Email, MfaType::Sms]);
        assert_eq!(code_of(&house, "SOFTWARE_TOKEN_MFA").await, "validation_failed");
        let result = confirm(&house, MfaType::Sms.name()).await.unwrap();
        assert!(matches!(result.next_step, SignInStep::ConfirmSignInWithSmsMfaCode { .. }), "{result:?}");
        assert!(confirm(&house, &house.code("ann")).await.unwrap().is_signed_in);

        house.sign_in(AuthFlow::UserSrp).await;
        let result = confirm(&house, "EMAIL").await.unwrap();
        assert!(matches!(result.next_step, SignInStep::ConfirmSignInWithOtp { .. }), "{result:?}");
        assert!(confirm(&house, &house.code("ann")).await.unwrap().is_signed_in);
    }
}

/// Bob has neither address nor app, in a pool that wants a second factor by app or mail.
async fn bob(kind: Kind) -> House {
    let mut config = PoolConfig { mfa: "ON".into(), ..PoolConfig::default() }.with_client(client_of(kind));
    config.mfa_factors = vec!["SOFTWARE_TOKEN_MFA".into(), "EMAIL_OTP".into()];
    config.account_recovery = vec!["verified_phone_number".into()];
    House::with(config.with_user("bob", PASSWORD, &[])).await
}

#[tokio::test]
async fn choosing_what_to_set_up() {
    for kind in KINDS {
        let house = bob(kind).await;
        let sign_in = || house.client.sign_in("bob", Some(PASSWORD), SignInOptions::new());
        let result = sign_in().await.unwrap();
        let SignInStep::ContinueSignInWithMfaSetupSelection { types } = result.next_step else { panic!("{result:?}") };
        assert!(types.contains(&MfaType::Totp) && types.contains(&MfaType::Email), "{types:?}");
        assert_eq!(code_of(&house, "SMS_MFA").await, "validation_failed");
        let result = confirm(&house, "EMAIL_OTP").await.unwrap();
        assert_eq!(result.next_step, SignInStep::ContinueSignInWithEmailMfaSetup);
        assert_eq!(code_of(&house, "nobody").await, "validation_failed");
        let result = confirm(&house, "bob@example.org").await.unwrap();
        assert!(matches!(result.next_step, SignInStep::ConfirmSignInWithOtp { .. }), "{result:?}");
        assert_eq!(code_of(&house, "00").await, "code_mismatch");
        assert!(confirm(&house, &house.code("bob")).await.unwrap().is_signed_in, "{kind:?}");

        let house = bob(kind).await;
        let sign_in = || house.client.sign_in("bob", Some(PASSWORD), SignInOptions::new());
        sign_in().await.unwrap();
        let result = confirm(&house, "SOFTWARE_TOKEN_MFA").await.unwrap();
        let SignInStep::ContinueSignInWithTotpSetup { details } = result.next_step else { panic!("{result:?}") };
        assert!(confirm(&house, &app_code(&house, &details.shared_secret)).await.unwrap().is_signed_in);
    }
}

#[tokio::test]
async fn a_second_factor_after_the_password_of_a_custom_flow() {
    for kind in KINDS {
        let house = ann_with(kind, &["SMSMfaSettings"], true).await;
        house.ask_numbers(1);
        let result = house.sign_in(AuthFlow::CustomWithSrp).await;
        assert!(matches!(result.next_step, SignInStep::ConfirmSignInWithSmsMfaCode { .. }), "{result:?}");
        let result = confirm(&house, &house.code("ann")).await.unwrap();
        assert!(matches!(result.next_step, SignInStep::ConfirmSignInWithCustomChallenge { .. }), "{result:?}");
        assert!(confirm(&house, "1").await.unwrap().is_signed_in, "{kind:?}");
    }
}

#[tokio::test]
async fn too_many_wrong_codes_lock_for_a_while() {
    let house = ann_with(Kind::Plain, &["SMSMfaSettings"], true).await;
    house.sign_in(AuthFlow::UserSrp).await;
    let right = house.code("ann");
    let wrong = if right == "000000" { "111111" } else { "000000" };
    let mut last = String::new();
    for _ in 0..7 {
        last = code_of(&house, wrong).await;
    }
    assert_eq!(last, "attempts_exceeded");
    house.pass(Duration::from_secs(30));
    assert!(confirm(&house, &right).await.unwrap().is_signed_in);
}

/// What stands before the pool refuses once: the service has seen nothing, so the same answer is good.
#[tokio::test]
async fn a_firewall_is_no_verdict_on_an_answer() {
    let house = ann_with(Kind::Plain, &["SMSMfaSettings"], true).await;
    let blocked = "Request not allowed due to WAF block.";
    for fault in [
        Fault::exception("ForbiddenException", 403, blocked),
        Fault::exception("AccessDeniedException", 403, "no"),
        Fault::Answer { status: 403, error_type: None, body: r#"{"message":"Forbidden"}"#.to_owned() },
        Fault::Answer { status: 200, error_type: None, body: "{}".to_owned() },
    ] {
        house.sign_in(AuthFlow::UserSrp).await;
        let code = house.code("ann");
        house.pool.faults().queue("RespondToAuthChallenge", fault, 1);
        let code_of_failure = code_of(&house, &code).await;
        assert!(["forbidden", "unsupported", "bad_response"].contains(&&*code_of_failure), "{code_of_failure}");
        assert!(house.client.pending_sign_in().is_some());
        assert!(confirm(&house, &code).await.unwrap().is_signed_in);

        house.ask_numbers(1);
        house.sign_in(AuthFlow::CustomWithoutSrp).await;
        house.pool.faults().queue("RespondToAuthChallenge", Fault::exception("ForbiddenException", 403, blocked), 1);
        assert_eq!(code_of(&house, "1").await, "forbidden");
        confirm(&house, "1").await.unwrap();
    }
}

#[tokio::test]
async fn a_code_with_blanks_costs_no_try() {
    let house = ann_with(Kind::Plain, &["SMSMfaSettings"], true).await;
    for (before, between, after) in [("", " ", ""), ("", "", " \n"), ("\u{200b}", "\u{a0}", "\u{feff}")] {
        house.sign_in(AuthFlow::UserSrp).await;
        let code = house.code("ann");
        let typed = format!("{before}{}{between}{}{after}", &code[..3], &code[3..]);
        assert!(confirm(&house, &typed).await.unwrap().is_signed_in, "{typed:?}");
    }
    house.sign_in(AuthFlow::UserSrp).await;
    house.pool.reset_counters();
    assert_eq!(code_of(&house, " \u{200b}").await, "validation_failed");
    assert_eq!(house.pool.all_requests().values().sum::<u64>(), 0);
}
