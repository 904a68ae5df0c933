//! Remembered devices: their key on every request, their proof, and what happens when the service forgot them.

use serde_json::json;

use super::*;
use crate::storage::record::DeviceRecord;

const KEY: &str = "us-east-1_aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";

pub(super) fn device(username: &str, names: &[&str]) -> DeviceRecord {
    DeviceRecord {
        username: username.to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        device_key: KEY.to_owned(),
        group_key: "-abcdEFGH".to_owned(),
        secret: "0f0f0f0f-1111-4222-8333-abcdefabcdef".into(),
        confirmed: true,
        unknown: serde_json::Map::new(),
    }
}

fn with(devices: Vec<DeviceRecord>, flow: AuthFlow) -> Transition {
    let parameters = Parameters {
        username: "Ann@Example.org".to_owned(),
        password: Some("Correct-Horse-9".into()),
        flow,
        client_metadata: [("from".to_owned(), "signIn".to_owned())].into(),
        sign_up_session: None,
        devices,
    };
    start(configuration(""), parameters, inputs())
}

fn gone() -> Result<Reply, Error> {
    exception("ResourceNotFoundException", "Device does not exist.")
}

fn key_of(request: &Value) -> Option<&str> {
    request["AuthParameters"]["DEVICE_KEY"].as_str().or(request["ChallengeResponses"]["DEVICE_KEY"].as_str())
}

#[test]
fn the_key_travels_on_every_request() {
    let flows = [AuthFlow::UserSrp, AuthFlow::UserPassword, AuthFlow::CustomWithSrp, AuthFlow::CustomWithoutSrp];
    for flow in flows.into_iter().chain([AuthFlow::UserAuth { preferred_first_factor: None }]) {
        let (_, request) = sent(with(vec![device(USER, &["ann@example.org"])], flow.clone()));
        assert_eq!(key_of(&request), Some(KEY), "{flow:?}");
        // A device of another user stays at home.
        assert_eq!(key_of(&sent(with(vec![device("bob", &["bob@example.org"])], flow)).1), None);
    }
}

#[test]
fn the_service_name_finds_the_device_that_the_typed_one_did_not() {
    let (dialog, request) = sent(with(vec![device(USER, &[])], AuthFlow::UserSrp));
    assert_eq!(key_of(&request), None);
    let (_, proof) = sent(dialog.on_response(answer(verifier_challenge()), inputs()));
    assert_eq!(key_of(&proof), Some(KEY));
}

/// A sign-in at `DEVICE_SRP_AUTH`, and its request.
fn at_the_device_challenge(flow: AuthFlow) -> (Dialog, Value) {
    let (dialog, _) = sent(with(vec![device(USER, &["ann@example.org"])], flow));
    let put = json!({ "ChallengeName": "DEVICE_SRP_AUTH", "Session": "s1",
        "ChallengeParameters": { "USER_ID_FOR_SRP": USER, "DEVICE_KEY": KEY } });
    sent(dialog.on_response(answer(put), inputs()))
}

fn device_verifier_challenge() -> Value {
    let mut challenge = verifier_challenge();
    challenge["ChallengeName"] = json!("DEVICE_PASSWORD_VERIFIER");
    challenge["Session"] = json!("s2");
    challenge
}

#[test]
fn the_device_proves_itself() {
    let (dialog, request) = at_the_device_challenge(AuthFlow::UserPassword);
    assert_eq!(request["ChallengeName"], "DEVICE_SRP_AUTH");
    assert_eq!((&request["Session"], key_of(&request)), (&json!("s1"), Some(KEY)));
    assert!(request["ChallengeResponses"]["SRP_A"].is_string());
    assert_eq!(request["ClientMetadata"], json!({ "from": "signIn" }));
    let (dialog, proof) = sent(dialog.on_response(answer(device_verifier_challenge()), inputs()));
    assert_eq!(proof["ChallengeName"], "DEVICE_PASSWORD_VERIFIER");
    assert_eq!((&proof["Session"], key_of(&proof)), (&json!("s2"), Some(KEY)));
    // Made with the device's own secret: not the signature of the user's password.
    let signature = proof["ChallengeResponses"]["PASSWORD_CLAIM_SIGNATURE"].as_str().unwrap();
    assert!(signature.len() == 44 && signature != SIGNATURE);
    let Transition::Stop(Outcome::Done(finished)) = dialog.on_response(answer(tokens()), inputs()) else { panic!() };
    assert_eq!(finished.device.unwrap().device_key, KEY);
    assert!(finished.lost_device.is_none());
}

#[test]
fn a_forgotten_device_costs_one_request() {
    let devices = || vec![device(USER, &["ann@example.org"])];
    // InitiateAuth.
    let (dialog, first) = sent(with(devices(), AuthFlow::UserSrp));
    let (dialog, again) = sent(dialog.on_response(gone(), inputs()));
    let without = |mut request: Value, place: &str| {
        request[place].as_object_mut().unwrap().remove("DEVICE_KEY");
        request
    };
    assert_eq!(again, without(first, "AuthParameters"));
    // RespondToAuthChallenge does not name it any more; never two retries.
    let (dialog, proof) = sent(dialog.on_response(answer(verifier_challenge()), inputs()));
    assert_eq!(key_of(&proof), None);
    assert!(matches!(dialog.clone().on_response(gone(), inputs()), Transition::Stop(Outcome::Refused { .. })));
    let Transition::Stop(Outcome::Done(finished)) = dialog.on_response(answer(tokens()), inputs()) else { panic!() };
    assert_eq!(finished.lost_device.unwrap().device_key, KEY);
    assert!(finished.device.is_none());

    let (dialog, _) = sent(with(devices(), AuthFlow::UserSrp));
    let (dialog, proof) = sent(dialog.on_response(answer(verifier_challenge()), inputs()));
    let (_, again) = sent(dialog.on_response(gone(), inputs()));
    assert_eq!(again, without(proof, "ChallengeResponses"));
}

#[test]
fn without_the_device_challenge_the_sign_in_begins_anew() {
    for flow in [AuthFlow::UserPassword, AuthFlow::UserSrp] {
        let wrong = || exception("NotAuthorizedException", "Incorrect username or password.");
        for failure in [gone as fn() -> _, wrong] {
            let (dialog, _) = at_the_device_challenge(flow.clone());
            let (again, request) = sent(dialog.clone().on_response(failure(), inputs()));
            assert!(request["AuthFlow"].is_string() && key_of(&request).is_none(), "{request}");
            assert_eq!(request["AuthParameters"]["USERNAME"], "Ann@Example.org");
            assert!(matches!(
                again.clone().on_response(gone(), inputs()),
                Transition::Stop(Outcome::Refused { dialog: None, .. })
            ));
            let Transition::Stop(Outcome::Done(finished)) = again.on_response(answer(tokens()), inputs()) else {
                panic!()
            };
            assert!(finished.lost_device.is_some());

            let (dialog, _) = sent(dialog.on_response(answer(device_verifier_challenge()), inputs()));
            let (_, request) = sent(dialog.on_response(failure(), inputs()));
            assert!(request["AuthFlow"].is_string() && key_of(&request).is_none(), "{request}");
        }
    }
}

#[test]
fn a_device_challenge_after_the_person_was_asked_cannot_begin_anew_by_itself() {
    let (dialog, _) = sent(with(vec![device(USER, &["ann@example.org"])], AuthFlow::CustomWithoutSrp));
    let put = json!({ "ChallengeName": "CUSTOM_CHALLENGE", "Session": "s", "ChallengeParameters": {} });
    let (dialog, _) = asked(dialog.on_response(answer(put), inputs()));
    let (dialog, _) = sent(dialog.answer("42", ConfirmSignInOptions::new(), inputs()));
    let put = json!({ "ChallengeName": "DEVICE_SRP_AUTH", "Session": "s1", "ChallengeParameters": {} });
    let (dialog, _) = sent(dialog.on_response(answer(put), inputs()));
    // The device is told, so that the next sign-in goes without it.
    match dialog.on_response(gone(), inputs()) {
        Transition::Stop(Outcome::DeviceRefused { device, .. }) => assert_eq!(device.device_key, KEY),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_device_challenge_without_a_device_is_named() {
    let (dialog, _) = sent(with(Vec::new(), AuthFlow::UserPassword));
    let put = json!({ "ChallengeName": "DEVICE_SRP_AUTH", "Session": "s1", "ChallengeParameters": {} });
    match dialog.on_response(answer(put), inputs()) {
        Transition::Stop(Outcome::Refused { dialog: None, error }) => {
            assert_eq!(error.code(), ErrorCode::UnsupportedChallenge)
        }
        other => panic!("{other:?}"),
    }
}
