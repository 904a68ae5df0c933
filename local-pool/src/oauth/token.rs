//! `/oauth2/token`: a code, a refresh token or the client's own secret for tokens.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::client_proof::Posted;
use super::codes;
use super::parameters::Parameters;
use super::refusal::Refused;
use super::scopes;
use crate::devices::LineDevice;
use crate::error::ServiceError;
use crate::model::hosted::HostedGrant;
use crate::pools::{Client, Pool};
use crate::service::Call;
use crate::store::users;
use crate::tokens::{issue, machine, refresh};

pub(crate) const SOURCE: &str = "TokenGeneration_HostedAuth";

pub(crate) async fn token(call: &Call, posted: &Posted) -> Result<Value, Refused> {
    let form = posted.form()?;
    let grant_type = form.get("grant_type").ok_or_else(|| missing("grant_type"))?;
    let (client, pool) = posted.client(&call.service)?;
    match grant_type {
        "authorization_code" => by_code(call, &client, &pool, form).await,
        "refresh_token" => by_refresh_token(call, &client, &pool, form).await,
        "client_credentials" => by_client(call, &client, &pool, form).await,
        _ => Err(Refused::new("unsupported_grant_type", "there is no such grant")),
    }
}

async fn by_code(call: &Call, client: &Arc<Client>, pool: &Arc<Pool>, form: &Parameters) -> Result<Value, Refused> {
    if !client.allows_oauth("code") {
        return Err(Refused::new("unauthorized_client", "the client may not use codes"));
    }
    let code = form.get("code").ok_or_else(|| missing("code"))?;
    let redirect_uri = form.get("redirect_uri").ok_or_else(|| missing("redirect_uri"))?;
    let service = &call.service;
    let taken = codes::take(service, client, code, redirect_uri, form.get("code_verifier"))?;
    let invalid = |reason| Refused::new("invalid_grant", reason);
    let text = "the code is none, used, too old, of another client or address, or its verifier is wrong";
    let code = taken.ok_or_else(|| invalid(text))?;
    let user = service.store.read(|db| users::find(db, pool, &code.username))?;
    let user = user.filter(|user| user.sub == code.sub && user.enabled);
    let user = user.ok_or_else(|| invalid("the user is disabled or gone"))?;
    check_readable(client, &code.grant)?;
    let begun = issue::Begun {
        pool,
        client,
        user: &user,
        device: &LineDevice::None,
        source: SOURCE,
        hosted: Some(issue::Hosted { grant: &code.grant, nonce: code.nonce.as_deref(), auth_time_s: code.auth_time_s }),
    };
    // The triggers took their time: whoever was disabled or replaced meanwhile gets nothing.
    let still_so = |db: &_| {
        let now = users::find(db, pool, &code.username)?;
        match now.filter(|user| user.sub == code.sub && user.enabled) {
            Some(_) => Ok(()),
            None => Err(ServiceError::not_authorized("User is disabled.")),
        }
    };
    let result = issue::start_line(call, &begun, &Map::new(), still_so).await?;
    Ok(answer(&result))
}

/// A client that cannot read what a scope opens gets nothing for it.
fn check_readable(client: &Client, grant: &HostedGrant) -> Result<(), Refused> {
    for (scope, attribute) in [("email", "email"), ("phone", "phone_number")] {
        if grant.has(scope) && !client.may_read(attribute) {
            return Err(Refused::new("invalid_grant", format!("the client may not read {attribute}")));
        }
    }
    Ok(())
}

async fn by_refresh_token(call: &Call, client: &Client, pool: &Pool, form: &Parameters) -> Result<Value, Refused> {
    let token = form.get("refresh_token").ok_or_else(|| missing("refresh_token"))?;
    if !client.rotates() && !client.allows("ALLOW_REFRESH_TOKEN_AUTH") {
        return Err(Refused::new("unauthorized_client", "the client may not refresh"));
    }
    // What the API gave is refreshed there, with its device's key.
    if refresh::hosted_grant(call, client, token)?.is_none() {
        return Err(Refused::new("invalid_grant", "the refresh token is none of a hosted sign-in of this client"));
    }
    let result = refresh::refresh(call, pool, client, token, None, &Map::new()).await?;
    Ok(answer(&result))
}

async fn by_client(call: &Call, client: &Client, pool: &Pool, form: &Parameters) -> Result<Value, Refused> {
    if !client.settings.allowed_oauth_flows_user_pool_client {
        return Err(Refused::new("invalid_grant", "OAuth is off for the client"));
    }
    if !client.allows_oauth("client_credentials") || client.secret.is_none() {
        return Err(Refused::new("unauthorized_client", "the client may not act for itself"));
    }
    let scopes = scopes::of_client(client, form.get("scope"))
        .ok_or_else(|| Refused::new("invalid_scope", "a scope is none that the client has for itself"))?;
    let metadata = match form.get("aws_client_metadata").map(serde_json::from_str::<Map<String, Value>>) {
        None => Map::new(),
        Some(Ok(metadata)) => metadata,
        Some(Err(_)) => return Err(Refused::new("invalid_request", "aws_client_metadata is no JSON object")),
    };
    let token = machine::access(call, pool, client, &scopes, &metadata).await?;
    Ok(json!({ "access_token": token, "expires_in": client.access_token_life_s(), "token_type": "Bearer" }))
}

/// `AuthenticationResult` as OAuth spells it.
pub(crate) fn answer(result: &Value) -> Value {
    let names = [
        ("access_token", "AccessToken"),
        ("id_token", "IdToken"),
        ("refresh_token", "RefreshToken"),
        ("expires_in", "ExpiresIn"),
        ("token_type", "TokenType"),
    ];
    let told = names.into_iter().filter_map(|(name, ours)| Some((name.to_owned(), result.get(ours)?.clone())));
    Value::Object(told.collect())
}

fn missing(name: &str) -> Refused {
    Refused::new("invalid_request", format!("there is no {name}"))
}
