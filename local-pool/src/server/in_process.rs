//! Operations without HTTP, as an administrator asks for them: neither a fault switch nor a counter sees them, and triggers do.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::app::App;
use crate::error::Outcome;
use crate::identity_operations::{self, IDENTITY_OPERATIONS};
use crate::operations;
use crate::service::Call;
use crate::wire::answer::Answer;
use crate::wire::model;

/// Runs an operation. `UserPoolId` is filled in where the operation takes one, the request has none and there is exactly
/// one pool; `IdentityPoolId` by the first of the configuration. Operations without output answer null.
pub(crate) async fn call(app: &App, operation: &str, mut body: Map<String, Value>) -> Outcome<Value> {
    let lacks =
        |name: &str| model::members(operation).iter().any(|member| member.name == name) && !body.contains_key(name);
    if let Some(identity_pool) = app.first_identity_pool.as_ref().filter(|_| lacks("IdentityPoolId")) {
        body.insert("IdentityPoolId".into(), identity_pool.clone().into());
    } else if lacks("UserPoolId") {
        let pools = app.service.store.pools()?;
        if let [pool] = pools.as_slice() {
            body.insert("UserPoolId".into(), pool.id.clone().into());
        }
    }
    let call = Call::in_process(Arc::clone(&app.service));
    let answer = if IDENTITY_OPERATIONS.contains(&operation) {
        identity_operations::run(&call, operation, body).await?
    } else {
        operations::run(&call, operation, body).await?
    };
    Ok(match answer {
        Answer::Json(answer) => answer,
        Answer::Empty => Value::Null,
    })
}
