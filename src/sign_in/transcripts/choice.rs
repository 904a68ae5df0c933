//! Choice-based sign-in (`USER_AUTH`).

use serde_json::json;

use super::*;
use crate::factors::FirstFactor;

fn choice(preferred: Option<FirstFactor>, password: Option<&str>) -> Transition {
    let parameters = Parameters {
        username: "ann".to_owned(),
        password: password.map(Into::into),
        flow: AuthFlow::UserAuth { preferred_first_factor: preferred },
        client_metadata: [].into(),
        sign_up_session: None,
        devices: Vec::new(),
    };
    start(configuration(""), parameters, inputs())
}

fn select() -> Value {
    json!({ "ChallengeName": "SELECT_CHALLENGE", "Session": "s1", "ChallengeParameters": {},
        "AvailableChallenges": ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "PIGEON"] })
}

fn at_the_choice() -> Dialog {
    let (dialog, request) = sent(choice(None, None));
    assert_eq!(request["AuthFlow"], "USER_AUTH");
    assert!(request["AuthParameters"].get("PREFERRED_CHALLENGE").is_none());
    let (dialog, step) = asked(dialog.on_response(answer(select()), inputs()));
    let SignInStep::ContinueSignInWithFirstFactorSelection { factors } = step else { panic!("{step:?}") };
    assert_eq!(factors.len(), 6);
    assert_eq!(factors[5], FirstFactor::Other { name: "PIGEON".into() });
    dialog
}

fn give(dialog: Dialog, text: &str) -> Transition {
    dialog.answer(text, ConfirmSignInOptions::new(), inputs())
}

#[test]
fn codes_and_passkeys_are_chosen_by_name() {
    for name in ["EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "PIGEON"] {
        let (_, request) = sent(give(at_the_choice(), name));
        assert_eq!(request["ChallengeName"], "SELECT_CHALLENGE");
        assert_eq!(request["ChallengeResponses"]["ANSWER"], name);
    }
    let Transition::Stop(Outcome::Refused { dialog: Some(_), error }) = give(at_the_choice(), "OWL") else { panic!() };
    assert_eq!(error.code(), ErrorCode::ValidationFailed);
}

#[test]
fn the_plain_password() {
    let (dialog, step) = asked(give(at_the_choice(), "PASSWORD"));
    assert_eq!(step, SignInStep::ConfirmSignInWithPassword);
    let (dialog, request) = sent(give(dialog, "Wrong-Horse-9"));
    assert_eq!(request["ChallengeName"], "SELECT_CHALLENGE");
    assert_eq!(request["ChallengeResponses"]["ANSWER"], "PASSWORD");
    assert_eq!(request["ChallengeResponses"]["PASSWORD"], "Wrong-Horse-9");
    // A wrong one can be typed again: the sign-in begins anew with it.
    let refused = dialog.on_response(exception("NotAuthorizedException", "Incorrect username or password."), inputs());
    let Transition::Stop(Outcome::Refused { dialog: Some(dialog), error }) = refused else { panic!() };
    assert_eq!(error.code(), ErrorCode::IncorrectUsernameOrPassword);
    let (dialog, request) = sent(give(dialog, "Correct-Horse-9"));
    assert_eq!(request["AuthFlow"], "USER_AUTH");
    assert_eq!(request["AuthParameters"]["PREFERRED_CHALLENGE"], "PASSWORD");
    assert_eq!(request["AuthParameters"]["PASSWORD"], "Correct-Horse-9");
    assert!(request.get("Session").is_none());
    assert!(matches!(dialog.on_response(answer(tokens()), inputs()), Transition::Stop(Outcome::Done(_))));
}

#[test]
fn the_password_with_srp() {
    let (dialog, step) = asked(give(at_the_choice(), "PASSWORD_SRP"));
    assert_eq!(step, SignInStep::ConfirmSignInWithPassword);
    let (dialog, request) = sent(give(dialog, "Wrong-Horse-9"));
    assert_eq!(request["ChallengeResponses"]["ANSWER"], "PASSWORD_SRP");
    assert!(request["ChallengeResponses"]["SRP_A"].is_string());
    assert!(request["ChallengeResponses"].get("PASSWORD").is_none());
    let mut verifier = verifier_challenge();
    verifier["Session"] = json!("s2");
    let (dialog, proof) = sent(dialog.on_response(answer(verifier.clone()), inputs()));
    assert_eq!(proof["Session"], "s2");
    assert_ne!(proof["ChallengeResponses"]["PASSWORD_CLAIM_SIGNATURE"], SIGNATURE);
    let wrong = exception("NotAuthorizedException", "Incorrect username or password.");
    let Transition::Stop(Outcome::Refused { dialog: Some(dialog), .. }) = dialog.on_response(wrong, inputs()) else {
        panic!()
    };
    let (dialog, request) = sent(give(dialog, "Correct-Horse-9"));
    assert_eq!(request["AuthParameters"]["PREFERRED_CHALLENGE"], "PASSWORD_SRP");
    let (_, proof) = sent(dialog.on_response(answer(verifier), inputs()));
    assert_eq!(proof["ChallengeResponses"]["PASSWORD_CLAIM_SIGNATURE"], SIGNATURE);
}

#[test]
fn a_preferred_factor_goes_first() {
    let preferred = |factor: Option<FirstFactor>, password| sent(choice(factor, password)).1["AuthParameters"].clone();
    let plain = preferred(Some(FirstFactor::Password), Some("Correct-Horse-9"));
    assert_eq!((&plain["PREFERRED_CHALLENGE"], &plain["PASSWORD"]), (&json!("PASSWORD"), &json!("Correct-Horse-9")));
    // A password alone is preference enough.
    for factor in [None, Some(FirstFactor::PasswordSrp)] {
        let srp = preferred(factor, Some("Correct-Horse-9"));
        assert!(srp["PREFERRED_CHALLENGE"] == "PASSWORD_SRP" && srp["SRP_A"].is_string(), "{srp}");
        assert!(srp.get("PASSWORD").is_none());
    }
    let code = preferred(Some(FirstFactor::EmailOtp), Some("unused"));
    assert!(code["PREFERRED_CHALLENGE"] == "EMAIL_OTP" && code.get("PASSWORD").is_none());
    // A preferred password that was not given is asked for before anything is sent.
    let (dialog, step) = asked(choice(Some(FirstFactor::PasswordSrp), None));
    assert_eq!(step, SignInStep::ConfirmSignInWithPassword);
    assert!(sent(give(dialog, "Correct-Horse-9")).1["AuthParameters"]["SRP_A"].is_string());
}

#[test]
fn a_passkey() {
    let (dialog, _) = sent(choice(Some(FirstFactor::WebAuthn), None));
    let put = json!({ "ChallengeName": "WEB_AUTHN", "Session": "s1", "ChallengeParameters": {
        "CREDENTIAL_REQUEST_OPTIONS": r#"{"challenge":"abc","rpId":"example.org"}"# } });
    let (dialog, step) = asked(dialog.on_response(answer(put), inputs()));
    let SignInStep::ConfirmSignInWithPasskey { request } = step else { panic!("{step:?}") };
    assert!(request.contains("example.org"));
    for wrong in ["not json", "[]", "\"text\""] {
        assert!(matches!(
            give(dialog.clone(), wrong),
            Transition::Stop(Outcome::Refused { dialog: Some(_), error: Error::Input(_) })
        ));
    }
    let (_, request) = sent(give(dialog, r#"{"id":"x"}"#));
    assert_eq!(request["ChallengeName"], "WEB_AUTHN");
    assert_eq!(request["ChallengeResponses"]["CREDENTIAL"], r#"{"id":"x"}"#);
}

#[test]
fn the_code_of_a_first_factor_can_be_sent_again() {
    let (dialog, _) = sent(give(at_the_choice(), "EMAIL_OTP"));
    let put = json!({ "ChallengeName": "EMAIL_OTP", "Session": "s2", "ChallengeParameters": {},
        "AvailableChallenges": ["EMAIL_OTP"] });
    let (dialog, _) = asked(dialog.on_response(answer(put), inputs()));
    let (_, request) = sent(dialog.resend_code(inputs()));
    assert_eq!(request["AuthFlow"], "USER_AUTH");
    assert_eq!(request["AuthParameters"]["PREFERRED_CHALLENGE"], "EMAIL_OTP");
    assert!(request.get("Session").is_none());
    // Not that of a second factor, and nothing where there is no code.
    let (second, _) = sent(begin(AuthFlow::UserPassword, ""));
    let put = json!({ "ChallengeName": "EMAIL_OTP", "Session": "s2", "ChallengeParameters": {} });
    let (second, _) = asked(second.on_response(answer(put), inputs()));
    for dialog in [second, at_the_choice()] {
        let Transition::Stop(Outcome::Refused { dialog: Some(_), error }) = dialog.resend_code(inputs()) else {
            panic!()
        };
        assert_eq!(error.code(), ErrorCode::NoCodeToResend);
    }
}

#[test]
fn the_session_of_a_sign_up_signs_in() {
    let parameters = Parameters {
        username: "ann".to_owned(),
        password: None,
        flow: AuthFlow::UserAuth { preferred_first_factor: None },
        client_metadata: [].into(),
        sign_up_session: Some("from-sign-up".into()),
        devices: Vec::new(),
    };
    let (_, request) = sent(start(configuration(""), parameters, inputs()));
    assert_eq!((&request["Session"], &request["AuthFlow"]), (&json!("from-sign-up"), &json!("USER_AUTH")));
}

#[test]
fn a_resend_that_fails_leaves_the_first_code_good() {
    let (dialog, _) = sent(choice(Some(FirstFactor::EmailOtp), None));
    let put = json!({ "ChallengeName": "EMAIL_OTP", "Session": "s1", "ChallengeParameters": {} });
    let (dialog, _) = asked(dialog.on_response(answer(put), inputs()));
    let (waiting, _) = sent(dialog.resend_code(inputs()));
    let refused = waiting.on_response(exception("LimitExceededException", "too many"), inputs());
    let Transition::Stop(Outcome::Refused { dialog: Some(dialog), .. }) = refused else { panic!() };
    assert_eq!(sent(give(dialog, "12345678")).1["Session"], "s1");
}

#[test]
fn a_password_whose_request_failed_is_not_kept() {
    let (dialog, _) = asked(give(at_the_choice(), "PASSWORD_SRP"));
    let (waiting, _) = sent(give(dialog, "Correct-Horse-9"));
    let lost = Err(Error::Transport { operation: "X", failure: TransportFailure::TimedOut });
    let Transition::Stop(Outcome::Refused { dialog: Some(dialog), .. }) = waiting.on_response(lost, inputs()) else {
        panic!()
    };
    assert!(dialog.holds_no_secret());
}
