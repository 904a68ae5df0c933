//! The post confirmation trigger.

use serde_json::{Map, Value, json};

use super::User;
use crate::error::Outcome;
use crate::events::{self, Event};
use crate::model::trigger_kind::TriggerKind;
use crate::pools::Pool;
use crate::service::Call;

/// Runs it after a user was confirmed. A failure is the caller's answer, though the user stays confirmed.
pub(crate) async fn announce(
    call: &Call,
    pool: &Pool,
    client_id: Option<&str>,
    user: &User,
    client_metadata: &Map<String, Value>,
) -> Outcome<()> {
    run(call, "PostConfirmation_ConfirmSignUp", pool, client_id, user, client_metadata).await
}

/// Runs it after a forgotten password was replaced.
pub(crate) async fn announce_new_password(
    call: &Call,
    pool: &Pool,
    client_id: &str,
    user: &User,
    client_metadata: &Map<String, Value>,
) -> Outcome<()> {
    run(call, "PostConfirmation_ConfirmForgotPassword", pool, Some(client_id), user, client_metadata).await
}

async fn run(
    call: &Call,
    source: &str,
    pool: &Pool,
    client_id: Option<&str>,
    user: &User,
    client_metadata: &Map<String, Value>,
) -> Outcome<()> {
    let event = Event {
        kind: TriggerKind::PostConfirmation,
        source,
        pool,
        client_id,
        user_name: &user.username,
        request: events::with_metadata(json!({ "userAttributes": user.event_attributes() }), client_metadata),
        response: json!({}),
    };
    events::run(call, event).await.map(drop)
}
