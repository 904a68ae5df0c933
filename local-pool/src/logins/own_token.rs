//! The OpenID tokens that identity pools hand out themselves, as logins.

use super::flaw;
use crate::crypto::jws::Jws;
use crate::error::{Outcome, ServiceError};
use crate::model::identity_pool::IdentityPool;
use crate::service::Service;
use crate::signing_keys::ServerKey;

/// Their key among the logins.
pub(crate) const PROVIDER: &str = "cognito-identity.amazonaws.com";
pub(crate) const ISSUER: &str = "https://cognito-identity.amazonaws.com";

/// What such a token says.
#[derive(Debug)]
pub(crate) struct OwnToken {
    pub identity_id: String,
    /// Whether it was given for a login rather than to a guest.
    pub authenticated: bool,
    /// The claims, tags among them.
    pub claims: serde_json::Map<String, serde_json::Value>,
}

/// Why a token that ought to be one of this server's is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    NoToken,
    Foreign,
    Expired,
}

pub(super) async fn verify(service: &Service, pool: &IdentityPool, token: &str) -> Outcome<OwnToken> {
    let (own, audience) = read(service, token).await?.map_err(|flaw| match flaw {
        Flaw::Expired => flaw::invalid("Token is expired."),
        Flaw::NoToken | Flaw::Foreign => flaw::invalid("Not a Cognito token."),
    })?;
    if audience == pool.id { Ok(own) } else { Err(flaw::do_not_match()) }
}

/// The token and the pool it is of.
pub(crate) async fn read(service: &Service, token: &str) -> Outcome<Result<(OwnToken, String), Flaw>> {
    let Some(read) = Jws::read(token) else { return Ok(Err(Flaw::NoToken)) };
    let key = service.keys.of_server(&service.store, ServerKey::OpenIdTokens).await?;
    if read.text("iss") != Some(ISSUER) || read.alg() != "RS512" || !key.public().verifies(&read) {
        return Ok(Err(Flaw::Foreign));
    }
    if read.number("exp").unwrap_or(0) <= service.now_ms().div_euclid(1000) {
        return Ok(Err(Flaw::Expired));
    }
    let (Some(identity_id), Some(audience)) = (read.text("sub"), read.text("aud")) else {
        return Err(ServiceError::internal("local-pool signed a token without an identity"));
    };
    let methods = read.claims.get("amr").and_then(serde_json::Value::as_array);
    let authenticated = methods.is_some_and(|methods| methods.iter().any(|method| method == "authenticated"));
    let (identity_id, audience) = (identity_id.to_owned(), audience.to_owned());
    Ok(Ok((OwnToken { identity_id, authenticated, claims: read.claims }, audience)))
}
