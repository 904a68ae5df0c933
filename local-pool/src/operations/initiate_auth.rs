use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::{Outcome, ServiceError};
use crate::pools::{Client, Pool};
use crate::service::Call;
use crate::sign_in::context::{Parameters, SignIn, device_key, required};
use crate::sign_in::opening::Opening;
use crate::tokens::refresh;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    pub auth_flow: String,
    pub client_id: String,
    pub auth_parameters: Parameters,
    session: Option<String>,
    client_metadata: Map<String, Value>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let (client, pool) = call.service.client_and_pool(&request.client_id)?;
    check_flow(&client, &request.auth_flow)?;
    begin(call, pool, client, &request).await
}

/// Begins a sign-in by a flow that was checked.
pub(super) async fn begin(call: &Call, pool: Arc<Pool>, client: Arc<Client>, request: &Request) -> Outcome<Answer> {
    let parameters = &request.auth_parameters;
    let sign_in = SignIn { device_key: device_key(parameters), ..SignIn::bare(call, pool, client) };
    let opening = Opening {
        sign_in: &sign_in,
        parameters,
        validation_data: &request.client_metadata,
        session: request.session.as_deref(),
    };
    let answer = match request.auth_flow.as_str() {
        "USER_SRP_AUTH" => opening.user_srp().await,
        "USER_PASSWORD_AUTH" | "ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH" => opening.user_password().await,
        "USER_AUTH" => opening.choice().await,
        "CUSTOM_AUTH" => opening.custom().await,
        _ => refresh_tokens(&sign_in, parameters).await,
    };
    answer.map(Answer::Json)
}

async fn refresh_tokens(sign_in: &SignIn<'_>, parameters: &Parameters) -> Outcome<Value> {
    let SignIn { call, pool, client, client_metadata, device_key, .. } = sign_in;
    let token = required(parameters, "REFRESH_TOKEN")?;
    let hash = parameters.get("SECRET_HASH").map(String::as_str);
    // The hash is over a name this request does not carry: that of the token's user.
    let owner = refresh::owner_names(call, pool, token)?;
    let known: Vec<&str> = owner.iter().map(String::as_str).collect();
    if !known.is_empty() || hash.is_none() || client.secret.is_none() {
        client.check_secret_hash(hash, &known)?;
    }
    let result = refresh::refresh(call, pool, client, token, device_key.as_deref(), client_metadata).await?;
    Ok(serde_json::json!({ "AuthenticationResult": result, "ChallengeParameters": {} }))
}

pub(super) fn check_flow(client: &Client, flow: &str) -> Outcome<()> {
    let refuse = |text: &str| Err(ServiceError::invalid_parameter(text));
    let (allow, refusal) = match flow {
        "USER_PASSWORD_AUTH" => ("ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH flow not enabled for this client"),
        "USER_SRP_AUTH" => ("ALLOW_USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client."),
        "USER_AUTH" => ("ALLOW_USER_AUTH", "USER_AUTH is not enabled for the client."),
        "CUSTOM_AUTH" => ("ALLOW_CUSTOM_AUTH", "CUSTOM_AUTH is not enabled for the client."),
        "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" => {
            // Rotation belongs to GetTokensFromRefreshToken alone.
            if client.rotates() {
                return refuse("REFRESH_TOKEN_AUTH is not enabled for the client.");
            }
            ("ALLOW_REFRESH_TOKEN_AUTH", "REFRESH_TOKEN_AUTH is not enabled for the client.")
        }
        _ => return refuse("Initiate Auth method not supported."),
    };
    if client.custom_only() && flow != "CUSTOM_AUTH" && !flow.starts_with("REFRESH_TOKEN") {
        return refuse("Only custom auth (lambda driven) is enabled for this client.");
    }
    if client.allows(allow) { Ok(()) } else { refuse(refusal) }
}
