//! The signed-in user's second factors.

use std::sync::Arc;

use super::AuthCore;
use crate::error::AuthError;
use crate::factors::TotpSetupDetails;
use crate::ffi::cancel::CancelToken;
use crate::ffi::runtime::run;
use crate::mfa::{MfaPreference, MfaSetting, VerifyTotpSetupOptions};

#[uniffi::export]
impl AuthCore {
    /// Begins to set up an authenticator app for the signed-in user.
    pub async fn set_up_totp(&self, cancel: Option<Arc<CancelToken>>) -> Result<TotpSetupDetails, AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.set_up_totp().await }).await
    }

    /// Ends setting up an authenticator app, with a code that it shows.
    pub async fn verify_totp_setup(
        &self,
        code: String,
        options: VerifyTotpSetupOptions,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<(), AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.verify_totp_setup(code, options).await }).await
    }

    /// The second factors that sign-in asks the signed-in user for.
    pub async fn fetch_mfa_preference(&self, cancel: Option<Arc<CancelToken>>) -> Result<MfaPreference, AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.fetch_mfa_preference().await }).await
    }

    /// Changes the second factors that sign-in asks the signed-in user for; one that is not given stays as it is.
    pub async fn update_mfa_preference(
        &self,
        sms: Option<MfaSetting>,
        totp: Option<MfaSetting>,
        email: Option<MfaSetting>,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<(), AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.update_mfa_preference(sms, totp, email).await }).await
    }
}
