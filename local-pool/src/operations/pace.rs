//! Answers that leave at a fixed time. Whether a message is sent, a trigger is told more or a row is written takes time that
//! tells who has an account; where clients hide that, such requests are all answered as late as each other.

use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::Instant;

use crate::service::Call;

/// More than they take by themselves.
const PACE: Duration = Duration::from_millis(5);

/// When the answer may leave; None: as soon as there is one.
pub(super) fn of(call: &Call, operation: &str, body: &Map<String, Value>) -> Option<Instant> {
    let member = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let may_tell = match operation {
        "ForgotPassword" | "ResendConfirmationCode" => true,
        "InitiateAuth" => ["USER_AUTH", "CUSTOM_AUTH"].contains(&member("AuthFlow")),
        "RespondToAuthChallenge" => ["SELECT_CHALLENGE", "CUSTOM_CHALLENGE"].contains(&member("ChallengeName")),
        _ => false,
    };
    let client = may_tell.then(|| call.service.store.client(member("ClientId")).ok()).flatten()?;
    client.hides_users().then(|| Instant::now() + PACE)
}

pub(super) async fn keep(leaves: Option<Instant>) {
    if let Some(leaves) = leaves {
        tokio::time::sleep_until(leaves).await;
    }
}
