use serde_json::{Map, Value, json};

use crate::error::{Outcome, ServiceError};
use crate::pools::{self, Client, ClientSettings};
use crate::service::Call;
use crate::wire::answer::Answer;
use crate::wire::constraint::{Kind, Member, optional, required};
use crate::wire::members::{OWN_CLIENT_SECRET, POOL_ID, POOL_NAME};

pub(super) const SHAPE: &[Member] = &[
    required("UserPoolId", POOL_ID),
    required("ClientName", POOL_NAME),
    optional("ClientSecret", OWN_CLIENT_SECRET),
    optional("RefreshTokenValidity", Kind::Integer { min: 0, max: 315_360_000 }),
    optional("AccessTokenValidity", Kind::Integer { min: 1, max: 86_400 }),
    optional("IdTokenValidity", Kind::Integer { min: 1, max: 86_400 }),
    optional("AuthSessionValidity", Kind::Integer { min: 3, max: 15 }),
    optional("PreventUserExistenceErrors", Kind::Enum(&["LEGACY", "ENABLED"])),
    optional("ExplicitAuthFlows", Kind::List { of: &FLOW, min: 0, max: usize::MAX }),
];
pub(super) const FLOW: Kind = Kind::Enum(&[
    "ADMIN_NO_SRP_AUTH",
    "CUSTOM_AUTH_FLOW_ONLY",
    "USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_AUTH",
]);

pub(super) type Request = Map<String, Value>;

pub(super) async fn run(call: &Call, mut request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let text = |value: Option<Value>| value.and_then(|value| value.as_str().map(str::to_owned));
    let pool = service.store.pool(&text(request.remove("UserPoolId")).unwrap_or_default())?;
    let generate = request.remove("GenerateSecret") == Some(json!(true));
    let own_secret = text(request.remove("ClientSecret"));
    let settings = read_settings(request)?;
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

pub(super) fn read_settings(request: Request) -> Outcome<ClientSettings> {
    let settings: ClientSettings =
        serde_json::from_value(Value::Object(request)).map_err(|_| super::create_user_pool::wrong_type())?;
    check(&settings)?;
    Ok(settings)
}

fn check(settings: &ClientSettings) -> Outcome<()> {
    let flows = &settings.explicit_auth_flows;
    let newer = flows.iter().filter(|flow| flow.starts_with("ALLOW_")).count();
    if newer != 0 && newer != flows.len() {
        let text = "Cannot mix legacy values with ALLOW_ values in ExplicitAuthFlows";
        return Err(ServiceError::invalid_parameter(text));
    }
    let Some(rotation) = settings.refresh_token_rotation.as_ref().filter(|rotation| rotation.feature == "ENABLED")
    else {
        return Ok(());
    };
    if !(0..=60).contains(&rotation.retry_grace_period_seconds) {
        let text = "1 validation error detected: Value at 'refreshTokenRotation.retryGracePeriodSeconds' failed to \
                    satisfy constraint: Member must have value less than or equal to 60";
        return Err(ServiceError::invalid_parameter(text));
    }
    Ok(())
}
