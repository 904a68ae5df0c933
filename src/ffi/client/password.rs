//! Passwords.

use super::AuthCore;
use super::table::calls;
use crate::account::{ConfirmResetPasswordOptions, ResetPasswordOptions, ResetPasswordResult};
use crate::ffi::secret_text::SecretText;

calls! {
    /// Sends a code with which a forgotten password can be replaced.
    fn reset_password(client, username: String, options: ResetPasswordOptions) -> ResetPasswordResult {
        client.reset_password(username, options)
    }

    /// Replaces a forgotten password, with the code that was sent.
    fn confirm_reset_password(
        client,
        username: String,
        new_password: SecretText,
        confirmation_code: String,
        options: ConfirmResetPasswordOptions,
    ) -> () {
        client.confirm_reset_password(username, &new_password, confirmation_code, options)
    }

    /// Changes the signed-in user's password. Without the old one only a user who has none yet gets one.
    fn update_password(client, old_password: Option<SecretText>, new_password: SecretText) -> () {
        client.update_password(old_password.as_deref(), &new_password)
    }
}
