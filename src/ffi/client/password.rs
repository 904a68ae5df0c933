//! Passwords.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::AuthCore;
use crate::account::{ConfirmResetPasswordOptions, ResetPasswordOptions, ResetPasswordResult};
use crate::error::AuthError;
use crate::ffi::cancel::CancelToken;
use crate::ffi::runtime::run;

#[uniffi::export]
impl AuthCore {
    /// Sends a code with which a forgotten password can be replaced.
    pub async fn reset_password(
        &self,
        username: String,
        options: ResetPasswordOptions,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<ResetPasswordResult, AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.reset_password(username, options).await }).await
    }

    /// Replaces a forgotten password, with the code that was sent.
    pub async fn confirm_reset_password(
        &self,
        username: String,
        new_password: String,
        confirmation_code: String,
        options: ConfirmResetPasswordOptions,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<(), AuthError> {
        let (client, new_password) = (self.client.clone(), Zeroizing::new(new_password));
        run(
            cancel,
            async move { client.confirm_reset_password(username, &new_password, confirmation_code, options).await },
        )
        .await
    }

    /// Changes the signed-in user's password. Without the old one only a user who has none yet gets one.
    pub async fn update_password(
        &self,
        old_password: Option<String>,
        new_password: String,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<(), AuthError> {
        let (old, new) = (old_password.map(Zeroizing::new), Zeroizing::new(new_password));
        let client = self.client.clone();
        run(cancel, async move { client.update_password(old.as_ref().map(|text| text.as_str()), &new).await }).await
    }
}
