//! Answers that lead nowhere, and refusals that say nothing about the answer they met.

use serde_json::json;

use super::*;

fn challenge(name: &str) -> Value {
    let mut challenge = verifier_challenge();
    challenge["ChallengeName"] = name.into();
    challenge["Session"] = "s1".into();
    challenge
}

fn at(challenge: Value) -> Dialog {
    let (dialog, _) = sent(begin(AuthFlow::CustomWithoutSrp, ""));
    asked(dialog.on_response(answer(challenge), inputs())).0
}

fn answered(dialog: Dialog, text: &str) -> (Dialog, Value) {
    sent(dialog.answer(text, ConfirmSignInOptions::new(), inputs()))
}

/// A firewall's word and an unknown one, under whatever status: the service has not looked at the answer.
fn no_verdicts() -> Vec<Result<Reply, Error>> {
    let service = |exception: &str, text: &str, status| {
        let (exception, text) = (exception.to_owned(), text.to_owned());
        Err(ServiceError { operation: "X", exception, text, status, request_id: None }.into())
    };
    vec![
        service("ForbiddenException", "Request not allowed due to WAF block.", 403),
        service("NotAuthorizedException", "Request not allowed due to WAF block.", 400),
        service("AccessDeniedException", "", 403),
        service("SomethingNewException", "", 400),
        service("InvalidSmsRoleAccessPolicyException", "", 400),
        service("UserPoolTaggingException", "", 400),
        Err(Error::Transport { operation: "X", failure: TransportFailure::NotTheService { status: 403 } }),
    ]
}

#[test]
fn what_is_no_verdict_leaves_every_question_open() {
    let password = json!({ "requiredAttributes": "[]" });
    for (put, text, member) in [
        (json!({ "ChallengeName": "SMS_MFA", "Session": "s1" }), "123456", "SMS_MFA_CODE"),
        (json!({ "ChallengeName": "EMAIL_OTP", "Session": "s1" }), "123456", "EMAIL_OTP_CODE"),
        (json!({ "ChallengeName": "CUSTOM_CHALLENGE", "Session": "s1" }), "42", "ANSWER"),
        (json!({ "ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "s1" }), "123456", "SOFTWARE_TOKEN_MFA_CODE"),
        (json!({ "ChallengeName": "PASSWORD", "Session": "s1" }), "Correct-Horse-9", "PASSWORD"),
        (
            json!({ "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "s1", "ChallengeParameters": password }),
            "Correct-Horse-9",
            "NEW_PASSWORD",
        ),
    ] {
        let (dialog, first) = answered(at(put), text);
        assert_eq!(first["ChallengeResponses"][member], text);
        for failure in no_verdicts() {
            match dialog.clone().on_response(failure, inputs()) {
                Transition::Stop(Outcome::Refused { dialog: Some(dialog), .. }) => {
                    assert_eq!(answered(dialog, text).1, first)
                }
                other => panic!("{member}: {other:?}"),
            }
        }
    }
}

/// With blanks and invisible characters, and from a keyboard of another script.
#[test]
fn a_code_is_sent_clean_and_an_answer_as_it_is() {
    for (name, member) in [
        ("SMS_MFA", "SMS_MFA_CODE"),
        ("EMAIL_OTP", "EMAIL_OTP_CODE"),
        ("SMS_OTP", "SMS_OTP_CODE"),
        ("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA_CODE"),
    ] {
        for typed in ["123456 ", "123 456", "\u{200b}123456", "\u{202a}123456\u{202c}", "１２３４５６"] {
            let (_, request) = answered(at(json!({ "ChallengeName": name, "Session": "s1" })), typed);
            assert_eq!(request["ChallengeResponses"][member], "123456", "{name} {typed:?}");
        }
        for nothing in [" ", "\u{200b}", "\t\n"] {
            let dialog = at(json!({ "ChallengeName": name, "Session": "s1" }));
            match dialog.answer(nothing, ConfirmSignInOptions::new(), inputs()) {
                Transition::Stop(Outcome::Refused { dialog: Some(_), error }) => {
                    assert_eq!(error.code(), ErrorCode::ValidationFailed)
                }
                other => panic!("{name}: {other:?}"),
            }
        }
    }
    let custom = json!({ "ChallengeName": "CUSTOM_CHALLENGE", "Session": "s1" });
    for answer in [" 123 456 ", "\u{200b}1", "１"] {
        assert_eq!(answered(at(custom.clone()), answer).1["ChallengeResponses"]["ANSWER"], answer);
    }
}

/// The service puts the same challenge for ever: the call ends, with an error that names it.
#[test]
fn a_challenge_for_the_library_does_not_come_for_ever() {
    for (name, flow) in [
        ("PASSWORD_VERIFIER", AuthFlow::UserSrp),
        ("PASSWORD_SRP", AuthFlow::CustomWithSrp),
        ("PASSWORD_SRP", AuthFlow::UserSrp),
        ("DEVICE_SRP_AUTH", AuthFlow::UserSrp),
    ] {
        let mut parameters = Parameters {
            username: USER.to_owned(),
            password: Some("Correct-Horse-9".into()),
            flow,
            client_metadata: [].into(),
            sign_up_session: None,
            devices: Vec::new(),
        };
        if name == "DEVICE_SRP_AUTH" {
            parameters.devices.push(devices::device(USER, &[]));
        }
        let mut turn = start(configuration(""), parameters, inputs());
        for round in 0.. {
            assert!(round < 10, "{name} goes on and on");
            turn = match turn {
                Transition::Send { dialog, .. } => dialog.on_response(answer(challenge(name)), inputs()),
                Transition::Stop(Outcome::Refused { dialog: None, error }) => {
                    assert_eq!(error.code(), ErrorCode::BadResponse, "{error}");
                    assert!(error.to_string().contains(name), "{error}");
                    break;
                }
                other => panic!("{name}: {other:?}"),
            };
        }
    }
}

/// Neither does a circle of several, nor one of requests that are no answers to challenges.
#[test]
fn no_circle_goes_on_for_ever() {
    let circle = ["PASSWORD_SRP", "PASSWORD_VERIFIER", "DEVICE_SRP_AUTH"];
    let mut turn = begin(AuthFlow::UserSrp, "");
    let mut requests = 0;
    let error = loop {
        turn = match turn {
            Transition::Send { dialog, .. } => {
                requests += 1;
                assert!(requests < 20);
                dialog.on_response(answer(challenge(circle[requests % 3])), inputs())
            }
            Transition::Stop(Outcome::Refused { dialog: None, error }) => break error,
            other => panic!("{other:?}"),
        };
    };
    assert!(matches!(error.code(), ErrorCode::BadResponse | ErrorCode::UnsupportedChallenge), "{error}");
}

#[test]
fn what_makes_no_sense_is_a_bad_response_and_no_defect_of_ours() {
    let nothing = [json!({}), json!({ "AuthenticationResult": {} }), json!({ "ChallengeName": "" }), json!({ "X": 1 })];
    for answered in nothing {
        let (dialog, _) = sent(begin(AuthFlow::UserPassword, ""));
        match dialog.on_response(answer(answered.clone()), inputs()) {
            Transition::Stop(Outcome::Refused { dialog: None, error }) => {
                assert_eq!(error.code(), ErrorCode::BadResponse, "{answered}")
            }
            other => panic!("{answered}: {other:?}"),
        }
    }
    for (key, value) in [
        ("SRP_B", json!("0")),
        ("SRP_B", json!("")),
        ("SALT", json!("zz")),
        ("SECRET_BLOCK", json!("%")),
        ("SRP_B", json!(null)),
    ] {
        let (dialog, _) = sent(begin(AuthFlow::UserSrp, ""));
        let mut put = verifier_challenge();
        put["ChallengeParameters"][key] = value;
        match dialog.on_response(answer(put), inputs()) {
            Transition::Stop(Outcome::Refused { dialog: None, error }) => {
                assert_eq!(error.code(), ErrorCode::BadResponse, "{key}")
            }
            other => panic!("{key}: {other:?}"),
        }
    }
    for put in [
        json!({ "ChallengeName": "WEB_AUTHN", "ChallengeParameters": {} }),
        json!({ "ChallengeName": "SELECT_MFA_TYPE", "ChallengeParameters": { "MFAS_CAN_CHOOSE": "no list" } }),
    ] {
        let (dialog, _) = sent(begin(AuthFlow::UserPassword, ""));
        match dialog.on_response(answer(put.clone()), inputs()) {
            Transition::Stop(Outcome::Refused { dialog: None, error }) => {
                assert_eq!(error.code(), ErrorCode::BadResponse, "{put}")
            }
            other => panic!("{put}: {other:?}"),
        }
    }
}
