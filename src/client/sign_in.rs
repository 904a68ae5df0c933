//! The calls that sign somebody in.

use super::{AuthClient, Parts};
use crate::error::{AuthError, Error, Result as Internal};
use crate::events::AuthEvent;
use crate::sign_in::{
    ConfirmSignInOptions, Ended, Failed, Parameters, PendingSignIn, SignInOptions, SignInResult, SignInStep,
};
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
            let mut client_metadata = parts.configuration.client_metadata().clone();
            client_metadata.extend(options.client_metadata);
            client_metadata.extend(options.validation_data);
            let flow = options.auth_flow.unwrap_or_else(|| parts.configuration.auth_flow().clone());
            let parameters = Parameters { username, password, flow, client_metadata };
            let ended = parts.attempts.start(parts.configuration.clone(), parameters).await;
            parts.conclude(ended).await
        })
        .await
    }

    /// Answers the challenge of the unfinished sign-in. After a failure that can be made good (a wrong code, no
    /// network) the same challenge can be answered again.
    ///
    /// # Errors
    /// `no_sign_in_in_progress`, `code_mismatch`, `code_expired`, `incorrect_username_or_password` (a custom challenge
    /// was failed for good), `invalid_session` (it took too long), and what every call may give.
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

    /// The sign-in that waits for an answer, if there is one.
    #[must_use]
    pub fn pending_sign_in(&self) -> Option<PendingSignIn> {
        self.parts.attempts.pending()
    }

    /// Abandons the unfinished sign-in, if there is one.
    pub fn cancel_sign_in(&self) {
        self.parts.attempts.cancel();
    }
}

impl Parts {
    /// Takes over what a sign-in call came to.
    async fn conclude(&self, ended: Result<Ended, Failed>) -> Internal<SignInResult> {
        let failed = match ended {
            Ok(Ended::Step(step)) => return Ok(SignInResult::new(step)),
            Ok(Ended::Tokens { tokens, number }) => {
                match self.keeper.establish(tokens, || self.attempts.is_latest(number)).await {
                    Ok(_user) => return Ok(SignInResult::new(SignInStep::Done)),
                    Err(error) => Failed { for_good: !matches!(error, Error::Superseded(_)), error },
                }
            }
            Err(failed) => failed,
        };
        if failed.for_good {
            self.hub.tell(&AuthEvent::SignInFailed { error: failed.error.clone().into() });
        }
        Err(failed.error)
    }
}
