//! The calls that create and confirm an account.

use super::AuthClient;
use crate::account::{ConfirmSignUpOptions, ResendSignUpCodeOptions, SignUpOptions, SignUpResult};
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
        self.run(|parts| async move {
            check_username(&username)?;
            password.as_ref().map_or(Ok(()), |password| check_new_password(password.expose()))?;
            parts.accounts.sign_up(username, password, options).await
        })
        .await
    }

    /// Confirms an account with the code that was sent (`ConfirmSignUp`).
    ///
    /// # Errors
    /// `code_mismatch` (ask again), `code_expired`, `alias_exists`, `limit_exceeded`, and what every call may give.
    pub async fn confirm_sign_up(
        &self,
        username: impl Into<String>,
        confirmation_code: impl Into<String>,
        options: ConfirmSignUpOptions,
    ) -> Result<SignUpResult, AuthError> {
        let (username, code) = (username.into(), confirmation_code.into());
        self.run(|parts| async move {
            check_username(&username)?;
            parts.accounts.confirm(username, code, options).await
        })
        .await
    }

    /// Sends the code of a sign-up again (`ResendConfirmationCode`); the older code no longer counts.
    ///
    /// # Errors
    /// `user_not_found`, `limit_exceeded`, `code_delivery_failed`, and what every call may give.
    pub async fn resend_sign_up_code(
        &self,
        username: impl Into<String>,
        options: ResendSignUpCodeOptions,
    ) -> Result<CodeDeliveryDetails, AuthError> {
        let username = username.into();
        self.run(|parts| async move {
            check_username(&username)?;
            parts.accounts.resend_code(username, options).await
        })
        .await
    }
}
