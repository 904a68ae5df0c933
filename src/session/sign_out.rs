//! Signing out: locally first and always, then what the service is to be told.

use std::collections::HashMap;
use std::sync::Arc;

use super::keeper::Keeper;
use super::live::Live;
use crate::error::{AuthErrorInfo, Error, ErrorCode, Result};
use crate::events::{AuthEvent, AuthState};
use crate::protocol::user_pool::{GlobalSignOut, RevokeToken};

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
    /// Why the stored session could not be removed; that is tried again at the next call.
    pub storage_error: Option<AuthErrorInfo>,
}

impl Keeper {
    /// Signs out. Succeeds offline, with a broken store and when nobody is signed in.
    pub async fn sign_out(self: &Arc<Self>, options: SignOutOptions) -> SignOutResult {
        let mut result = SignOutResult::default();
        let _ = self.load().await; // who cannot be loaded is signed out all the same
        let live = {
            let _changing = self.changing.lock().await;
            let live = self.current();
            let removed = self.forget(live.as_ref().map(|live| live.record.username.as_str())).await;
            result.storage_error = removed.err().map(AuthErrorInfo::from);
            match &live {
                Some(live) => self.hub.change(AuthState::SignedOut, AuthEvent::SignedOut { user: live.user() }),
                None => self.hub.learn(AuthState::SignedOut),
            }
            live
        };
        if let Some(live) = live.filter(|live| live.end().is_none()) {
            let told = if options.global { self.tell_globally(&live).await } else { Ok(()) };
            let told_globally = options.global && told.is_ok();
            result.global_sign_out_error = told.err().map(AuthErrorInfo::from);
            if !told_globally {
                result.revoke_token_error = self.revoke(&live).await.err().map(AuthErrorInfo::from);
            }
        }
        let errors = [&result.revoke_token_error, &result.global_sign_out_error, &result.storage_error];
        result.is_complete = errors.iter().all(|error| error.is_none());
        result
    }

    /// `GlobalSignOut` takes an access token; a stale one is renewed for this purpose only.
    async fn tell_globally(&self, live: &Live) -> Result<()> {
        let mut access_token = live.record.access_token.clone();
        if !live.is_fresh(self.clock.now()) {
            let tokens = self.request_tokens(live, HashMap::new()).await?;
            access_token = tokens.access_token.ok_or_else(|| Error::internal("the service gave no access token"))?;
        }
        self.pool.call(&GlobalSignOut { access_token }).await.map(drop)
    }

    /// Only tokens with an `origin_jti` claim come from a client whose tokens can be revoked.
    async fn revoke(&self, live: &Live) -> Result<()> {
        let Some(token) = live.record.refresh_token.clone() else { return Ok(()) };
        if live.access_claims.get("origin_jti").is_none() {
            return Ok(());
        }
        let call = RevokeToken {
            token,
            client_id: self.configuration.client_id().to_owned(),
            client_secret: self.configuration.client_secret().cloned(),
        };
        match self.pool.call(&call).await {
            Err(error) if error.code() == ErrorCode::Unsupported => Ok(()), // revocation was switched off since
            other => other.map(drop),
        }
    }
}
