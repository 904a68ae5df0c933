//! What `fetchAuthSession` gives: one outcome per part, so that one part's trouble does not hide the others.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

use super::claims::TokenClaims;
use super::session::Session;
use crate::error::{AuthError, Error};
use crate::events::AuthUser;
use crate::support::shown::{self, shows};

/// The session of the current user.
#[derive(Clone, Debug)]
pub struct AuthSession {
    /// Whether somebody is signed in; true offline too.
    pub is_signed_in: bool,
    /// Who is signed in, or whose session expired.
    pub user: Option<AuthUser>,
    /// The user pool's tokens.
    pub tokens: SessionTokens,
}

/// The user pool's tokens, or why there are none.
#[derive(Clone, Debug)]
pub enum SessionTokens {
    /// Fresh.
    Available(AuthTokens),
    /// Expired, or the caller insisted on new ones, and none could be had for the given reason (offline, for example).
    /// Still signed in.
    Stale(AuthTokens, AuthError),
    /// None: nobody is signed in, or the session expired.
    Unavailable(AuthError),
}

impl AuthSession {
    pub(super) fn available(session: Arc<Session>) -> Self {
        Self { is_signed_in: true, user: Some(session.user()), tokens: SessionTokens::Available(AuthTokens(session)) }
    }

    pub(super) fn stale(session: Arc<Session>, error: Error) -> Self {
        let user = Some(session.user());
        Self { is_signed_in: true, user, tokens: SessionTokens::Stale(AuthTokens(session), error.into()) }
    }

    pub(super) fn expired(session: &Session, error: Error) -> Self {
        let tokens = SessionTokens::Unavailable(error.into());
        Self { is_signed_in: false, user: Some(session.user()), tokens }
    }

    pub(super) fn signed_out() -> Self {
        let tokens = SessionTokens::Unavailable(Error::NotSignedIn.into());
        Self { is_signed_in: false, user: None, tokens }
    }

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
}

/// The tokens of a session; cheap to clone. Printing shows none of them.
#[derive(Clone)]
pub struct AuthTokens(pub(super) Arc<Session>);

impl AuthTokens {
    /// The access token, for the app's own servers and for Cognito.
    #[must_use]
    pub fn access_token(&self) -> &str {
        self.0.access_token()
    }

    /// The ID token; absent when the sign-in did not ask for one.
    #[must_use]
    pub fn id_token(&self) -> Option<&str> {
        self.0.id_token()
    }

    /// When the first of them expires, by the service's clock.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        self.0.expires_at()
    }

    pub(crate) fn number(&self) -> u64 {
        self.0.number()
    }

    /// The access token's claims.
    #[must_use]
    pub fn access_claims(&self) -> &TokenClaims {
        self.0.access_claims()
    }

    /// The ID token's claims.
    #[must_use]
    pub fn id_claims(&self) -> Option<&TokenClaims> {
        self.0.id_claims()
    }
}

impl std::fmt::Debug for AuthTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        shown::fields(f, "AuthTokens", &[("expires_at", &self.expires_at())])
    }
}

/// Options of `fetchAuthSession`.
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct FetchSessionOptions {
    /// Fetch new tokens even if the present ones are fresh, for example after attributes or groups changed.
    #[uniffi(default = false)]
    pub force_refresh: bool,
    /// `ClientMetadata` for the pre-token-generation trigger, over the configured one. Callers who share one refresh
    /// share that of the first of them.
    #[uniffi(default)]
    pub client_metadata: HashMap<String, String>,
}
shows!(FetchSessionOptions { force_refresh, client_metadata: names });

impl FetchSessionOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Fetches new tokens even if the present ones are fresh.
    #[must_use]
    pub const fn force_refresh(mut self, force: bool) -> Self {
        self.force_refresh = force;
        self
    }
}
