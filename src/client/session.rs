//! The calls about the session: tokens, the user, signing out.

use std::sync::atomic::Ordering;

use super::AuthClient;
use crate::error::AuthError;
use crate::events::AuthUser;
use crate::session::{AuthSession, FetchSessionOptions, SignOutOptions, SignOutResult};
use crate::support::task::detached;

impl AuthClient {
    /// The session, with new tokens if the present ones are about to expire. However many calls come at once, the
    /// service gets one request. Offline, the stale tokens come with the reason; nobody is signed out by that.
    ///
    /// # Errors
    /// Only what keeps the session from being known: `storage_locked`, `storage_failed`, `storage_corrupt`. Every other
    /// failure is in the part of the session that it concerns.
    pub async fn fetch_auth_session(&self, options: FetchSessionOptions) -> Result<AuthSession, AuthError> {
        if let Some(session) = self.cached_auth_session(&options) {
            return Ok(session);
        }
        self.run(|parts| async move { parts.keeper.fetch(options).await }).await
    }

    /// What [`fetch_auth_session`](Self::fetch_auth_session) would give without waiting: the session, if it is in
    /// memory and fresh.
    #[must_use]
    pub fn cached_auth_session(&self, options: &FetchSessionOptions) -> Option<AuthSession> {
        let may = !options.force_refresh && !self.parts.closed.load(Ordering::Acquire);
        if may { self.parts.keeper.cached() } else { None }
    }

    /// Who is signed in, from memory or the store, never from the network.
    ///
    /// # Errors
    /// `not_signed_in`, `session_expired`, `storage_locked`, `storage_failed`, `storage_corrupt`.
    pub async fn get_current_user(&self) -> Result<AuthUser, AuthError> {
        self.run(|parts| async move { parts.keeper.current_user().await }).await
    }

    /// Signs out: here at once and always, then at the service (the refresh token is revoked, or with `global` every
    /// session of the user is ended). Never fails; the result tells which remote part did.
    pub async fn sign_out(&self, options: SignOutOptions) -> SignOutResult {
        self.cancel_sign_in();
        let keeper = self.parts.keeper.clone();
        // A closed client signs out too.
        let done = detached(async move { Ok(keeper.sign_out(options).await) }).await;
        done.unwrap_or_else(|error| SignOutResult { storage_error: Some(error.into()), ..SignOutResult::default() })
    }
}
