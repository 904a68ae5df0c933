//! The calls about the session: tokens, the user, signing out.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{AuthClient, AuthSession, ClientInner};
use crate::error::{AuthError, AuthErrorInfo, Error, ErrorCode};
use crate::events::AuthUser;
use crate::session::{FetchSessionOptions, RefreshMetadataProvider, SessionTokens, SignOutOptions, SignOutResult};
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
        let fetched = self.run(|inner| async move {
            let (wants_identity, forced) = (options.aws_credentials, options.force_refresh);
            let mut session = AuthSession::from(inner.sessions.fetch(options).await?);
            let _ = inner.federation.load().await; // the tokens do not wait for what cannot be read
            if let (None, Some(user)) = (&session.user, inner.federation.user()) {
                let tokens = SessionTokens::Unavailable(Error::FederationActive.into());
                session = AuthSession { is_signed_in: true, user: Some(user), tokens, identity: None };
            }
            if wants_identity {
                session.identity = Some(inner.session_identity(&session, forced).await);
            }
            Ok(session)
        });
        match fetched.await {
            // Nobody knows more in time than memory does.
            Err(error) if error.code() == ErrorCode::Timeout.as_str() => {
                self.inner.sessions.stale().map(AuthSession::from).ok_or(error)
            }
            fetched => fetched,
        }
    }

    /// What [`fetch_auth_session`](Self::fetch_auth_session) would give without waiting: the session, if it is in
    /// memory and fresh.
    #[must_use]
    pub fn cached_auth_session(&self, options: &FetchSessionOptions) -> Option<AuthSession> {
        let is_simple = !options.force_refresh && !options.aws_credentials;
        let may = is_simple && !self.inner.closed.load(Ordering::Acquire);
        if may { self.inner.sessions.cached(options.needed()).map(AuthSession::from) } else { None }
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

    /// Who is signed in, from memory or the store, never from the network. Of whoever is federated, `username` is what the
    /// app said of them (`username`, `name` or `email`, or else their identity) and `user_id` their identity.
    ///
    /// # Errors
    /// `not_signed_in`, `session_expired`, `storage_locked`, `storage_failed`, `storage_corrupt`.
    pub async fn get_current_user(&self) -> Result<AuthUser, AuthError> {
        self.run(|inner| async move {
            let _ = inner.federation.load().await; // who is signed in does not depend on it
            match inner.sessions.current_user().await {
                Err(Error::NotSignedIn) => inner.federation.user().ok_or(Error::NotSignedIn),
                user => user,
            }
        })
        .await
    }

    /// Asks the service whether the signed-in user is still welcome, which nothing else does before the tokens run out
    /// (`GetUser`; where that is refused, `GetTokensFromRefreshToken`). A user who was disabled or deleted, or whose
    /// sessions were revoked, is then signed out of this one: the state is [`AuthState::SessionExpired`](crate::AuthState::SessionExpired), with the reason.
    /// A network, a firewall or a service that fails ends nothing. Gives who is signed in.
    ///
    /// # Errors
    /// `not_signed_in`, `session_expired`, and what every call may give.
    pub async fn verify_session(&self) -> Result<AuthUser, AuthError> {
        self.run(|inner| async move {
            let caller = inner.sessions.caller().await?;
            caller.verify(|token| inner.accounts.attributes(token)).await?;
            Ok(caller.user().clone())
        })
        .await
    }

    /// Has the `ClientMetadata` of refreshes asked for there, from now on; `None`: nobody is asked any more. Set it before
    /// the first call: it is not stored. Gives whether somebody was asked before.
    pub fn set_refresh_metadata_provider(&self, provider: Option<Arc<dyn RefreshMetadataProvider>>) -> bool {
        self.inner.sessions.set_refresh_metadata(provider)
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
        self.run(|inner| async move {
            inner.identities.forget_in_memory();
            inner.sessions.switch(&user).await
        })
        .await
    }

    /// Signs out: here at once and always, then at the service (the refresh token is revoked, or with `global` every
    /// session of the user is ended), for which it waits 5 s at most. Never fails; the result tells which part did. What
    /// the service could not be told is told later, as long as the process lives. No other account becomes the current one.
    /// AWS credentials are removed here; where they were given to others, they work until they expire. A federation ends
    /// too.
    pub async fn sign_out(&self, options: SignOutOptions) -> SignOutResult {
        self.cancel_sign_in();
        let (inner, limit) = (self.inner.clone(), self.parts_limit());
        // A closed client signs out too.
        let done = detached(async move { Ok(deadline::within(limit, inner.sign_out(options)).await) });
        let done = tokio::time::timeout(self.timeout, done).await.unwrap_or(Err(Error::DeadlinePassed));
        done.unwrap_or_else(|error| SignOutResult { storage_error: Some(error.into()), ..SignOutResult::default() })
    }
}

impl ClientInner {
    async fn sign_out(&self, options: SignOutOptions) -> SignOutResult {
        let is_other = options.account.is_some() && !options.all_accounts;
        let federation = async { if is_other { Ok(()) } else { self.federation.clear_if_any().await } };
        // Side by side: whichever is slow keeps neither.
        let web_sign_in = async { if is_other { Ok(()) } else { self.hosted_ui.forget().await } };
        let (mut result, cleared, forgotten) = tokio::join!(self.sessions.sign_out(options), federation, web_sign_in);
        self.identities.forget_in_memory();
        if let Err(error) = cleared.and(forgotten) {
            result.is_complete = false;
            result.storage_error = result.storage_error.or_else(|| Some(AuthErrorInfo::from(error)));
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::*;
    use crate::config::{AuthConfiguration, AuthFlow};
    use crate::protocol::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};
    use crate::sign_in::SignInOptions;
    use crate::support::clock::{Clock as _, SystemClock, unix_seconds};

    /// Gives everybody tokens.
    #[derive(Debug)]
    struct Generous;

    impl Transport for Generous {
        fn send<'a>(&'a self, _: HttpRequest) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
            let now = unix_seconds(SystemClock.now());
            let claims = json!({ "sub": "s", "username": "ann", "client_id": "c", "token_use": "access", "iat": now,
                "iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A", "exp": now + 3600 });
            let access_token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
            let tokens = json!({ "AccessToken": access_token, "RefreshToken": "r", "ExpiresIn": 3600 });
            let body = json!({ "AuthenticationResult": tokens, "ChallengeParameters": {} }).to_string();
            Box::pin(async move { Ok(HttpResponse::new(200, vec![], body.into_bytes())) })
        }
    }

    #[tokio::test]
    async fn a_fresh_session_is_given_by_its_number_and_no_other_one_is() {
        let configuration = AuthConfiguration::builder("eu-west-1_A", "c").build().unwrap();
        let client = AuthClient::builder(configuration).transport(Arc::new(Generous)).build();
        assert_eq!(client.fresh_session_number(), None);
        client.sign_in("ann", Some("p"), SignInOptions::new().auth_flow(AuthFlow::UserPassword)).await.unwrap();
        let mut numbers = Vec::new();
        for _ in 0..3 {
            let session = client.fetch_auth_session(FetchSessionOptions::new().force_refresh(true)).await.unwrap();
            let number = client.fresh_session_number().unwrap();
            assert_eq!(session.tokens().unwrap().number(), number);
            assert!(client.fresh_auth_session(number).is_some() && client.fresh_auth_session(number + 1).is_none());
            assert!(numbers.iter().all(|earlier| *earlier != number && client.fresh_auth_session(*earlier).is_none()));
            numbers.push(number);
        }
        client.close();
        assert_eq!((client.fresh_session_number(), client.fresh_auth_session(numbers[2]).is_none()), (None, true));
    }
}
