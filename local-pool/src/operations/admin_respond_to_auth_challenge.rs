use serde::Deserialize;

use super::respond_to_auth_challenge::{self as public, CHALLENGES, respond};
use crate::error::Outcome;
use crate::service::Call;
use crate::wire::answer::Answer;
use crate::wire::constraint::{Kind, Member, optional, required};
use crate::wire::members::{CLIENT_ID, CONTEXT_DATA, POOL_ID, SESSION};

pub(super) const SHAPE: &[Member] = &[
    required("UserPoolId", POOL_ID),
    required("ClientId", CLIENT_ID),
    required("ChallengeName", Kind::Enum(CHALLENGES)),
    optional("Session", SESSION),
    optional("ContextData", CONTEXT_DATA),
];

/// `ContextData` and `AnalyticsMetadata` are not looked at.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    #[serde(flatten)]
    public: public::Request,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let client = super::client_of(call, &request.user_pool_id, &request.public.client_id)?;
    let pool = call.service.store.pool(&request.user_pool_id)?;
    respond(call, pool, client, request.public).await
}
