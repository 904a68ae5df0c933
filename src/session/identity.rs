//! Whose a call is, and whose tokens are: what is compared before anybody's token is used or taken.

use super::claims::TokenClaims;
use crate::config::AuthConfiguration;
use crate::error::{Error, Result};
use crate::events::AuthUser;
use crate::protocol::user_pool::AuthenticationResult;
use crate::support::jwt;
use crate::support::secret::Secret;

/// The user that a call is made for, from its beginning to its end. A token of the session is only given out against
/// it ([`Session::token_for`](super::session::Session::token_for)), so no path of a call can use another user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subject {
    user: AuthUser,
}

impl Subject {
    pub(super) const fn new(user: AuthUser) -> Self {
        Self { user }
    }

    pub const fn user(&self) -> &AuthUser {
        &self.user
    }

    pub(super) fn another() -> Error {
        Error::Superseded("another user signed in meanwhile, or this one signed out")
    }
}

/// Tokens that are of this pool, this app client and one user; what could be done without is left out if it is not.
pub(super) struct CheckedTokens {
    pub access_token: Secret,
    pub access_claims: TokenClaims,
    pub id_token: Option<(Secret, TokenClaims)>,
    pub refresh_token: Option<Secret>,
    pub expires_in: Option<i64>,
    pub user: AuthUser,
}

/// Checks tokens that the service gave (RFC 7519 §4.1, and Cognito's `token_use` and `client_id`). The signature is not
/// verified: they came from the service over TLS; what is compared keeps a mixed-up or meddling answer out.
pub(super) fn check(configuration: &AuthConfiguration, tokens: AuthenticationResult) -> Result<CheckedTokens> {
    let AuthenticationResult { access_token, id_token, refresh_token, expires_in, .. } = tokens;
    let present = |token: Option<Secret>| token.filter(|token| !token.is_empty());
    let access_token = present(access_token).ok_or_else(|| bad("there is no access token in it"))?;
    let access_claims = claims_of(&access_token).ok_or_else(|| bad("its access token cannot be read"))?;
    fits(configuration, &access_claims, "access").map_err(bad)?;
    let (Some(user_id), Some(username)) = (access_claims.subject.clone(), access_claims.username.clone()) else {
        return Err(bad("its access token names no user"));
    };
    let id_token = present(id_token).and_then(|token| {
        let claims = claims_of(&token)?;
        let same_user = claims.subject.as_ref() == Some(&user_id);
        (same_user && fits(configuration, &claims, "id").is_ok()).then_some((token, claims))
    });
    let user = AuthUser { username, user_id };
    let refresh_token = present(refresh_token);
    Ok(CheckedTokens { access_token, access_claims, id_token, refresh_token, expires_in, user })
}

fn fits(configuration: &AuthConfiguration, claims: &TokenClaims, token_use: &str) -> Result<(), &'static str> {
    // The host differs (custom endpoints, local-pool); the pool's id is the last part of every issuer.
    let pool = |issuer: &String| issuer.rsplit('/').next() == Some(configuration.user_pool_id());
    if claims.token_use.as_deref() != Some(token_use) {
        return Err("one of its tokens is of another use");
    }
    if !claims.issuer.as_ref().is_some_and(pool) {
        return Err("its tokens are of another user pool");
    }
    if claims.client_id.as_deref() != Some(configuration.client_id()) {
        return Err("its tokens are of another app client");
    }
    Ok(())
}

pub(super) fn claims_of(token: &Secret) -> Option<TokenClaims> {
    jwt::claims(token.expose()).ok().map(TokenClaims::from_map)
}

fn bad(problem: &'static str) -> Error {
    Error::bad_answer(problem)
}
