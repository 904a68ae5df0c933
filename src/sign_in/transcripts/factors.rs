//! Second factors, their set-up, and new passwords.

use serde_json::json;

use super::*;
use crate::factors::{DeliveryMedium, MfaType};
use crate::protocol::user_pool::{AssociateAnswer, VerifyAnswer};

fn at(challenge: serde_json::Value) -> (Dialog, SignInStep) {
    let (dialog, _) = sent(begin(AuthFlow::UserPassword, "secret123"));
    asked(dialog.on_response(answer(challenge), inputs()))
}

fn answered(dialog: &Dialog, text: &str) -> Value {
    sent(dialog.clone().answer(text, ConfirmSignInOptions::new(), inputs())).1
}

fn refused_field(dialog: &Dialog, text: &str) -> &'static str {
    match dialog.clone().answer(text, ConfirmSignInOptions::new(), inputs()) {
        Transition::Stop(Outcome::Refused { dialog: Some(_), error: Error::Input(input) }) => input.field,
        other => panic!("not refused: {other:?}"),
    }
}

/// Wrong, wrong, right: the question stays, the session is the same, and what is secret is dropped.
fn wrong_wrong_right(dialog: Dialog, exception_name: &str, text: &str) {
    let mut dialog = dialog;
    for _ in 0..2 {
        let (waiting, request) = sent(dialog.answer(text, ConfirmSignInOptions::new(), inputs()));
        assert_eq!(request["Session"], "s1");
        dialog = match waiting.on_response(exception(exception_name, "wrong"), inputs()) {
            Transition::Stop(Outcome::Refused { dialog: Some(dialog), .. }) => dialog,
            other => panic!("{other:?}"),
        };
    }
    let (waiting, _) = sent(dialog.answer(text, ConfirmSignInOptions::new(), inputs()));
    assert!(matches!(waiting.on_response(answer(tokens()), inputs()), Transition::Stop(Outcome::Done(_))));
}

#[test]
fn codes_of_second_factors() {
    let delivered = json!({ "USER_ID_FOR_SRP": USER, "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS",
        "CODE_DELIVERY_DESTINATION": "+*******1234" });
    let rows = [("SMS_MFA", "SMS_MFA_CODE"), ("EMAIL_OTP", "EMAIL_OTP_CODE"), ("SMS_OTP", "SMS_OTP_CODE")];
    for (name, key) in rows {
        let put = json!({ "ChallengeName": name, "Session": "s1", "ChallengeParameters": delivered });
        let (dialog, step) = at(put);
        let details = match step {
            SignInStep::ConfirmSignInWithSmsMfaCode { delivery_details } if name == "SMS_MFA" => delivery_details,
            SignInStep::ConfirmSignInWithOtp { delivery_details } if name != "SMS_MFA" => delivery_details,
            other => panic!("{name}: {other:?}"),
        };
        assert_eq!(details.destination.as_deref(), Some("+*******1234"));
        assert_eq!(details.medium, Some(DeliveryMedium::Sms));
        let request = answered(&dialog, "12345678");
        assert_eq!(request["ChallengeName"], name);
        assert_eq!(request["ChallengeResponses"][key], "12345678");
        assert_eq!(request["ChallengeResponses"]["USERNAME"], USER);
        assert!(request["ChallengeResponses"]["SECRET_HASH"].is_string());
        assert_eq!(request["ClientMetadata"], json!({ "from": "signIn" }));
        wrong_wrong_right(dialog, "CodeMismatchException", "123456");
    }
}

#[test]
fn the_code_of_an_authenticator_app() {
    let (dialog, step) = at(json!({ "ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "s1",
        "ChallengeParameters": { "FRIENDLY_DEVICE_NAME": "Ann's phone" } }));
    let name = Some("Ann's phone".to_owned());
    assert_eq!(step, SignInStep::ConfirmSignInWithTotpCode { friendly_device_name: name });
    assert_eq!(answered(&dialog, "123 456")["ChallengeResponses"]["SOFTWARE_TOKEN_MFA_CODE"], "123456");
    for wrong in ["12345", "1234567", "12345a"] {
        assert_eq!(refused_field(&dialog, wrong), "challengeResponse");
    }
    wrong_wrong_right(dialog, "CodeMismatchException", "123456");
}

#[test]
fn a_choice_of_second_factors_keeps_what_it_does_not_know() {
    let (dialog, step) = at(json!({ "ChallengeName": "SELECT_MFA_TYPE", "Session": "s1", "ChallengeParameters": {
        "MFAS_CAN_CHOOSE": r#"["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP","PIGEON"]"# } }));
    let types = vec![MfaType::Sms, MfaType::Totp, MfaType::Email, MfaType::Other { name: "PIGEON".into() }];
    assert_eq!(step, SignInStep::ContinueSignInWithMfaSelection { types });
    for (text, wire) in [("SMS_MFA", "SMS_MFA"), ("TOTP", "SOFTWARE_TOKEN_MFA"), ("PIGEON", "PIGEON")] {
        let request = answered(&dialog, text);
        assert_eq!(
            (&request["ChallengeName"], &request["ChallengeResponses"]["ANSWER"]),
            (&json!("SELECT_MFA_TYPE"), &json!(wire))
        );
    }
    assert_eq!(refused_field(&dialog, "OWL"), "challengeResponse");
}

fn set_up_challenge(kinds: &str) -> Value {
    json!({ "ChallengeName": "MFA_SETUP", "Session": "s1", "ChallengeParameters": {
        "USER_ID_FOR_SRP": USER, "MFAS_CAN_SETUP": kinds } })
}

fn call_of(turn: Transition) -> (Dialog, AuthCall) {
    match turn {
        Transition::Send { dialog, call } => (dialog, call),
        other => panic!("{other:?}"),
    }
}

/// From the secret to the tokens: each call gives the next one's session.
fn sets_an_app_up(turn: Transition) {
    let (dialog, call) = call_of(turn);
    let AuthCall::Associate(call) = call else { panic!("{call:?}") };
    assert_eq!(serde_json::to_value(call).unwrap(), json!({ "Session": "s1" }));
    let secret: AssociateAnswer = serde_json::from_value(json!({ "SecretCode": "JBSWY3DP", "Session": "s2" })).unwrap();
    let (dialog, step) = asked(dialog.on_response(Ok(Reply::Associated(secret)), inputs()));
    let SignInStep::ContinueSignInWithTotpSetup { details } = step else { panic!("{step:?}") };
    assert_eq!((details.shared_secret.as_str(), details.username.as_str()), ("JBSWY3DP", USER));

    let options = ConfirmSignInOptions::new().friendly_device_name("phone");
    let (dialog, call) = call_of(dialog.answer("123456", options.clone(), inputs()));
    let AuthCall::Verify(verify) = call else { panic!("{call:?}") };
    let expected = json!({ "Session": "s2", "UserCode": "123456", "FriendlyDeviceName": "phone" });
    assert_eq!(serde_json::to_value(verify).unwrap(), expected);
    // A wrong code, in both forms that the service has for it.
    let error: VerifyAnswer = serde_json::from_value(json!({ "Status": "ERROR" })).unwrap();
    for wrong in [Ok(Reply::Verified(error)), exception("EnableSoftwareTokenMFAException", "Code mismatch")] {
        match dialog.clone().on_response(wrong, inputs()) {
            Transition::Stop(Outcome::Refused { dialog: Some(again), error }) => {
                assert_eq!(error.code(), ErrorCode::TotpCodeMismatch);
                assert!(matches!(call_of(again.answer("654321", options.clone(), inputs())).1, AuthCall::Verify(_)));
            }
            other => panic!("{other:?}"),
        }
    }
    let right: VerifyAnswer = serde_json::from_value(json!({ "Status": "SUCCESS", "Session": "s3" })).unwrap();
    let (dialog, request) = sent(dialog.on_response(Ok(Reply::Verified(right)), inputs()));
    assert_eq!((&request["ChallengeName"], &request["Session"]), (&json!("MFA_SETUP"), &json!("s3")));
    assert!(request["ChallengeResponses"]["SECRET_HASH"].is_string());
    // The last request is lost: the code was verified and is not asked for by the service again.
    let lost = Err(Error::Transport { operation: "X", failure: TransportFailure::TimedOut });
    let Transition::Stop(Outcome::Refused { dialog: Some(again), .. }) = dialog.clone().on_response(lost, inputs())
    else {
        panic!()
    };
    assert_eq!(sent(again.answer("123456", options, inputs())).1["ChallengeName"], "MFA_SETUP");
    assert!(matches!(dialog.on_response(answer(tokens()), inputs()), Transition::Stop(Outcome::Done(_))));
}

#[test]
fn setting_up_a_second_factor() {
    // What no call can set up is not offered.
    let (dialog, _) = sent(begin(AuthFlow::UserPassword, "secret123"));
    let only = set_up_challenge(r#"["SMS_MFA","SOFTWARE_TOKEN_MFA"]"#);
    sets_an_app_up(dialog.on_response(answer(only), inputs()));

    let (dialog, step) = at(set_up_challenge(r#"["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]"#));
    let types = vec![MfaType::Totp, MfaType::Email];
    assert_eq!(step, SignInStep::ContinueSignInWithMfaSetupSelection { types });
    assert_eq!(refused_field(&dialog, "SMS_MFA"), "challengeResponse");
    sets_an_app_up(dialog.clone().answer("TOTP", ConfirmSignInOptions::new(), inputs()));

    let (dialog, step) = asked(dialog.answer("EMAIL_OTP", ConfirmSignInOptions::new(), inputs()));
    assert_eq!(step, SignInStep::ContinueSignInWithEmailMfaSetup);
    assert_eq!(refused_field(&dialog, "nobody"), "challengeResponse");
    let request = answered(&dialog, "ann@example.org");
    assert_eq!(request["ChallengeResponses"]["EMAIL"], "ann@example.org");

    for nothing in [r#"["SMS_MFA"]"#, "[]", r#"["PIGEON"]"#] {
        let (dialog, _) = sent(begin(AuthFlow::UserPassword, ""));
        match dialog.on_response(answer(set_up_challenge(nothing)), inputs()) {
            Transition::Stop(Outcome::Refused { dialog: None, error }) => {
                assert_eq!(error.code(), ErrorCode::UnsupportedChallenge)
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_new_password_with_what_was_missing() {
    let (dialog, step) =
        at(json!({ "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "s1", "ChallengeParameters": {
        "USER_ID_FOR_SRP": USER, "userAttributes": r#"{"email":"ann@example.org","given_name":""}"#,
        "requiredAttributes": r#"["userAttributes.given_name"]"# } }));
    let SignInStep::ConfirmSignInWithNewPassword { parameters, missing_attributes } = step else { panic!("{step:?}") };
    assert_eq!(missing_attributes, ["given_name"]);
    assert!(parameters["userAttributes"].contains("ann@example.org"));
    let options = ConfirmSignInOptions::new().attribute("given_name", "Ann").attribute("tenant", "7");
    let (_, request) = sent(dialog.clone().answer("New-Horse-9", options, inputs()));
    let responses = &request["ChallengeResponses"];
    assert_eq!(responses["NEW_PASSWORD"], "New-Horse-9");
    assert_eq!(responses["userAttributes.given_name"], "Ann");
    assert_eq!(responses["userAttributes.custom:tenant"], "7");
    assert!(!format!("{dialog:?}").contains("ann@example.org"));
    wrong_wrong_right(dialog, "InvalidPasswordException", "New-Horse-9");
}
