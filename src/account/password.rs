//! Passwords: replacing a forgotten one with a code, changing a known one.

use std::collections::HashMap;

use super::sign_up::Accounts;
use crate::error::Result;
use crate::events::AuthEvent;
use crate::factors::CodeDeliveryDetails;
use crate::protocol::user_pool::{ChangePassword, ConfirmForgotPassword, ForgotPassword};
use crate::support::input::check_code;
use crate::support::options::client_metadata_builder;
use crate::support::secret::Secret;
use crate::support::shown::shows;

/// Options of `resetPassword`.
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct ResetPasswordOptions {
    /// `ClientMetadata` for the custom-message trigger, over the configured one.
    #[uniffi(default)]
    pub client_metadata: HashMap<String, String>,
}
shows!(ResetPasswordOptions { client_metadata: names });

/// Options of `confirmResetPassword`.
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct ConfirmResetPasswordOptions {
    /// `ClientMetadata` for the post-confirmation trigger, over the configured one.
    #[uniffi(default)]
    pub client_metadata: HashMap<String, String>,
}
shows!(ConfirmResetPasswordOptions { client_metadata: names });

client_metadata_builder!(ResetPasswordOptions, ConfirmResetPasswordOptions);

/// What comes after `resetPassword`.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum ResetPasswordStep {
    /// Ask the user for the code and a new password, and call `confirmResetPassword`.
    ConfirmResetPasswordWithCode {
        /// Where the code was sent. A pool that hides which users exist names a made-up place for those who do not.
        delivery_details: CodeDeliveryDetails,
    },
    /// The password has been reset. Cognito asks for the code in every case that it has today.
    Done,
}

/// The result of `resetPassword`.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct ResetPasswordResult {
    /// Whether `next_step` is done.
    pub is_password_reset: bool,
    /// What to do next.
    pub next_step: ResetPasswordStep,
}

impl Accounts {
    pub async fn reset_password(&self, username: String, options: ResetPasswordOptions) -> Result<ResetPasswordResult> {
        let call = ForgotPassword {
            client_id: self.client_id(),
            secret_hash: self.secret_hash(&username),
            username: username.clone(),
            client_metadata: self.metadata(options.client_metadata),
        };
        match self.pool.call(&call).await {
            Ok(answer) => {
                self.hub.emit(&AuthEvent::PasswordResetRequested { username });
                let next_step = ResetPasswordStep::ConfirmResetPasswordWithCode { delivery_details: answer.delivery() };
                Ok(ResetPasswordResult { is_password_reset: false, next_step })
            }
            Err(error) => {
                self.hub.emit(&AuthEvent::PasswordResetRequestFailed { username, error: error.clone().into() });
                Err(error)
            }
        }
    }

    pub async fn confirm_reset_password(
        &self,
        username: String,
        new_password: Secret,
        confirmation_code: Secret,
        options: ConfirmResetPasswordOptions,
    ) -> Result<()> {
        let confirmation_code = check_code(confirmation_code.expose())?;
        let call = ConfirmForgotPassword {
            client_id: self.client_id(),
            secret_hash: self.secret_hash(&username),
            username: username.clone(),
            confirmation_code,
            password: new_password,
            client_metadata: self.metadata(options.client_metadata),
        };
        let secrets = [call.confirmation_code.expose(), call.password.expose()];
        let done = self.pool.call(&call).await.map(drop).map_err(|error| error.without(secrets));
        self.hub.emit(&match &done {
            Ok(()) => AuthEvent::PasswordReset { username },
            Err(error) => AuthEvent::PasswordResetFailed { username, error: error.clone().into() },
        });
        done
    }

    pub async fn change_password(
        &self,
        access_token: Secret,
        previous_password: Option<Secret>,
        proposed_password: Secret,
    ) -> Result<()> {
        let call = ChangePassword { access_token, previous_password, proposed_password };
        let secrets = call.previous_password.iter().chain([&call.proposed_password]).map(Secret::expose);
        self.pool.call(&call).await.map(drop).map_err(|error| error.without(secrets))
    }
}
