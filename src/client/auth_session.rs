//! What `fetchAuthSession` gives: one outcome per part, so that one part's trouble does not hide the others.

use crate::credentials::AwsCredentials;
use crate::error::{AuthError, InputError};
use crate::events::AuthUser;
use crate::session::{AuthTokens, FetchedSession, SessionTokens};
use crate::support::shown::shows;

/// The session of whoever uses the app.
#[derive(Clone, Debug)]
pub struct AuthSession {
    /// Whether somebody is signed in or federated; true offline too.
    pub is_signed_in: bool,
    /// Who is signed in or federated, or whose session expired. A user's `user_id` is the `sub` claim.
    pub user: Option<AuthUser>,
    /// The user pool's tokens.
    pub tokens: SessionTokens,
    /// The identity and its AWS credentials, if they were asked for.
    pub identity: Option<SessionIdentity>,
}

/// The identity at the identity pool: each part, or why it is missing.
#[derive(Clone)]
pub struct SessionIdentity {
    /// The identity's id.
    pub identity_id: Result<String, AuthError>,
    /// Its AWS credentials.
    pub aws_credentials: Result<AwsCredentials, AuthError>,
}
shows!(SessionIdentity { aws_credentials });

impl From<FetchedSession> for AuthSession {
    fn from(fetched: FetchedSession) -> Self {
        let FetchedSession { is_signed_in, user, tokens } = fetched;
        Self { is_signed_in, user, tokens, identity: None }
    }
}

impl AuthSession {
    /// The tokens if they are fresh.
    ///
    /// # Errors
    /// Why there are none, or why they are stale.
    pub fn tokens(&self) -> Result<&AuthTokens, AuthError> {
        match &self.tokens {
            SessionTokens::Available(tokens) => Ok(tokens),
            SessionTokens::Stale(_, error) | SessionTokens::Unavailable(error) => Err(error.clone()),
        }
    }

    /// The identity's id.
    ///
    /// # Errors
    /// Why there is none; `validation_failed` if it was not asked for.
    pub fn identity_id(&self) -> Result<&str, AuthError> {
        let identity = self.identity.as_ref().ok_or_else(not_asked)?;
        identity.identity_id.as_deref().map_err(Clone::clone)
    }

    /// The AWS credentials.
    ///
    /// # Errors
    /// Why there are none; `validation_failed` if they were not asked for.
    pub fn aws_credentials(&self) -> Result<&AwsCredentials, AuthError> {
        let identity = self.identity.as_ref().ok_or_else(not_asked)?;
        identity.aws_credentials.as_ref().map_err(Clone::clone)
    }
}

fn not_asked() -> AuthError {
    let problem = "call fetchAuthSession with awsCredentials to have the identity too";
    crate::error::Error::from(InputError::new("awsCredentials", problem)).into()
}
