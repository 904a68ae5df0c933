//! The last steps of a sign-in: post authentication, pre token generation, tokens.

use std::sync::Arc;

use serde_json::{Value, json};

use super::attempt::Attempt;
use super::context::{EndsWith, SignIn};
use super::device;
use super::facts::Facts;
use super::next_step::{Next, next_step};
use crate::devices::LineDevice;
use crate::error::{Outcome, ServiceError};
use crate::events::{self, Event};
use crate::model::trigger_kind::TriggerKind;
use crate::store::pools;
use crate::tokens::issue;

pub(crate) async fn tokens(sign_in: &SignIn<'_>, attempt: &Attempt, facts: &Facts<'_>) -> Outcome<Value> {
    let user = facts.user.as_ref().ok_or_else(ServiceError::wrong_credentials)?;
    let device = match sign_in.ends_with {
        EndsWith::Tokens => device::of_line(sign_in, attempt, facts),
        EndsWith::Name => LineDevice::None,
    };
    let event = Event {
        kind: TriggerKind::PostAuthentication,
        source: "PostAuthentication_Authentication",
        pool: &sign_in.pool,
        client_id: Some(&sign_in.client.id),
        user_name: &user.username,
        request: events::with_metadata(
            json!({ "userAttributes": user.event_attributes(), "newDeviceUsed": device.is_offered() }),
            &sign_in.client_metadata,
        ),
        response: json!({}),
    };
    let call = sign_in.call;
    events::run(call, event).await?;
    let source = if attempt.proven.new_password {
        "TokenGeneration_NewPasswordChallenge"
    } else if attempt.proven.device.is_some() {
        "TokenGeneration_AuthenticateDevice"
    } else {
        "TokenGeneration_Authentication"
    };
    // The triggers took their time: in the transaction that makes the tokens count, all must still be so.
    let still_so = |db: &_| {
        let pool = Arc::new(pools::in_force(db, &sign_in.pool.id)?);
        let now = SignIn { device_key: sign_in.device_key.clone(), ..SignIn::bare(call, pool, sign_in.client.clone()) };
        match next_step(attempt, &Facts::read(db, &now, attempt)?)? {
            Next::Tokens => Ok(()),
            _ => Err(ServiceError::invalid_session().because("something else would be asked by now")),
        }
    };
    if sign_in.ends_with == EndsWith::Name {
        call.service.store.read(still_so)?;
        return Ok(json!({ "SignedIn": user.username }));
    }
    let metadata = &sign_in.client_metadata;
    let begun =
        issue::Begun { pool: &sign_in.pool, client: &sign_in.client, user, device: &device, source, hosted: None };
    let result = issue::start_line(call, &begun, metadata, still_so).await?;
    Ok(json!({ "AuthenticationResult": result, "ChallengeParameters": {} }))
}
