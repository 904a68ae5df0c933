//! `/oauth2/userInfo`: who an access token is of, as far as its scopes tell.

use serde_json::{Map, Value, json};

use crate::error::ServiceError;
use crate::model::hosted::HostedGrant;
use crate::service::Call;
use crate::tokens::verify;

/// The error of the header `WWW-Authenticate`, its text and its status.
#[derive(Debug)]
pub(crate) struct Denied {
    pub status: u16,
    pub error: &'static str,
    pub description: &'static str,
    pub reason: Option<String>,
}

pub(crate) async fn user_info(call: &Call, authorization: Option<&str>) -> Result<Value, Denied> {
    let bearer = authorization.and_then(|header| header.split_once(' '));
    let Some((_, token)) = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) else {
        let description = "Bad OAuth2 request at UserInfo Endpoint";
        return Err(Denied { status: 400, error: "invalid_request", description, reason: None });
    };
    let bearer = verify::bearer(call, token.trim(), None).await.map_err(dead)?;
    let grant = HostedGrant { scopes: bearer.scopes, resource: None };
    if !grant.has("openid") {
        let description = "Access token does not contain openid scope";
        return Err(Denied { status: 401, error: "invalid_token", description, reason: None });
    }
    let user = bearer.user;
    let mut told = Map::new();
    told.insert("sub".into(), json!(user.sub));
    let readable = user.attributes.iter().filter(|(name, _)| bearer.client.may_read(name) && grant.tells(name));
    // All values are text, those of flags too.
    told.extend(readable.map(|(name, value)| (name.clone(), json!(value))));
    told.insert("username".into(), json!(user.username));
    Ok(Value::Object(told))
}

fn dead(error: ServiceError) -> Denied {
    let description = "Access token is expired, disabled, or deleted, or the user has globally signed out.";
    Denied { status: 401, error: "invalid_token", description, reason: error.message }
}
