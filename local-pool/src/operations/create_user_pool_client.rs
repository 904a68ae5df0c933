use serde_json::{Map, Value, json};

use crate::error::{Outcome, ServiceError};
use crate::pools::{self, Client, ClientSettings, Pool};
use crate::service::Call;
use crate::wire::answer::Answer;
use crate::wire::constraint::wrong_type;

pub(super) type Request = Map<String, Value>;

pub(super) async fn run(call: &Call, mut request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let text = |value: Option<Value>| value.and_then(|value| value.as_str().map(str::to_owned));
    let pool = service.store.pool(&text(request.remove("UserPoolId")).unwrap_or_default())?;
    let generate = request.remove("GenerateSecret") == Some(json!(true));
    let own_secret = text(request.remove("ClientSecret"));
    let has_secret = generate || own_secret.is_some();
    let settings = read_settings(call, request, &pool, has_secret, "creating")?;
    let now = service.now_ms();
    let client = Client {
        id: pools::new_client_id(&service.random),
        pool_id: pool.id.clone(),
        secret: own_secret.or_else(|| generate.then(|| pools::new_client_secret(&service.random))),
        settings,
        created_ms: now,
        modified_ms: now,
    };
    service.store.put_client(&client)?;
    Ok(Answer::Json(json!({ "UserPoolClient": super::describe_user_pool_client::describe(&client)? })))
}

/// `doing` is what the service calls it in its texts: `creating` or `updating` a client.
pub(super) fn read_settings(
    call: &Call,
    request: Request,
    pool: &Pool,
    has_secret: bool,
    doing: &str,
) -> Outcome<ClientSettings> {
    let settings: ClientSettings = serde_json::from_value(Value::Object(request)).map_err(|_| wrong_type())?;
    check(&settings)?;
    check_lives(&settings)?;
    check_attributes(&settings, pool, doing)?;
    pools::check_oauth(&call.service.store, pool, &settings, has_secret)?;
    Ok(settings)
}

/// Five minutes to a day; a refresh token an hour to ten years, and no shorter than the others.
fn check_lives(settings: &ClientSettings) -> Outcome<()> {
    let (access, id, refresh) =
        (settings.access_token_life_s(), settings.id_token_life_s(), settings.refresh_token_life_s());
    let short_lived = 300..=86_400;
    let fits = short_lived.contains(&access)
        && short_lived.contains(&id)
        && (3_600..=315_360_000).contains(&refresh)
        && access.max(id) <= refresh;
    if fits { Ok(()) } else { Err(ServiceError::invalid_parameter("Invalid range for token validity.")) }
}

/// Attributes have to be the pool's; clients must be able to write what a sign-up must have, and never `*_verified`.
fn check_attributes(settings: &ClientSettings, pool: &Pool, doing: &str) -> Outcome<()> {
    let refuse = |kind: &str| {
        Err(ServiceError::invalid_parameter(format!("Invalid {kind} attributes specified while {doing} a client")))
    };
    let known = |name: &String| pool.schema(name).is_some();
    if settings.read_attributes.as_ref().is_some_and(|names| !names.iter().all(known)) {
        return refuse("read");
    }
    let Some(writable) = &settings.write_attributes else { return Ok(()) };
    let reserved = |name: &String| name == "sub" || name.ends_with("_verified") || name.starts_with("dev:");
    let mut required = pool.settings.schema_attributes.iter().filter(|known| known.required && known.name != "sub");
    let complete = required.all(|known| writable.contains(&known.name));
    if complete && writable.iter().all(|name| known(name) && !reserved(name)) { Ok(()) } else { refuse("write") }
}

fn check(settings: &ClientSettings) -> Outcome<()> {
    let flows = &settings.explicit_auth_flows;
    let newer = flows.iter().filter(|flow| flow.starts_with("ALLOW_")).count();
    if newer != 0 && newer != flows.len() {
        let text = "Cannot mix legacy values with ALLOW_ values in ExplicitAuthFlows";
        return Err(ServiceError::invalid_parameter(text));
    }
    Ok(())
}
