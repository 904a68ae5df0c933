use serde_json::{Map, Value, json};

use super::create_user_pool::{check, take_sms};
use crate::error::Outcome;
use crate::pools::{Pool, PoolSettings};
use crate::service::Call;
use crate::wire::answer::Answer;
use crate::wire::constraint::wrong_type;

pub(super) type Request = Map<String, Value>;

/// Replaces: what the request leaves out falls back to its default. Names, aliases and schema are fixed.
pub(super) async fn run(call: &Call, mut request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let text = |value: Option<Value>| value.and_then(|value| value.as_str().map(str::to_owned));
    let pool = service.store.pool(&text(request.remove("UserPoolId")).unwrap_or_default())?;
    let name = text(request.remove("PoolName")).unwrap_or_else(|| pool.name.clone());
    for fixed in ["AliasAttributes", "UsernameAttributes", "UsernameConfiguration", "SchemaAttributes"] {
        request.remove(fixed);
    }
    let mut settings: PoolSettings = serde_json::from_value(Value::Object(request)).map_err(|_| wrong_type())?;
    settings.alias_attributes.clone_from(&pool.settings.alias_attributes);
    settings.username_attributes.clone_from(&pool.settings.username_attributes);
    settings.username_configuration.clone_from(&pool.settings.username_configuration);
    settings.schema_attributes.clone_from(&pool.settings.schema_attributes);
    let mut mfa = pool.mfa.clone();
    take_sms(&settings, &mut mfa);
    check(&settings, &mfa)?;
    service.store.put_pool(&Pool { name, settings, mfa, modified_ms: service.now_ms(), ..(*pool).clone() })?;
    Ok(Answer::Json(json!({})))
}
