//! The calls that create and confirm an account.

use super::AuthClient;
use super::auto_sign_in::{Next, Waiting};
use crate::account::{ConfirmSignUpOptions, ResendSignUpCodeOptions, SignUpOptions, SignUpResult, SignUpStep};
use crate::config::SignUpVerification;
use crate::error::AuthError;
use crate::factors::CodeDeliveryDetails;
use crate::support::input::{check_new_password, check_username};
use crate::support::secret::Secret;

impl AuthClient {
    /// Creates an account (`SignUp`). Without a password only pools that allow password-less sign-in take it.
    ///
    /// # Errors
    /// `username_exists`, `invalid_password`, `lambda_rejected`, `code_delivery_failed`, and what every call may give.
    pub async fn sign_up(
        &self,
        username: impl Into<String>,
        password: Option<&str>,
        options: SignUpOptions,
    ) -> Result<SignUpResult, AuthError> {
        let (username, password) = (username.into(), password.map(Secret::from));
        self.run(|inner| async move {
            check_username(&username)?;
            password.as_ref().map_or(Ok(()), |password| check_new_password(password.expose()))?;
            inner.auto_sign_in.forget();
            let automatic = options.auto_sign_in.clone().filter(|automatic| automatic.enabled);
            let client_metadata = options.client_metadata.clone();
            let signed_up = inner.accounts.sign_up(username.clone(), password.clone(), options).await?;
            let (mut result, session) = signed_up;
            if automatic.is_some() || session.is_some() {
                let by_link = inner.configuration.sign_up_verification() == SignUpVerification::Link;
                let poll = by_link && automatic.is_some() && !result.is_sign_up_complete;
                let generation = inner.auto_sign_in.set(Waiting {
                    username: username.clone(),
                    password: password.filter(|_| automatic.is_some()),
                    session: session.clone(),
                    automatic,
                    client_metadata: client_metadata.clone(),
                    until: Waiting::until(inner.clock.now()),
                });
                if poll {
                    inner.poll_auto_sign_in(generation);
                }
            }
            if result.is_sign_up_complete {
                match inner.auto_sign_in.confirmed(&username, session, client_metadata, inner.clock.now()) {
                    Next::ByItself => inner.begin_auto_sign_in(),
                    Next::WhenAsked => result.next_step = SignUpStep::CompleteAutoSignIn,
                    Next::Not => {}
                }
            }
            Ok(result)
        })
        .await
    }

    /// Confirms an account with the code that was sent (`ConfirmSignUp`).
    ///
    /// # Errors
    /// `code_mismatch` (ask again), `code_expired`, `alias_exists`, `user_not_found`, `lambda_rejected`, `limit_exceeded`,
    /// and what every call may give.
    pub async fn confirm_sign_up(
        &self,
        username: impl Into<String>,
        confirmation_code: impl Into<String>,
        options: ConfirmSignUpOptions,
    ) -> Result<SignUpResult, AuthError> {
        let (username, code) = (username.into(), confirmation_code.into());
        self.run(|inner| async move {
            check_username(&username)?;
            let session = inner.auto_sign_in.session_of(&username);
            let client_metadata = options.client_metadata.clone();
            let confirmed = inner.accounts.confirm(username.clone(), code, session, options).await?;
            let (mut result, session) = confirmed;
            match inner.auto_sign_in.confirmed(&username, session, client_metadata, inner.clock.now()) {
                Next::ByItself => inner.begin_auto_sign_in(),
                Next::WhenAsked => result.next_step = SignUpStep::CompleteAutoSignIn,
                Next::Not => {}
            }
            Ok(result)
        })
        .await
    }

    /// Sends the code of a sign-up again (`ResendConfirmationCode`); the older code no longer counts.
    ///
    /// # Errors
    /// `user_not_found`, `limit_exceeded`, `code_delivery_failed`, `lambda_rejected`, and what every call may give.
    pub async fn resend_sign_up_code(
        &self,
        username: impl Into<String>,
        options: ResendSignUpCodeOptions,
    ) -> Result<CodeDeliveryDetails, AuthError> {
        let username = username.into();
        self.run(|inner| async move {
            check_username(&username)?;
            inner.accounts.resend_code(username, options).await
        })
        .await
    }
}
