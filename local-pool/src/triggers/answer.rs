//! Whether what a function gave back is the event it was given, with a response of the right types.
use serde_json::Value;

use super::failure::TriggerFailure;
use crate::model::trigger_kind::TriggerKind;

/// Members of the event itself. A function must give back, with its type, each that it was sent.
const ENVELOPE: [&str; 8] =
    ["version", "triggerSource", "region", "userPoolId", "userName", "callerContext", "request", "response"];

enum Shape {
    Flag,
    Text,
    /// Text to text; numbers and flags are turned into text, as they would be on their way through the service.
    TextMap,
    TextList,
    Object,
}

/// Checks `answer` against the event that was sent and returns it.
pub(super) fn recognise(kind: TriggerKind, sent: &Value, mut answer: Value) -> Result<Value, TriggerFailure> {
    let envelope_kept = ENVELOPE
        .iter()
        .filter_map(|&member| Some((member, sent.get(member).filter(|value| !value.is_null())?)))
        .all(|(member, value)| answer.get(member).is_some_and(|back| same_type(value, back)));
    if !envelope_kept {
        return Err(TriggerFailure::Unrecognizable);
    }
    let Some(response) = answer.get_mut("response").and_then(Value::as_object_mut) else {
        return Err(TriggerFailure::Unrecognizable);
    };
    for (member, shape) in response_members(kind) {
        if let Some(value) = response.get_mut(*member)
            && !fits(value, shape)
        {
            return Err(TriggerFailure::Unrecognizable);
        }
    }
    Ok(answer)
}

fn same_type(a: &Value, b: &Value) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

/// Response members with their types (developer guide, "Lambda trigger reference"). Any may be null or absent.
fn response_members(kind: TriggerKind) -> &'static [(&'static str, Shape)] {
    match kind {
        TriggerKind::PreSignUp => {
            &[("autoConfirmUser", Shape::Flag), ("autoVerifyEmail", Shape::Flag), ("autoVerifyPhone", Shape::Flag)]
        }
        TriggerKind::DefineAuthChallenge => {
            &[("challengeName", Shape::Text), ("issueTokens", Shape::Flag), ("failAuthentication", Shape::Flag)]
        }
        TriggerKind::CreateAuthChallenge => &[
            ("publicChallengeParameters", Shape::TextMap),
            ("privateChallengeParameters", Shape::TextMap),
            ("challengeMetadata", Shape::Text),
        ],
        TriggerKind::VerifyAuthChallengeResponse => &[("answerCorrect", Shape::Flag)],
        TriggerKind::PreTokenGeneration => {
            &[("claimsOverrideDetails", Shape::Object), ("claimsAndScopeOverrideDetails", Shape::Object)]
        }
        TriggerKind::UserMigration => &[
            ("userAttributes", Shape::TextMap),
            ("finalUserStatus", Shape::Text),
            ("messageAction", Shape::Text),
            ("desiredDeliveryMediums", Shape::TextList),
            ("forceAliasCreation", Shape::Flag),
            ("enableSMSMFA", Shape::Flag),
        ],
        TriggerKind::CustomMessage => {
            &[("smsMessage", Shape::Text), ("emailMessage", Shape::Text), ("emailSubject", Shape::Text)]
        }
        TriggerKind::PostConfirmation | TriggerKind::PreAuthentication | TriggerKind::PostAuthentication => &[],
    }
}

fn fits(value: &mut Value, shape: &Shape) -> bool {
    if value.is_null() {
        return true;
    }
    match shape {
        Shape::Flag => value.is_boolean(),
        Shape::Text => value.is_string(),
        Shape::TextList => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
        Shape::Object => value.is_object(),
        Shape::TextMap => value.as_object_mut().is_some_and(|map| map.values_mut().all(become_text)),
    }
}

fn become_text(value: &mut Value) -> bool {
    match value {
        Value::Null | Value::String(_) => true,
        Value::Bool(_) | Value::Number(_) => {
            *value = Value::String(value.to_string());
            true
        }
        Value::Array(_) | Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(response: Value) -> Value {
        json!({"version": "1", "userName": "ana", "callerContext": {}, "request": {}, "response": response})
    }

    fn recognised(kind: TriggerKind, answer: Value) -> Result<Value, TriggerFailure> {
        recognise(kind, &event(json!({})), answer)
    }

    #[test]
    fn the_event_with_a_response_is_recognised() {
        let answer =
            event(json!({"issueTokens": true, "failAuthentication": null, "challengeName": "CUSTOM_CHALLENGE"}));
        assert_eq!(recognised(TriggerKind::DefineAuthChallenge, answer.clone()), Ok(answer));
    }

    #[test]
    fn a_lost_envelope_is_not() {
        let mut headless = event(json!({}));
        headless.as_object_mut().unwrap().remove("userName");
        let mut retyped = event(json!({}));
        retyped["request"] = json!("gone");
        for answer in [Value::Null, json!("text"), json!([]), json!({}), json!({"response": {}}), headless, retyped] {
            assert_eq!(
                recognised(TriggerKind::PostConfirmation, answer.clone()),
                Err(TriggerFailure::Unrecognizable),
                "{answer}"
            );
        }
    }

    #[test]
    fn wrong_types_in_the_response_are_not() {
        let cases = [
            (TriggerKind::DefineAuthChallenge, json!({"issueTokens": "true"})),
            (TriggerKind::VerifyAuthChallengeResponse, json!({"answerCorrect": 1})),
            (TriggerKind::CreateAuthChallenge, json!({"publicChallengeParameters": "x"})),
            (TriggerKind::CreateAuthChallenge, json!({"publicChallengeParameters": {"a": {}}})),
            (TriggerKind::PreTokenGeneration, json!({"claimsOverrideDetails": []})),
            (TriggerKind::UserMigration, json!({"desiredDeliveryMediums": [1]})),
        ];
        for (kind, response) in cases {
            assert_eq!(recognised(kind, event(response.clone())), Err(TriggerFailure::Unrecognizable), "{response}");
        }
    }

    #[test]
    fn numbers_in_challenge_parameters_become_text() {
        let answer = event(json!({"privateChallengeParameters": {"answer": 5, "again": true}}));
        let got = recognised(TriggerKind::CreateAuthChallenge, answer).unwrap();
        assert_eq!(got["response"]["privateChallengeParameters"], json!({"answer": "5", "again": "true"}));
    }
}
