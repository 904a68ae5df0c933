//! The session in one record: one call across the bridge instead of four.

use std::time::SystemTime;

use super::credentials::AwsCredentialSet;
use crate::client::{AuthSession, SessionIdentity};
use crate::error::AuthError;
use crate::events::AuthUser;
use crate::session::{AuthTokens, SessionTokens, TokenClaims};
use crate::support::shown::shows;

/// A session; the facades make an `AuthSession` of it.
#[derive(Clone, Debug, uniffi::Record)]
pub struct CoreSession {
    /// Whether somebody is signed in; true offline too.
    pub is_signed_in: bool,
    /// Who is signed in, or whose session expired.
    pub user: Option<AuthUser>,
    /// The user pool's tokens.
    pub tokens: CoreTokens,
    /// The identity and its AWS credentials, if they were asked for.
    pub identity: Option<CoreIdentity>,
}

/// The identity at the identity pool: each part, or why it is missing.
#[derive(Clone, uniffi::Record)]
pub struct CoreIdentity {
    /// The identity's id.
    pub identity_id: Option<String>,
    /// Why there is none.
    pub identity_id_error: Option<AuthError>,
    /// Its AWS credentials.
    pub aws_credentials: Option<AwsCredentialSet>,
    /// Why there are none.
    pub aws_credentials_error: Option<AuthError>,
}
shows!(CoreIdentity { identity_id_error, aws_credentials, aws_credentials_error });

impl From<SessionIdentity> for CoreIdentity {
    fn from(identity: SessionIdentity) -> Self {
        let (identity_id, identity_id_error) = parts(identity.identity_id);
        let (aws_credentials, aws_credentials_error) = parts(identity.aws_credentials.map(AwsCredentialSet::from));
        Self { identity_id, identity_id_error, aws_credentials, aws_credentials_error }
    }
}

fn parts<T>(part: Result<T, AuthError>) -> (Option<T>, Option<AuthError>) {
    match part {
        Ok(value) => (Some(value), None),
        Err(error) => (None, Some(error)),
    }
}

/// The user pool's tokens, or why there are none.
#[derive(Clone, Debug, uniffi::Enum)]
pub enum CoreTokens {
    /// Fresh.
    Available {
        /// The tokens.
        tokens: TokenSet,
    },
    /// Expired, or the caller insisted on new ones, and none could be had. Still signed in.
    Stale {
        /// The old tokens.
        tokens: TokenSet,
        /// Why there are no new ones.
        error: AuthError,
    },
    /// None.
    Unavailable {
        /// Why.
        error: AuthError,
    },
}

/// The tokens as text.
#[derive(Clone, uniffi::Record)]
pub struct TokenSet {
    /// The access token.
    pub access_token: String,
    /// The ID token; absent when the sign-in did not ask for one.
    pub id_token: Option<String>,
    /// When the first of them expires, by the service's clock.
    pub expires_at: SystemTime,
}
shows!(TokenSet { expires_at });

impl From<AuthSession> for CoreSession {
    fn from(session: AuthSession) -> Self {
        let tokens = match session.tokens {
            SessionTokens::Available(tokens) => CoreTokens::Available { tokens: tokens.into() },
            SessionTokens::Stale(tokens, error) => CoreTokens::Stale { tokens: tokens.into(), error },
            SessionTokens::Unavailable(error) => CoreTokens::Unavailable { error },
        };
        let identity = session.identity.map(CoreIdentity::from);
        Self { is_signed_in: session.is_signed_in, user: session.user, tokens, identity }
    }
}

impl From<AuthTokens> for TokenSet {
    fn from(tokens: AuthTokens) -> Self {
        Self {
            access_token: tokens.access_token().to_owned(),
            id_token: tokens.id_token().map(str::to_owned),
            expires_at: tokens.expires_at(),
        }
    }
}

/// Reads the claims of a token. The signature is not verified: that is for servers.
#[uniffi::export]
pub fn decode_token(token: String) -> Result<TokenClaims, AuthError> {
    crate::session::decode_claims(&token)
}

/// The name that Amplify's Hub gives the event.
#[uniffi::export]
pub fn hub_name(event: crate::events::AuthEvent) -> String {
    event.hub_name().to_owned()
}
