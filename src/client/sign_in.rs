//! The calls that sign somebody in.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError};

use super::{AuthClient, ClientInner};
use crate::error::{AuthError, Error, Result as Internal};
use crate::events::{AuthEvent, AuthUser};
use crate::protocol::user_pool::AuthenticationResult;
use crate::session::Origin;
use crate::sign_in::{
    ConfirmSignInOptions, Failed, Finished, Parameters, PendingSignIn, Progress, SignInOptions, SignInResult,
    SignInStep,
};
use crate::storage::ExistingSession;
use crate::support::input::check_username;
use crate::support::secret::Secret;
use crate::support::task::detached;

impl AuthClient {
    /// Begins a sign-in. Allowed in every state: an unfinished sign-in is abandoned, and the session of whoever is
    /// signed in stays until the new one is complete. What becomes of another user's session then is an option
    /// ([`ExistingSession`]); by default it ends.
    ///
    /// # Errors
    /// `incorrect_username_or_password`, `user_not_found`, `user_disabled`, `attempts_exceeded`,
    /// `temporary_password_expired`, `lambda_rejected`, `code_delivery_failed`, `mfa_method_not_found`, `totp_not_set_up`,
    /// `unsupported_challenge`, `another_user_signed_in`, `federation_active`, and what every call may give. An unconfirmed
    /// user and a password that must be reset are next steps, not errors.
    pub async fn sign_in(
        &self,
        username: impl Into<String>,
        password: Option<&str>,
        options: SignInOptions,
    ) -> Result<SignInResult, AuthError> {
        let (username, password) = (username.into(), password.map(Secret::from));
        check_username(&username).map_err(Error::from)?;
        // From here on a sign-out or another sign-in comes after this one.
        let number = self.inner.attempts.begin();
        self.inner.auto_sign_in.forget();
        let existing = options.existing_session.unwrap_or_default();
        self.inner.set_existing_session(existing);
        self.run(|inner| async move {
            if existing == ExistingSession::Refuse {
                inner.sessions.refuse_another_than(&username).await?;
            }
            let client_metadata = inner.sign_in_metadata(options.client_metadata, options.validation_data);
            let flow = options.auth_flow.unwrap_or_else(|| inner.configuration.auth_flow().clone());
            let devices = inner.devices.known().await;
            let parameters = Parameters { username, password, flow, client_metadata, sign_up_session: None, devices };
            inner.report_failure(inner.sign_in(number, parameters).await)
        })
        .await
    }

    /// Answers the challenge of the unfinished sign-in. After a failure that can be made good (a wrong code, no
    /// network) the same challenge can be answered again.
    ///
    /// # Errors
    /// `no_sign_in_in_progress`, `answer_in_progress`, `code_mismatch`, `totp_code_mismatch`, `code_expired`,
    /// `incorrect_username_or_password` (a custom challenge was failed for good), `invalid_session` (it took too long),
    /// `invalid_password` and `password_reused` (a new password was asked for), `alias_exists` (so were attributes),
    /// `validation_failed` (the answer is none of those that were offered), and what [`sign_in`](Self::sign_in) may give.
    pub async fn confirm_sign_in(
        &self,
        challenge_response: impl Into<String>,
        options: ConfirmSignInOptions,
    ) -> Result<SignInResult, AuthError> {
        let answer = Secret::new(challenge_response);
        self.run(|inner| async move {
            let progress = inner.attempts.answer(answer.expose(), options).await;
            inner.report_failure(inner.conclude(progress).await)
        })
        .await
    }

    /// Has the one-time code of the unfinished sign-in sent once more, where it is the first factor of a choice-based
    /// sign-in. The older code no longer counts. The code of a second factor comes only with a new `sign_in`.
    ///
    /// # Errors
    /// `no_sign_in_in_progress`, `answer_in_progress`, `no_code_to_resend`, `code_delivery_failed`, `limit_exceeded`, and what every call may give.
    pub async fn resend_sign_in_code(&self) -> Result<SignInResult, AuthError> {
        self.run(|inner| async move {
            let progress = inner.attempts.resend_code().await;
            inner.report_failure(inner.conclude(progress).await)
        })
        .await
    }

    /// The sign-in that waits for an answer, if there is one.
    #[must_use]
    pub fn pending_sign_in(&self) -> Option<PendingSignIn> {
        self.inner.attempts.pending()
    }

    /// Abandons the unfinished sign-in, if there is one, and an automatic one that would come.
    pub fn cancel_sign_in(&self) {
        self.inner.attempts.cancel();
        self.inner.auto_sign_in.forget();
    }
}

impl ClientInner {
    /// What the pool's Lambda triggers get: the configured metadata under the call's, and that under its older name's.
    pub(super) fn sign_in_metadata(
        &self,
        client_metadata: HashMap<String, String>,
        validation_data: HashMap<String, String>,
    ) -> BTreeMap<String, String> {
        let mut merged = self.configuration.client_metadata_under(client_metadata);
        merged.extend(validation_data);
        merged
    }

    pub(super) async fn sign_in(self: &Arc<Self>, number: u64, parameters: Parameters) -> Result<SignInResult, Failed> {
        let _ = self.federation.load().await; // a store that cannot be read keeps nobody from signing in
        if self.federation.current().is_some() {
            return Err(Error::FederationActive.into());
        }
        let progress = self.attempts.start(number, self.configuration.clone(), parameters).await;
        self.conclude(progress).await
    }

    /// Takes over what a sign-in call came to.
    async fn conclude(self: &Arc<Self>, progress: Result<Progress, Failed>) -> Result<SignInResult, Failed> {
        match progress {
            Ok(Progress::Step(step)) => Ok(SignInResult::new(step)),
            Ok(Progress::Tokens { finished, number }) => match self.take_tokens(*finished, number).await {
                Ok(()) => Ok(SignInResult::new(SignInStep::Done)),
                Err(error) => {
                    let for_good = !matches!(error, Error::Superseded(_));
                    Err(Failed { error, for_good, refused_device: None })
                }
            },
            Err(mut failed) => {
                if let Some(device) = failed.refused_device.take() {
                    // The next sign-in goes without it.
                    self.hub.report_storing(self.devices.remove_record(&device.username, &device.device_key).await);
                }
                Err(failed)
            }
        }
    }

    fn report_failure(&self, result: Result<SignInResult, Failed>) -> Internal<SignInResult> {
        result.map_err(|failed| {
            if failed.for_good {
                self.hub.emit(&AuthEvent::SignInFailed { error: failed.error.clone().into() });
            }
            failed.error
        })
    }

    /// Begins the session. A device that the service offers to remember is stored before it: the tokens are bound to it.
    async fn take_tokens(self: &Arc<Self>, finished: Finished, number: u64) -> Internal<()> {
        let Finished { mut tokens, typed, device, lost_device } = finished;
        let owner = self.sessions.owner_of(&tokens)?;
        let (mut before, mut offered) = (None, None);
        if let Some(metadata) = tokens.new_device_metadata.take() {
            before = self.devices.of(&owner.username).await;
            let device = self.devices.begin(&owner.username, &typed, before.as_ref(), metadata)?;
            self.hub.report_storing(self.devices.keep(device.clone()).await);
            offered = Some(device);
        }
        let used = device.filter(|device| offered.is_none() && device.username == owner.username);
        let device_key = offered.as_ref().or(used.as_ref()).map(|device| device.device_key.clone());
        let user = match self.establish(tokens, device_key, number).await {
            Ok(user) => user,
            Err(error) => {
                if let Some(unwanted) = offered {
                    let _ = match before {
                        Some(before) => self.devices.keep(before).await,
                        None => self.devices.remove_record(&unwanted.username, &unwanted.device_key).await,
                    };
                }
                return Err(error);
            }
        };
        self.forget_identity_of(&user).await;
        self.hub.report_storing(self.devices.note_sign_in(&user, &typed, used, lost_device).await);
        if let Some(offered) = offered {
            self.device_confirmation.confirm(user, offered).await;
        }
        Ok(())
    }

    /// Begins the session, in a task of its own: what the service gave is stored, however little time the call has left.
    async fn establish(
        self: &Arc<Self>,
        tokens: AuthenticationResult,
        device_key: Option<String>,
        number: u64,
    ) -> Internal<AuthUser> {
        let (inner, sessions, existing) = (self.clone(), self.sessions.clone(), self.existing_session());
        let is_wanted = Arc::new(move || inner.attempts.is_latest(number));
        detached(
            async move { sessions.establish(tokens, Origin { device_key, web_ui: false }, existing, is_wanted).await },
        )
        .await
    }

    pub(super) fn set_existing_session(&self, existing: ExistingSession) {
        *self.existing_session.lock().unwrap_or_else(PoisonError::into_inner) = existing;
    }

    fn existing_session(&self) -> ExistingSession {
        *self.existing_session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
