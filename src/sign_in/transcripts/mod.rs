//! Whole dialogs without a network: each test is a transcript of what is sent and what is answered.

mod choice;
mod devices;
mod factors;
mod refusals;

use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Value, json};

use super::call::{AuthCall, Reply};
use super::context::{Inputs, Parameters};
use super::dialog::{Dialog, Outcome, Transition, start};
use super::options::ConfirmSignInOptions;
use super::step::SignInStep;
use crate::config::{AuthConfiguration, AuthFlow};
use crate::error::{Error, ErrorCode, ServiceError, TransportFailure};
use crate::support::clock::from_unix_seconds;
use crate::support::random::{Random, RandomUnavailable};

/// The exponent of vector 2 in tests/vectors/srp.json.
#[derive(Debug)]
struct Vector2;

impl Random for Vector2 {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomUnavailable> {
        let hex = "baea400256dc5109063a9995268226b9a89afc07ccdb192e9e3c6cf5f54bd30c";
        buffer.copy_from_slice(&crate::srp::bytes::from_hex(hex, "a").unwrap());
        Ok(())
    }
}

const USER: &str = "6f0d1c2e-1111-4222-8333-123456789abc";

fn inputs() -> Inputs<'static> {
    let now: SystemTime = from_unix_seconds(1_767_603_787); // Mon Jan 5 09:03:07 UTC 2026
    Inputs { now, random: &Vector2 }
}

fn configuration(secret: &str) -> Arc<AuthConfiguration> {
    let builder = AuthConfiguration::builder("us-east-1_Example01", "1example23456789").client_secret(secret);
    Arc::new(builder.build().unwrap())
}

fn begin(flow: AuthFlow, secret: &str) -> Transition {
    let parameters = Parameters {
        username: "Ann@Example.org".to_owned(),
        password: Some("Correct-Horse-9".into()),
        flow,
        client_metadata: [("from".to_owned(), "signIn".to_owned())].into(),
        sign_up_session: None,
        devices: Vec::new(),
    };
    start(configuration(secret), parameters, inputs())
}

fn sent(turn: Transition) -> (Dialog, Value) {
    match turn {
        Transition::Send { dialog, call: AuthCall::Initiate(call) } => (dialog, serde_json::to_value(call).unwrap()),
        Transition::Send { dialog, call: AuthCall::Respond(call) } => (dialog, serde_json::to_value(call).unwrap()),
        other => panic!("nothing to send: {other:?}"),
    }
}

fn asked(turn: Transition) -> (Dialog, SignInStep) {
    match turn {
        Transition::Stop(Outcome::Ask { dialog, step }) => (dialog, step),
        other => panic!("nothing to ask: {other:?}"),
    }
}

fn answer(json: Value) -> Result<Reply, Error> {
    Ok(Reply::Auth(serde_json::from_value(json).unwrap()))
}

fn exception(name: &str, text: &str) -> Result<Reply, Error> {
    let (exception, text) = (name.to_owned(), text.to_owned());
    Err(ServiceError { operation: "X", exception, text, status: 400, request_id: None }.into())
}

/// The service's half of vector 2: its b and salt.
fn verifier_challenge() -> Value {
    use num_bigint::BigUint;
    let number = |hex: &str| BigUint::parse_bytes(hex.as_bytes(), 16).unwrap();
    let n = BigUint::from_bytes_be(&{
        use crypto_bigint::modular::ConstMontyParams as _;
        crate::srp::group::Modulus::PARAMS.modulus().to_be_bytes().to_vec()
    });
    let salt = "8e3b4a922506265c9cd8b35c23c23a86";
    let inner = crate::srp::bytes::sha256(&[format!("Example01{USER}:Correct-Horse-9").as_bytes()]);
    let salt_bytes = crate::srp::bytes::signed(&number(salt).to_bytes_be());
    let x = BigUint::from_bytes_be(&*crate::srp::bytes::sha256(&[&salt_bytes, &*inner]));
    let k = number("538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6");
    let b = number("6b398f871a339902fddfff72613435eb19a79e9bb3a65fb9cee2221128fd4501");
    let g = BigUint::from(2_u8);
    let public = (k * g.modpow(&x, &n) + g.modpow(&b, &n)) % &n;
    json!({ "ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": {
        "SRP_B": public.to_str_radix(16), "SALT": salt, "USER_ID_FOR_SRP": USER, "USERNAME": USER,
        "SECRET_BLOCK": "b3BhcXVlLXNlY3JldC1ibG9jay1mb3ItdGVzdA==" } })
}

const SIGNATURE: &str = "0JiDpAJPYpPIEeGBYd82wV+E3R++7ynV5jw3rmysI7E=";

fn tokens() -> Value {
    json!({ "AuthenticationResult": { "AccessToken": "a", "IdToken": "i", "RefreshToken": "r", "ExpiresIn": 3600 } })
}

#[test]
fn user_srp() {
    let (dialog, request) = sent(begin(AuthFlow::UserSrp, ""));
    assert_eq!(request["AuthFlow"], "USER_SRP_AUTH");
    assert_eq!(request["AuthParameters"]["USERNAME"], "Ann@Example.org");
    assert_eq!(request["ClientMetadata"], json!({ "from": "signIn" }));
    assert!(request["AuthParameters"]["SRP_A"].as_str().unwrap().len() > 700);
    assert!(request["AuthParameters"].get("SECRET_HASH").is_none() && request.get("Session").is_none());

    let (dialog, proof) = sent(dialog.on_response(answer(verifier_challenge()), inputs()));
    assert_eq!(proof["ChallengeName"], "PASSWORD_VERIFIER");
    assert_eq!(proof["ChallengeResponses"]["PASSWORD_CLAIM_SIGNATURE"], SIGNATURE);
    assert_eq!(proof["ChallengeResponses"]["TIMESTAMP"], "Mon Jan 5 09:03:07 UTC 2026");
    assert_eq!(proof["ChallengeResponses"]["USERNAME"], USER);
    assert_eq!(proof["ClientMetadata"], json!({ "from": "signIn" }));
    assert!(proof.get("Session").is_none());
    assert!(matches!(dialog.on_response(answer(tokens()), inputs()), Transition::Stop(Outcome::Done(_))));
}

#[test]
fn user_password() {
    let (dialog, request) = sent(begin(AuthFlow::UserPassword, ""));
    assert_eq!(request["AuthFlow"], "USER_PASSWORD_AUTH");
    assert_eq!(request["AuthParameters"], json!({ "USERNAME": "Ann@Example.org", "PASSWORD": "Correct-Horse-9" }));
    assert!(matches!(dialog.on_response(answer(tokens()), inputs()), Transition::Stop(Outcome::Done(_))));
}

#[test]
fn custom_with_srp_goes_on_with_the_newest_session_and_the_services_name() {
    let (dialog, request) = sent(begin(AuthFlow::CustomWithSrp, "secret123"));
    assert_eq!(request["AuthFlow"], "CUSTOM_AUTH");
    assert_eq!(request["AuthParameters"]["CHALLENGE_NAME"], "SRP_A");
    let first_hash = request["AuthParameters"]["SECRET_HASH"].clone();

    let mut challenge = verifier_challenge();
    challenge["Session"] = "s1".into();
    let (dialog, proof) = sent(dialog.on_response(answer(challenge), inputs()));
    assert_eq!(
        (&proof["Session"], &proof["ChallengeResponses"]["PASSWORD_CLAIM_SIGNATURE"]),
        (&json!("s1"), &json!(SIGNATURE))
    );
    assert_eq!(proof["ChallengeResponses"]["SECRET_HASH"], "o6gH20cW+ZvhrNgNUpljahboqcW7zwcd9ZTOiJbAwI4=");
    assert_ne!(proof["ChallengeResponses"]["SECRET_HASH"], first_hash);

    let custom =
        json!({ "ChallengeName": "CUSTOM_CHALLENGE", "Session": "s2", "ChallengeParameters": { "captchaUrl": "u" } });
    let (dialog, step) = asked(dialog.on_response(answer(custom), inputs()));
    let parameters = [("captchaUrl".to_owned(), "u".to_owned())].into();
    assert_eq!(step, SignInStep::ConfirmSignInWithCustomChallenge { parameters });

    let options = ConfirmSignInOptions::new().client_metadata("from", "confirm").client_metadata("more", "1");
    let (dialog, answered) = sent(dialog.answer("42", options, inputs()));
    assert_eq!(answered["Session"], "s2");
    assert_eq!(answered["ChallengeResponses"]["ANSWER"], "42");
    assert_eq!(answered["ChallengeResponses"]["USERNAME"], USER);
    assert_eq!(answered["ClientMetadata"], json!({ "from": "confirm", "more": "1" }));

    let again =
        json!({ "ChallengeName": "CUSTOM_CHALLENGE", "Session": "s3", "ChallengeParameters": { "round": "2" } });
    let (dialog, _) = asked(dialog.on_response(answer(again), inputs()));
    let (dialog, answered) = sent(dialog.answer("43", ConfirmSignInOptions::new(), inputs()));
    assert_eq!(answered["Session"], "s3");
    assert!(matches!(dialog.on_response(answer(tokens()), inputs()), Transition::Stop(Outcome::Done(_))));
}

#[test]
fn custom_without_srp_sends_no_password() {
    let (_, request) = sent(begin(AuthFlow::CustomWithoutSrp, ""));
    assert_eq!(request["AuthParameters"], json!({ "USERNAME": "Ann@Example.org" }));
}

fn at_the_custom_challenge() -> Dialog {
    let (dialog, _) = sent(begin(AuthFlow::CustomWithoutSrp, ""));
    let custom = json!({ "ChallengeName": "CUSTOM_CHALLENGE", "Session": "s1", "ChallengeParameters": null });
    asked(dialog.on_response(answer(custom), inputs())).0
}

#[test]
fn a_failure_that_can_be_made_good_leaves_the_question_open() {
    let (dialog, _) = sent(at_the_custom_challenge().answer("x", ConfirmSignInOptions::new(), inputs()));
    for failure in [
        exception("CodeMismatchException", "wrong"),
        exception("ExpiredCodeException", "old"),
        exception("UserLambdaValidationException", "VerifyAuthChallengeResponse failed with error x."),
        exception("TooManyRequestsException", "Rate exceeded"),
        Err(Error::Transport { operation: "X", failure: TransportFailure::TimedOut }),
    ] {
        match dialog.clone().on_response(failure, inputs()) {
            Transition::Stop(Outcome::Refused { dialog: Some(dialog), .. }) => {
                let (_, request) = sent(dialog.answer("y", ConfirmSignInOptions::new(), inputs()));
                assert_eq!(
                    (&request["Session"], &request["ChallengeResponses"]["ANSWER"]),
                    (&json!("s1"), &json!("y"))
                );
            }
            other => panic!("{other:?}"),
        }
    }
    for failure in [
        exception("NotAuthorizedException", "Incorrect username or password."),
        exception("NotAuthorizedException", "Invalid session for the user, session is expired."),
        exception("UserNotFoundException", "User does not exist."),
    ] {
        assert!(matches!(
            dialog.clone().on_response(failure, inputs()),
            Transition::Stop(Outcome::Refused { dialog: None, .. })
        ));
    }
}

#[test]
fn an_empty_answer_is_refused_before_it_is_sent() {
    match at_the_custom_challenge().answer("", ConfirmSignInOptions::new(), inputs()) {
        Transition::Stop(Outcome::Refused { dialog: Some(_), error }) => {
            assert_eq!(error.code(), ErrorCode::ValidationFailed)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_wrong_password_ends_the_sign_in() {
    let (dialog, _) = sent(begin(AuthFlow::UserSrp, ""));
    let (dialog, _) = sent(dialog.on_response(answer(verifier_challenge()), inputs()));
    let failure = exception("NotAuthorizedException", "Incorrect username or password.");
    match dialog.on_response(failure, inputs()) {
        Transition::Stop(Outcome::Refused { dialog: None, error }) => {
            assert_eq!(error.code(), ErrorCode::IncorrectUsernameOrPassword)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn unconfirmed_and_reset_are_steps() {
    for (name, expected) in [
        ("UserNotConfirmedException", SignInStep::ConfirmSignUp),
        ("PasswordResetRequiredException", SignInStep::ResetPassword),
    ] {
        let (dialog, _) = sent(begin(AuthFlow::UserPassword, ""));
        match dialog.on_response(exception(name, ""), inputs()) {
            Transition::Stop(Outcome::Blocked(step)) => assert_eq!(step, expected),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_cannot_be_answered_is_named() {
    for (challenge, named) in [
        (json!({ "ChallengeName": "RETINA_SCAN", "ChallengeParameters": {} }), "RETINA_SCAN"),
        (json!({ "ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": {} }), "PASSWORD_VERIFIER"),
    ] {
        let (dialog, _) = sent(begin(AuthFlow::CustomWithoutSrp, ""));
        match dialog.on_response(answer(challenge), inputs()) {
            Transition::Stop(Outcome::Refused { dialog: None, error }) => {
                assert_eq!(error.code(), ErrorCode::UnsupportedChallenge);
                assert!(error.to_string().contains(named));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_dishonest_service_gets_no_proof() {
    for (key, value) in [("SRP_B", "0"), ("SRP_B", ""), ("SALT", "zz"), ("SECRET_BLOCK", "%")] {
        let (dialog, _) = sent(begin(AuthFlow::UserSrp, ""));
        let mut challenge = verifier_challenge();
        challenge["ChallengeParameters"][key] = value.into();
        assert!(
            matches!(
                dialog.on_response(answer(challenge), inputs()),
                Transition::Stop(Outcome::Refused { dialog: None, .. })
            ),
            "{key}"
        );
    }
}

#[test]
fn flows_that_need_a_password_say_so() {
    for flow in [AuthFlow::UserSrp, AuthFlow::UserPassword, AuthFlow::CustomWithSrp] {
        for password in [None, Some("".into())] {
            let username = "ann".to_owned();
            let parameters = Parameters {
                username,
                password,
                flow: flow.clone(),
                client_metadata: [].into(),
                sign_up_session: None,
                devices: Vec::new(),
            };
            match start(configuration(""), parameters, inputs()) {
                Transition::Stop(Outcome::Refused { error: Error::Input(input), .. }) => {
                    assert_eq!(input.field, "password")
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn nothing_secret_is_printed() {
    let turn = begin(AuthFlow::UserSrp, "secret123");
    let printed = format!("{turn:?}");
    for secret in ["Correct-Horse-9", "secret123", "baea4002"] {
        assert!(!printed.contains(secret), "{printed}");
    }
    let (dialog, _) = sent(turn);
    let (dialog, _) = sent(dialog.on_response(answer(verifier_challenge()), inputs()));
    assert!(!format!("{dialog:?}").contains("Correct-Horse-9"));
}
