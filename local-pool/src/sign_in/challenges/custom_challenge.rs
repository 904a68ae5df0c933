//! CUSTOM_CHALLENGE: the create trigger puts it, the verify trigger judges the answer. An answer uses its session up,
//! right or wrong.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::challenge::{Challenge, Put, state_of};
use super::verdict::Wrong;
use crate::error::Outcome;
use crate::events;
use crate::model::trigger_kind::TriggerKind;
use crate::sign_in::attempt::{Attempt, ChallengeResult, Learned};
use crate::sign_in::context::{Response, SignIn, required};
use crate::sign_in::custom_flow;
use crate::sign_in::facts::Facts;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CustomChallenge;

/// What the verify and define triggers get to see of it.
#[derive(Serialize, Deserialize)]
struct State {
    challenge_metadata: Option<String>,
    private_parameters: Map<String, Value>,
}

impl Challenge for CustomChallenge {
    const NAME: &'static str = "CUSTOM_CHALLENGE";
    const FORGOTTEN: bool = true;

    async fn put(&self, sign_in: &SignIn<'_>, attempt: &Attempt, facts: &Facts<'_>) -> Outcome<Put> {
        let mut request = custom_flow::request(sign_in, attempt, facts);
        request["challengeName"] = json!(Self::NAME);
        let response = json!({
            "publicChallengeParameters": null,
            "privateChallengeParameters": null,
            "challengeMetadata": null,
        });
        let kind = TriggerKind::CreateAuthChallenge;
        let mut response = custom_flow::run(sign_in, attempt, kind, request, response).await?;
        let mut object = |member: &str| match response.remove(member) {
            None | Some(Value::Null) => Ok(Map::new()),
            Some(Value::Object(object)) => Ok(object),
            Some(_) => Err(events::unrecognizable()),
        };
        let mut public = object("publicChallengeParameters")?;
        if public.values().any(|value| !value.is_string()) {
            return Err(events::unrecognizable());
        }
        let private_parameters = object("privateChallengeParameters")?;
        let challenge_metadata = match response.remove("challengeMetadata") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(_) => return Err(events::unrecognizable()),
        };
        public.insert("USERNAME".into(), json!(attempt.username));
        Ok(Put::new(public, serde_json::to_value(State { challenge_metadata, private_parameters })?))
    }

    async fn judge(
        sign_in: &SignIn<'_>,
        response: &Response<'_>,
        attempt: &Attempt,
        facts: &Facts<'_>,
    ) -> Result<Learned, Wrong> {
        let answer = required(response.parameters, "ANSWER")?;
        let State { challenge_metadata, private_parameters } = state_of(attempt)?;
        let right = verify(sign_in, attempt, facts, answer, private_parameters).await;
        // A trigger that fails has been asked: the answer is used up as well.
        let right = right.map_err(|error| Wrong { error, was_guess: false, can_be_answered_again: false })?;
        Ok(Learned::Custom(ChallengeResult {
            challenge_name: Self::NAME.into(),
            challenge_result: right,
            challenge_metadata,
        }))
    }
}

async fn verify(
    sign_in: &SignIn<'_>,
    attempt: &Attempt,
    facts: &Facts<'_>,
    answer: &str,
    private_parameters: Map<String, Value>,
) -> Outcome<bool> {
    let mut request = custom_flow::request(sign_in, attempt, facts);
    if let Some(request) = request.as_object_mut() {
        request.remove("session");
        request.insert("privateChallengeParameters".into(), json!(private_parameters));
        request.insert("challengeAnswer".into(), json!(answer));
    }
    let kind = TriggerKind::VerifyAuthChallengeResponse;
    let response = custom_flow::run(sign_in, attempt, kind, request, json!({ "answerCorrect": null })).await?;
    match response.get("answerCorrect") {
        Some(Value::Bool(right)) => Ok(*right),
        None | Some(Value::Null) => Ok(false),
        Some(_) => Err(events::unrecognizable()),
    }
}
