//! Checking the access tokens that self-service operations are called with.

use std::sync::Arc;

use super::claims::SELF_SERVICE_SCOPE;
use crate::crypto::jws::Jws;
use crate::error::{Outcome, ServiceError};
use crate::pools::{Client, Pool};
use crate::service::Call;
use crate::store::lines::{self, Line};
use crate::store::users;
use crate::users::User;

/// Whose access token it is.
pub(crate) struct Bearer {
    pub pool: Arc<Pool>,
    pub client: Arc<Client>,
    pub user: User,
    /// The sign-in it is from.
    pub line: Line,
    /// What it opens.
    pub scopes: Vec<String>,
}

/// Checks form, use, signature, expiry, scope and revocation, in this order.
pub(crate) async fn access_token(call: &Call, token: &str) -> Outcome<Bearer> {
    bearer(call, token, Some(SELF_SERVICE_SCOPE)).await
}

/// As [`access_token`], with another scope than self-service, or whatever it has.
pub(crate) async fn bearer(call: &Call, token: &str, scope: Option<&str>) -> Outcome<Bearer> {
    let service = &call.service;
    let refuse = |text: &str| ServiceError::not_authorized(text);
    let invalid = || refuse("Invalid Access Token");
    let unverified = read(token).ok_or_else(invalid)?;
    let text = |claim: &str| unverified.text(claim);
    let (Some("access"), Some(client_id)) = (text("token_use"), text("client_id")) else { return Err(invalid()) };
    let (client, pool) = service.client_and_pool(client_id).map_err(|_| invalid())?;

    let keys = service.keys.of_pool(&service.store, &pool.id).await?;
    let right_key = unverified.kid() == Some(keys.access.kid.as_str());
    if !right_key || !keys.access.verifies(unverified.signed, &unverified.signature) {
        return Err(refuse("Could not verify signature for Access Token"));
    }
    let expires_s = unverified.number("exp").unwrap_or(0);
    if expires_s <= service.now_ms().div_euclid(1000) {
        return Err(refuse("Access Token has expired"));
    }
    let scopes: Vec<String> = text("scope").unwrap_or_default().split(' ').map(str::to_owned).collect();
    if scope.is_some_and(|needed| !scopes.iter().any(|scope| scope == needed)) {
        return Err(refuse("Access Token does not have required scopes"));
    }
    let (user, line) = service.store.read(|db| {
        let user = users::find(db, &pool, text("username").unwrap_or_default())?;
        Ok((user, lines::find(db, text("event_id").unwrap_or_default())?))
    })?;
    // A name can be taken again after its user was deleted.
    let user = user.filter(|user| text("sub") == Some(&user.sub)).ok_or_else(ServiceError::no_such_user)?;
    let Some(line) = line.filter(|line| !line.revoked) else {
        return Err(refuse("Access Token has been revoked"));
    };
    if !user.enabled {
        return Err(refuse("User is disabled."));
    }
    Ok(Bearer { pool, client, user, line, scopes })
}

/// Whether a token has the form of a signed JWT, which refresh tokens have not.
pub(crate) fn is_signed_token(token: &str) -> bool {
    read(token).is_some()
}

fn read(token: &str) -> Option<Jws<'_>> {
    Jws::read(token).filter(|token| token.alg() == "RS256")
}
