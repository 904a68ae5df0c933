use serde_json::{Map, Value, json};

use super::create_user_pool_client as shapes;
use crate::error::Outcome;
use crate::pools::Client;
use crate::service::Call;
use crate::wire::answer::Answer;
use crate::wire::constraint::{Member, optional, required};
use crate::wire::members::{CLIENT_ID, POOL_ID, POOL_NAME, SCOPES, URL};

pub(super) const SHAPE: &[Member] = &[
    required("UserPoolId", POOL_ID),
    required("ClientId", CLIENT_ID),
    optional("ClientName", POOL_NAME),
    optional("RefreshTokenValidity", shapes::REFRESH_VALIDITY),
    optional("AccessTokenValidity", shapes::VALIDITY),
    optional("IdTokenValidity", shapes::VALIDITY),
    optional("TokenValidityUnits", shapes::UNITS),
    optional("ReadAttributes", shapes::ATTRIBUTES),
    optional("WriteAttributes", shapes::ATTRIBUTES),
    optional("ExplicitAuthFlows", shapes::FLOWS),
    optional("PreventUserExistenceErrors", shapes::EXISTENCE_ERRORS),
    optional("AuthSessionValidity", shapes::SESSION_VALIDITY),
    optional("RefreshTokenRotation", shapes::ROTATION),
    optional("SupportedIdentityProviders", shapes::PROVIDERS),
    optional("CallbackURLs", shapes::URLS),
    optional("LogoutURLs", shapes::URLS),
    optional("DefaultRedirectURI", URL),
    optional("AllowedOAuthFlows", shapes::OAUTH_FLOWS),
    optional("AllowedOAuthScopes", SCOPES),
    optional("AnalyticsConfiguration", shapes::ANALYTICS),
];

pub(super) type Request = Map<String, Value>;

/// Replaces: what the request leaves out falls back to its default. Only the name and the secret stay.
pub(super) async fn run(call: &Call, mut request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let text = |value: Option<Value>| value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
    let (pool_id, client_id) = (text(request.remove("UserPoolId")), text(request.remove("ClientId")));
    let pool = service.store.pool(&pool_id)?;
    let client = super::client_of(call, &pool_id, &client_id)?;
    request.entry("ClientName").or_insert_with(|| json!(client.settings.client_name));
    let settings = shapes::read_settings(request, &pool, "updating")?;
    let client = Client { settings, modified_ms: service.now_ms(), ..(*client).clone() };
    service.store.put_client(&client)?;
    Ok(Answer::Json(json!({ "UserPoolClient": super::describe_user_pool_client::describe(&client)? })))
}
