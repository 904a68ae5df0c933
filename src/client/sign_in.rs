//! The calls that sign somebody in.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use super::{AuthClient, Parts};
use crate::error::{AuthError, Error, Result as Internal};
use crate::events::{AuthEvent, AuthUser};
use crate::sign_in::{
    ConfirmSignInOptions, Ended, Failed, Finished, Parameters, PendingSignIn, SignInOptions, SignInResult, SignInStep,
};
use crate::storage::record::DeviceRecord;
use crate::support::input::check_username;
use crate::support::secret::Secret;

impl AuthClient {
    /// Begins a sign-in. Allowed in every state: an unfinished sign-in is abandoned, and the session of whoever is
    /// signed in stays until the new one is complete.
    ///
    /// # Errors
    /// `incorrect_username_or_password`, `user_not_found`, `user_disabled`, `attempts_exceeded`,
    /// `unsupported_challenge`, and what every call may give. An unconfirmed user and a password that must be reset are
    /// next steps, not errors.
    pub async fn sign_in(
        &self,
        username: impl Into<String>,
        password: Option<&str>,
        options: SignInOptions,
    ) -> Result<SignInResult, AuthError> {
        let (username, password) = (username.into(), password.map(Secret::from));
        self.run(|parts| async move {
            check_username(&username)?;
            let client_metadata = parts.sign_in_metadata(options.client_metadata, options.validation_data);
            let flow = options.auth_flow.unwrap_or_else(|| parts.configuration.auth_flow().clone());
            let devices = parts.devices.known().await;
            let parameters = Parameters { username, password, flow, client_metadata, sign_up_session: None, devices };
            parts.sign_in(parameters).await
        })
        .await
    }

    /// Answers the challenge of the unfinished sign-in. After a failure that can be made good (a wrong code, no
    /// network) the same challenge can be answered again.
    ///
    /// # Errors
    /// `no_sign_in_in_progress`, `code_mismatch`, `totp_code_mismatch`, `code_expired`,
    /// `incorrect_username_or_password` (a custom challenge was failed for good), `invalid_session` (it took too long),
    /// `validation_failed` (the answer is none of those that were offered), and what every call may give.
    pub async fn confirm_sign_in(
        &self,
        challenge_response: impl Into<String>,
        options: ConfirmSignInOptions,
    ) -> Result<SignInResult, AuthError> {
        let answer = Secret::new(challenge_response);
        self.run(|parts| async move {
            let ended = parts.attempts.answer(answer.expose(), options).await;
            parts.conclude(ended).await
        })
        .await
    }

    /// Has the one-time code of the unfinished sign-in sent once more, where it is the first factor of a choice-based
    /// sign-in. The older code no longer counts. The code of a second factor comes only with a new `sign_in`.
    ///
    /// # Errors
    /// `no_sign_in_in_progress`, `no_code_to_resend`, `limit_exceeded`, and what every call may give.
    pub async fn resend_sign_in_code(&self) -> Result<SignInResult, AuthError> {
        self.run(|parts| async move {
            let ended = parts.attempts.resend_code().await;
            parts.conclude(ended).await
        })
        .await
    }

    /// The sign-in that waits for an answer, if there is one.
    #[must_use]
    pub fn pending_sign_in(&self) -> Option<PendingSignIn> {
        self.parts.attempts.pending()
    }

    /// Abandons the unfinished sign-in, if there is one, and an automatic one that would come.
    pub fn cancel_sign_in(&self) {
        self.parts.attempts.cancel();
        self.parts.auto_sign_in.forget();
    }
}

impl Parts {
    /// What the pool's Lambda triggers get: the configured metadata under the call's, and that under its older name's.
    pub(super) fn sign_in_metadata(
        &self,
        client_metadata: HashMap<String, String>,
        validation_data: HashMap<String, String>,
    ) -> BTreeMap<String, String> {
        let mut merged = self.configuration.client_metadata().clone();
        merged.extend(client_metadata);
        merged.extend(validation_data);
        merged
    }

    pub(super) async fn sign_in(self: &Arc<Self>, parameters: Parameters) -> Internal<SignInResult> {
        let ended = self.attempts.start(self.configuration.clone(), parameters).await;
        self.conclude(ended).await
    }

    /// Takes over what a sign-in call came to.
    async fn conclude(self: &Arc<Self>, ended: Result<Ended, Failed>) -> Internal<SignInResult> {
        let failed = match ended {
            Ok(Ended::Step(step)) => return Ok(SignInResult::new(step)),
            Ok(Ended::Tokens { finished, number }) => match self.take_tokens(*finished, number).await {
                Ok(()) => return Ok(SignInResult::new(SignInStep::Done)),
                Err(error) => Failed { for_good: !matches!(error, Error::Superseded(_)), error },
            },
            Err(failed) => failed,
        };
        if failed.for_good {
            self.hub.tell(&AuthEvent::SignInFailed { error: failed.error.clone().into() });
        }
        Err(failed.error)
    }

    /// Begins the session. A device that the service offers to remember is stored before it: the tokens are bound to it.
    async fn take_tokens(self: &Arc<Self>, finished: Finished, number: u64) -> Internal<()> {
        let Finished { mut tokens, typed, device, lost_device } = finished;
        let owner = self.keeper.owner_of(&tokens)?;
        let offered = tokens.new_device_metadata.take();
        let offered = offered.map(|offered| self.devices.begin(&owner.username, &typed, offered)).transpose()?;
        let used = device.filter(|device| offered.is_none() && device.username == owner.username);
        if let Some(offered) = &offered {
            self.tell_storing(self.devices.keep(offered.clone()).await);
        }
        let device_key = offered.as_ref().or(used.as_ref()).map(|device| device.device_key.clone());
        let user = match self.keeper.establish(tokens, device_key, || self.attempts.is_latest(number)).await {
            Ok(user) => user,
            Err(error) => {
                if let Some(unwanted) = offered {
                    let _ = self.devices.drop(&unwanted.username, &unwanted.device_key).await;
                }
                return Err(error);
            }
        };
        self.tell_storing(self.devices.note_sign_in(&user, &typed, used, lost_device).await);
        if let Some(offered) = offered {
            self.confirm_device(user, offered).await;
        }
        Ok(())
    }

    /// Makes the device known to the service; if that fails for now, it is tried again in the background.
    async fn confirm_device(self: &Arc<Self>, user: AuthUser, device: DeviceRecord) {
        let Err(error) = self.try_to_confirm(&device).await else { return };
        self.hub.tell(&AuthEvent::DeviceConfirmationFailed { user: user.clone(), error: error.clone().into() });
        if error.code().is_retryable() {
            tokio::spawn(self.clone().keep_confirming(user, device));
        } else {
            // The service will not have it. The session keeps its key; the next sign-in is from a new device.
            let _ = self.devices.drop(&device.username, &device.device_key).await;
        }
    }

    async fn try_to_confirm(self: &Arc<Self>, device: &DeviceRecord) -> Internal<()> {
        self.keeper.authorized(|token| self.devices.confirm(token, device.clone())).await
    }

    async fn keep_confirming(self: Arc<Self>, user: AuthUser, device: DeviceRecord) {
        for wait in CONFIRMATION_WAITS {
            tokio::time::sleep(wait).await;
            let current = self.keeper.user_and_device().await;
            if !matches!(&current, Ok((who, Some(key))) if *who == user && *key == device.device_key) {
                return; // signed out, or in again
            }
            match self.try_to_confirm(&device).await {
                Err(error) if error.code().is_retryable() => {}
                _ => return,
            }
        }
    }

    /// Confirms the device of the stored session, if an earlier process could not.
    pub(super) async fn settle_device(self: Arc<Self>) {
        let Ok((user, Some(device_key))) = self.keeper.user_and_device().await else { return };
        if let Some(device) = self.devices.unconfirmed(&user, &device_key).await {
            self.confirm_device(user, device).await;
        }
    }

    pub(super) fn tell_storing(&self, stored: Internal<()>) {
        if let Err(error) = stored {
            self.hub.tell(&AuthEvent::StorageFailed { error: error.into() });
        }
    }
}

/// How long to wait before confirming a device is tried again; in the end an access token's life is over.
const CONFIRMATION_WAITS: [Duration; 8] = [
    Duration::from_secs(2),
    Duration::from_secs(10),
    Duration::from_secs(30),
    Duration::from_secs(60),
    Duration::from_secs(300),
    Duration::from_secs(600),
    Duration::from_secs(600),
    Duration::from_secs(1200),
];
