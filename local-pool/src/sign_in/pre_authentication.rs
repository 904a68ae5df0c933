//! The pre authentication trigger: before the password is looked at, for unknown users too when that is hidden.

use serde_json::{Map, Value, json};

use super::context::SignIn;
use crate::error::Outcome;
use crate::events::{self, Event};
use crate::model::trigger_kind::TriggerKind;
use crate::users::User;

/// Runs it. `validation_data` is InitiateAuth's ClientMetadata.
pub(crate) async fn run(
    sign_in: &SignIn<'_>,
    user: Option<&User>,
    typed: &str,
    validation_data: &Map<String, Value>,
) -> Outcome<()> {
    let mut request = json!({
        "userAttributes": user.map(User::event_attributes).unwrap_or_default(),
        "validationData": validation_data,
    });
    mark_unknown(sign_in, user, &mut request);
    let event = Event {
        kind: TriggerKind::PreAuthentication,
        source: "PreAuthentication_Authentication",
        pool: &sign_in.pool,
        client_id: Some(&sign_in.client.id),
        user_name: user.map_or(typed, |user| &user.username),
        request,
        response: json!({}),
    };
    events::run(sign_in.call, event).await.map(drop)
}

/// `userNotFound` is there for clients that hide unknown users only.
pub(crate) fn mark_unknown(sign_in: &SignIn<'_>, user: Option<&User>, request: &mut Value) {
    if sign_in.client.hides_users() {
        request["userNotFound"] = json!(user.is_none());
    }
}
