//! The user pool's tokens as they are given to apps, or why there are none.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::claims::TokenClaims;
use super::session::Session;
use crate::error::{AuthError, Error};
use crate::events::AuthUser;
use crate::support::options::client_metadata_builder;
use crate::support::shown::{self, shows};

/// What is known of the current user's session.
#[derive(Clone, Debug)]
pub(crate) struct FetchedSession {
    pub is_signed_in: bool,
    pub user: Option<AuthUser>,
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

impl FetchedSession {
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
    /// The identity at the identity pool and its AWS credentials too. Asking for them by themselves
    /// (`fetchAWSCredentials`) is the same.
    #[uniffi(default = false)]
    pub aws_credentials: bool,
    /// For how long the tokens must still work, for example the length of an upload: tokens that end sooner are renewed
    /// first. Where that fails, and where the tokens in hand do not last so long, they come as stale, with the reason.
    /// Nobody gets tokens that live longer than the app client's: of those, 4/5 of their life is the most that can be
    /// asked for, and new ones are given whatever they last. Absent: they are renewed 2 minutes before their end.
    #[uniffi(default = None)]
    pub minimum_validity: Option<Duration>,
}
shows!(FetchSessionOptions { force_refresh, client_metadata: names, minimum_validity });

impl FetchSessionOptions {
    /// Fetches the identity and its AWS credentials too.
    #[must_use]
    pub const fn aws_credentials(mut self, wanted: bool) -> Self {
        self.aws_credentials = wanted;
        self
    }

    /// Fetches new tokens unless the present ones work for so long.
    #[must_use]
    pub const fn minimum_validity(mut self, needed: Duration) -> Self {
        self.minimum_validity = Some(needed);
        self
    }

    /// In seconds, rounded up.
    pub(crate) fn needed(&self) -> i64 {
        let up = |needed: Duration| needed.as_secs().saturating_add(u64::from(needed.subsec_nanos() > 0));
        self.minimum_validity.map_or(0, |needed| i64::try_from(up(needed)).unwrap_or(i64::MAX))
    }

    /// Fetches new tokens even if the present ones are fresh.
    #[must_use]
    pub const fn force_refresh(mut self, force: bool) -> Self {
        self.force_refresh = force;
        self
    }
}

client_metadata_builder!(FetchSessionOptions);
