//! Signing out: locally first and always, then what the service is to be told.

use std::collections::HashMap;
use std::sync::Arc;

use super::keeper::Keeper;
use super::live::Live;
use crate::error::{AuthErrorInfo, Error, ErrorCode, Result};
use crate::events::{AuthEvent, AuthUser};
use crate::protocol::user_pool::GlobalSignOut;
use crate::support::secret::Secret;

/// Options of `signOut`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct SignOutOptions {
    /// Ends the user's sessions on all devices (Cognito's `GlobalSignOut`), not only this one's.
    #[uniffi(default = false)]
    pub global: bool,
}

impl SignOutOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the user's sessions on all devices.
    #[must_use]
    pub const fn global(mut self, global: bool) -> Self {
        self.global = global;
        self
    }
}

/// The user is signed out here, whatever this says; it tells which further part failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct SignOutResult {
    /// Whether every part succeeded.
    pub is_complete: bool,
    /// Why the refresh token was not revoked: it stays valid at the service until it expires.
    pub revoke_token_error: Option<AuthErrorInfo>,
    /// Why the sessions on other devices were not ended.
    pub global_sign_out_error: Option<AuthErrorInfo>,
    /// Why the stored session could not be removed yet; that is tried again in the background and at the next call.
    pub storage_error: Option<AuthErrorInfo>,
}

impl Keeper {
    /// Signs out. Succeeds offline, with a broken store and when nobody is signed in.
    pub async fn sign_out(self: &Arc<Self>, options: SignOutOptions) -> SignOutResult {
        if !self.is_loaded() {
            let _ = self.load().await; // who cannot be loaded is signed out all the same
        }
        let live = self.forget(None, |user| AuthEvent::SignedOut { user });
        let mut result = SignOutResult::default();
        result.storage_error = self.remove_stored(live.as_deref()).await.err().map(AuthErrorInfo::from);
        if let Some(live) = live.filter(|live| live.end().is_none()) {
            let mut refresh_token = live.record.refresh_token.clone();
            let told = if options.global { self.tell_globally(&live, &mut refresh_token).await } else { Ok(()) };
            let told_globally = options.global && told.is_ok();
            result.global_sign_out_error = told.err().map(AuthErrorInfo::from);
            if !told_globally {
                result.revoke_token_error = self.revoke(&live, refresh_token).await.err().map(AuthErrorInfo::from);
            }
        }
        let errors = [&result.revoke_token_error, &result.global_sign_out_error, &result.storage_error];
        result.is_complete = errors.iter().all(|error| error.is_none());
        result
    }

    /// Forgets the session of a user who was just deleted (`DeleteUser`). Cannot fail: a store that does is tried again.
    pub async fn forget_deleted(self: &Arc<Self>, user: &AuthUser) {
        if let Some(live) = self.forget(Some(user), |user| AuthEvent::UserDeleted { user }) {
            let _ = self.remove_stored(Some(&*live)).await; // owed, if it failed
        }
    }

    /// Removes the stored session, unless somebody has signed in since: then the record is theirs.
    async fn remove_stored(self: &Arc<Self>, live: Option<&Live>) -> Result<()> {
        let username = live.map(|live| live.record.username.clone());
        let _changing = self.changing.lock().await;
        self.owe_save(None);
        let user = self.current().map(|live| live.record.username.clone());
        if user.is_some() && (username.is_none() || user == username) {
            return Ok(());
        }
        let removed = self.vault.remove(username.as_deref()).await;
        if removed.is_err() {
            self.owe_removal(username);
        }
        removed
    }

    /// `GlobalSignOut` takes an access token; a stale one is renewed for this purpose only.
    async fn tell_globally(&self, live: &Live, refresh_token: &mut Option<Secret>) -> Result<()> {
        let mut access_token = live.record.access_token.clone();
        if !live.is_fresh(self.clock.now()) {
            let tokens = self.request_tokens(live, HashMap::new()).await?;
            access_token = tokens.access_token.ok_or_else(|| Error::internal("the service gave no access token"))?;
            *refresh_token = tokens.refresh_token.or(refresh_token.take());
        }
        self.pool.call(&GlobalSignOut { access_token }).await.map(drop)
    }

    /// Only tokens with an `origin_jti` claim come from a client whose tokens can be revoked.
    async fn revoke(&self, live: &Live, refresh_token: Option<Secret>) -> Result<()> {
        let Some(token) = refresh_token.filter(|_| live.access_claims.get("origin_jti").is_some()) else {
            return Ok(());
        };
        match self.pool.call(&self.revocation(token)).await {
            Err(error) if error.code() == ErrorCode::Unsupported => Ok(()), // revocation was switched off since
            other => other.map(drop),
        }
    }
}
