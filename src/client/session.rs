//! The calls about the session: tokens, the user, signing out.

use std::sync::atomic::Ordering;

use super::AuthClient;
use crate::error::{AuthError, Error, ErrorCode};
use crate::events::AuthUser;
use crate::session::{AuthSession, FetchSessionOptions, SignOutOptions, SignOutResult};
use crate::support::deadline;
use crate::support::task::detached;

impl AuthClient {
    /// The session, with new tokens if the present ones are about to expire. However many calls come at once, the
    /// service gets one request. Offline, the stale tokens come with the reason; nobody is signed out by that.
    ///
    /// # Errors
    /// Only what keeps the session from being known: `storage_locked`, `storage_failed`, `storage_corrupt`. Every other
    /// failure (`not_signed_in`, `session_expired`, and what every call may give) is in the part of the session that it
    /// concerns.
    pub async fn fetch_auth_session(&self, options: FetchSessionOptions) -> Result<AuthSession, AuthError> {
        match self.cached_auth_session(&options) {
            Some(session) => Ok(session),
            None => self.asked_auth_session(options).await,
        }
    }

    /// The same where memory was asked already.
    pub(crate) async fn asked_auth_session(&self, options: FetchSessionOptions) -> Result<AuthSession, AuthError> {
        let fetched = self.run(|inner| async move { inner.sessions.fetch(options).await }).await;
        match fetched {
            // Nobody knows more in time than memory does.
            Err(error) if error.code() == ErrorCode::Timeout.as_str() => self.inner.sessions.stale().ok_or(error),
            fetched => fetched,
        }
    }

    /// What [`fetch_auth_session`](Self::fetch_auth_session) would give without waiting: the session, if it is in
    /// memory and fresh.
    #[must_use]
    pub fn cached_auth_session(&self, options: &FetchSessionOptions) -> Option<AuthSession> {
        let may = !options.force_refresh && !self.inner.closed.load(Ordering::Acquire);
        if may { self.inner.sessions.cached() } else { None }
    }

    /// The number of the session that [`cached_auth_session`](Self::cached_auth_session) would give: another number is
    /// another session.
    pub(crate) fn fresh_session_number(&self) -> Option<u64> {
        let may = !self.inner.closed.load(Ordering::Acquire);
        if may { self.inner.sessions.fresh_number() } else { None }
    }

    /// The session with that number, if it is still the one that memory can give.
    pub(crate) fn fresh_auth_session(&self, number: u64) -> Option<AuthSession> {
        let session = self.cached_auth_session(&FetchSessionOptions::default())?;
        session.tokens().is_ok_and(|tokens| tokens.number() == number).then_some(session)
    }

    /// Who is signed in, from memory or the store, never from the network.
    ///
    /// # Errors
    /// `not_signed_in`, `session_expired`, `storage_locked`, `storage_failed`, `storage_corrupt`.
    pub async fn get_current_user(&self) -> Result<AuthUser, AuthError> {
        self.run(|inner| async move { inner.sessions.current_user().await }).await
    }

    /// The accounts that are signed in here, the current one first, from memory. Empty before the first asynchronous call
    /// has read the store. Accounts are signed in side by side with
    /// [`ExistingSession::Keep`](crate::ExistingSession::Keep).
    #[must_use]
    pub fn accounts(&self) -> Vec<AuthUser> {
        self.inner.sessions.accounts()
    }

    /// Makes another account that is signed in here the current one. The session of the one before stays.
    ///
    /// # Errors
    /// `account_not_found`, `storage_busy`, `storage_locked`, `storage_failed`, `storage_corrupt`.
    pub async fn switch_account(&self, user: &AuthUser) -> Result<(), AuthError> {
        let user = user.clone();
        self.run(|inner| async move { inner.sessions.switch(&user).await }).await
    }

    /// Signs out: here at once and always, then at the service (the refresh token is revoked, or with `global` every
    /// session of the user is ended), for which it waits 5 s at most. Never fails; the result tells which part did. What
    /// the service could not be told is told later, as long as the process lives. No other account becomes the current one.
    pub async fn sign_out(&self, options: SignOutOptions) -> SignOutResult {
        self.cancel_sign_in();
        let (sessions, limit) = (self.inner.sessions.clone(), self.parts_limit());
        // A closed client signs out too.
        let done = detached(async move { Ok(deadline::within(limit, sessions.sign_out(options)).await) });
        let done = tokio::time::timeout(self.timeout, done).await.unwrap_or(Err(Error::DeadlinePassed));
        done.unwrap_or_else(|error| SignOutResult { storage_error: Some(error.into()), ..SignOutResult::default() })
    }
}
