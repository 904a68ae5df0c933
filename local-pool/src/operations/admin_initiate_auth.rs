use serde::Deserialize;

use super::initiate_auth::{self as public, begin};
use crate::error::{Outcome, ServiceError};
use crate::pools::Client;
use crate::service::Call;
use crate::wire::answer::Answer;

/// `ContextData` and `AnalyticsMetadata` are not looked at.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    #[serde(flatten)]
    public: public::Request,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let Request { user_pool_id, public: request } = request;
    let client = call.service.client_of(&user_pool_id, &request.client_id)?;
    check_flow(&client, &request.auth_flow)?;
    let pool = call.service.store.pool(&user_pool_id)?;
    begin(call, pool, client, &request).await
}

fn check_flow(client: &Client, flow: &str) -> Outcome<()> {
    let allow = match flow {
        "ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH" => "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        // Passwords in the clear have a flow of their own here.
        "USER_PASSWORD_AUTH" => return Err(ServiceError::invalid_parameter("Initiate Auth method not supported.")),
        _ => return public::check_flow(client, flow),
    };
    if client.allows(allow) && !client.custom_only() {
        return Ok(());
    }
    Err(ServiceError::invalid_parameter("Auth flow not enabled for this client"))
}
