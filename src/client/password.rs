//! The calls about passwords.

use super::AuthClient;
use crate::account::{ConfirmResetPasswordOptions, ResetPasswordOptions, ResetPasswordResult};
use crate::error::AuthError;
use crate::support::input::{check_code, check_password, check_username};
use crate::support::secret::Secret;

impl AuthClient {
    /// Sends a code with which a forgotten password can be replaced (`ForgotPassword`). Nobody needs to be signed in.
    ///
    /// # Errors
    /// `user_not_found`, `limit_exceeded`, `code_delivery_failed`, `invalid_parameter` (the user has no verified address
    /// to send a code to), `lambda_rejected`, and what every call may give.
    pub async fn reset_password(
        &self,
        username: impl Into<String>,
        options: ResetPasswordOptions,
    ) -> Result<ResetPasswordResult, AuthError> {
        let username = username.into();
        self.run(|inner| async move {
            check_username(&username)?;
            inner.accounts.reset_password(username, options).await
        })
        .await
    }

    /// Replaces a forgotten password, with the code that [`reset_password`](Self::reset_password) sent
    /// (`ConfirmForgotPassword`). Nobody is signed in by it.
    ///
    /// # Errors
    /// `code_mismatch` (ask again), `code_expired`, `invalid_password`, `password_reused`, `limit_exceeded`,
    /// `user_not_confirmed`, `user_not_found`, `lambda_rejected`, and what every call may give.
    pub async fn confirm_reset_password(
        &self,
        username: impl Into<String>,
        new_password: &str,
        confirmation_code: impl Into<String>,
        options: ConfirmResetPasswordOptions,
    ) -> Result<(), AuthError> {
        let (username, new_password) = (username.into(), Secret::from(new_password));
        let code = Secret::new(confirmation_code);
        self.run(|inner| async move {
            check_username(&username)?;
            check_password("newPassword", new_password.expose())?;
            check_code(code.expose())?;
            inner.accounts.confirm_reset_password(username, new_password, code, options).await
        })
        .await
    }

    /// Changes the signed-in user's password (`ChangePassword`). Without the old one only a user who has no password yet
    /// (password-less sign-in) gets one. Tokens that have been given out stay valid.
    ///
    /// # Errors
    /// `incorrect_username_or_password` (the old password is wrong), `invalid_password`, `password_reused`,
    /// `limit_exceeded`, `not_signed_in`, `session_expired`, and what every call may give.
    pub async fn update_password(&self, old_password: Option<&str>, new_password: &str) -> Result<(), AuthError> {
        let (old, new) = (old_password.map(Secret::from), Secret::from(new_password));
        self.run(|inner| async move {
            old.as_ref().map_or(Ok(()), |old| check_password("oldPassword", old.expose()))?;
            check_password("newPassword", new.expose())?;
            let change = |token| inner.accounts.change_password(token, old.clone(), new.clone());
            inner.sessions.caller().await?.authorized(change).await
        })
        .await
    }
}
