//! Signing in and out on the pool's hosted pages.

use std::sync::Arc;

use super::{AuthClient, ClientInner};
use crate::error::{AuthError, Error, ErrorCode, Result as Internal};
use crate::events::AuthEvent;
use crate::hosted_ui::{Claimed, WebUiRequest, WebUiSignInOptions};
use crate::session::Origin;
use crate::sign_in::{SignInResult, SignInStep};
use crate::support::secret::Secret;
use crate::support::task::detached;

impl AuthClient {
    /// Begins a sign-in on the pool's hosted pages (`federatedSignIn` of Amplify for JavaScript, `signInWithWebUI`): gives
    /// the page to open in a browser, with a fresh state, nonce and PKCE challenge. What belongs to it is stored, so the
    /// browser may come back to another process. Later sign-ins and sign-outs supersede it.
    ///
    /// # Errors
    /// `configuration_invalid` (no hosted pages, or no address to come back to), `validation_failed` (its field names the
    /// option), `federation_active`, and what every call may give.
    pub async fn begin_web_ui_sign_in(&self, options: WebUiSignInOptions) -> Result<WebUiRequest, AuthError> {
        let number = self.inner.attempts.begin();
        self.inner.auto_sign_in.forget();
        self.run(|inner| async move {
            let _ = inner.federation.load().await; // a store that cannot be read keeps nobody from signing in
            if inner.federation.current().is_some() {
                return Err(Error::FederationActive);
            }
            inner.hosted_ui.begin(options, number).await
        })
        .await
    }

    /// Completes it with the URL that the browser came back with, whole. The first such URL counts: given again, it has
    /// the same result. One that belongs to no sign-in that waits changes nothing. After a failure that can pass
    /// (`network`), give it again: a code is good for 5 minutes.
    ///
    /// # Errors
    /// `no_web_ui_sign_in` (the URL is of none that was begun here, or of one that something newer took the place of),
    /// `validation_failed` (it is no callback), `web_ui_refused`, `client_secret_mismatch`, `another_user_signed_in`,
    /// `configuration_invalid`, and what every call may give.
    pub async fn complete_web_ui_sign_in(&self, callback_url: impl Into<String>) -> Result<SignInResult, AuthError> {
        let callback = Secret::new(callback_url);
        self.run(|inner| async move { inner.complete_web_ui_sign_in(&callback).await }).await
    }

    /// Says that the person closed the browser, which nobody but the app can see. Should the browser come back all the
    /// same, the sign-in can still be completed.
    pub fn cancel_web_ui_sign_in(&self) {
        if self.inner.hosted_ui.cancel() {
            self.inner.hub.emit(&AuthEvent::SignInFailed { error: AuthError::from(ErrorCode::WebUiCancelled).into() });
        }
    }

    /// The page that ends the browser's own session, after which the hosted pages ask for a password again: open it after
    /// `signOut`. Nothing here is signed out by it.
    ///
    /// # Errors
    /// `configuration_invalid` (no hosted pages, or no address to come back to), `validation_failed` (the address is none of
    /// those in the configuration).
    pub fn web_ui_sign_out(&self, redirect_uri: Option<String>) -> Result<WebUiRequest, AuthError> {
        Ok(self.inner.hosted_ui.sign_out(redirect_uri)?)
    }
}

impl ClientInner {
    async fn complete_web_ui_sign_in(self: &Arc<Self>, callback: &Secret) -> Internal<SignInResult> {
        self.sessions.load().await?;
        let done = || SignInResult::new(SignInStep::Done);
        let grant = match self.hosted_ui.claim(callback.expose()).await? {
            Claimed::Grant(grant) => grant,
            // Signed out or somebody else since: it is over.
            Claimed::Done(user) => {
                let is_there = self.sessions.caller_for(&user).await.is_ok();
                return if is_there { Ok(done()) } else { Err(Error::NoWebUiSignIn) };
            }
        };
        let number = grant.number.unwrap_or_else(|| self.attempts.begin());
        if !self.attempts.is_latest(number) {
            return Err(Error::NoWebUiSignIn);
        }
        let tokens = self.hosted_ui.exchange(&grant).await?;
        let (inner, sessions, existing) = (self.clone(), self.sessions.clone(), grant.existing_session());
        let origin = Origin { device_key: None, web_ui: true };
        // In a task of its own: what the service gave is stored, however little time the call has left.
        let established = detached(async move {
            let is_wanted = Arc::new(move || inner.attempts.is_latest(number));
            sessions.establish(tokens, origin, existing, is_wanted).await
        })
        .await;
        let user = match established {
            Ok(user) => user,
            Err(error) => {
                // What something newer took the place of has been told by that.
                if self.attempts.is_latest(number) {
                    self.hosted_ui.abandon(&grant, &error).await;
                }
                return Err(error);
            }
        };
        self.forget_identity_of(&user).await;
        if let Some(custom_state) = self.hosted_ui.complete(*grant, user).await {
            self.hub.emit(&AuthEvent::CustomState { custom_state });
        }
        Ok(done())
    }
}
