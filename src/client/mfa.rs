//! The calls about the signed-in user's second factors.

use super::AuthClient;
use crate::error::AuthError;
use crate::events::AuthEvent;
use crate::factors::TotpSetupDetails;
use crate::mfa::{MfaPreference, MfaSetting, PreferenceUpdate, VerifyTotpSetupOptions};
use crate::support::input::check_totp_code;
use crate::support::secret::Secret;

impl AuthClient {
    /// Begins to set up an authenticator app for the signed-in user (`AssociateSoftwareToken`): a new secret to show.
    /// An app that was set up before counts until the new one is verified.
    ///
    /// # Errors
    /// `unsupported` or `totp_not_set_up` (the pool has no authenticator apps), `concurrent_modification`,
    /// `not_signed_in`, `session_expired`, and what every call may give.
    pub async fn set_up_totp(&self) -> Result<TotpSetupDetails, AuthError> {
        self.run(|inner| async move {
            let caller = inner.sessions.caller().await?;
            let secret = caller.authorized(|token| inner.second_factors.associate(token)).await?;
            let username = caller.user().username.clone();
            Ok(TotpSetupDetails { shared_secret: secret.expose().to_owned(), username })
        })
        .await
    }

    /// Ends setting up an authenticator app, with a code that it shows (`VerifySoftwareToken`). A wrong code can be typed
    /// again. Sign-in asks for codes once [`update_mfa_preference`](Self::update_mfa_preference) has enabled them.
    ///
    /// # Errors
    /// `totp_code_mismatch` (ask again), `totp_not_set_up` (call [`set_up_totp`](Self::set_up_totp) before),
    /// `not_signed_in`, `session_expired`, and what every call may give.
    pub async fn verify_totp_setup(
        &self,
        code: impl Into<String>,
        options: VerifyTotpSetupOptions,
    ) -> Result<(), AuthError> {
        let code = Secret::new(code);
        self.run(|inner| async move {
            let code = Secret::from(check_totp_code("code", code.expose())?);
            let verify = |token| inner.second_factors.verify(token, code.clone(), options.clone());
            inner.sessions.caller().await?.authorized(verify).await?;
            inner.hub.emit(&AuthEvent::TotpVerified);
            Ok(())
        })
        .await
    }

    /// The second factors that sign-in asks the signed-in user for (`GetUser`).
    ///
    /// # Errors
    /// `not_signed_in`, `session_expired`, and what every call may give.
    pub async fn fetch_mfa_preference(&self) -> Result<MfaPreference, AuthError> {
        self.run(|inner| async move {
            inner.sessions.caller().await?.authorized(|token| inner.second_factors.preference(token)).await
        })
        .await
    }

    /// Changes the second factors that sign-in asks the signed-in user for (`SetUserMFAPreference`). A factor that is not
    /// given stays as it is; all three disabled is no second factor. The preferred one stays that unless another one
    /// becomes it.
    ///
    /// # Errors
    /// `validation_failed` (nothing is given, or two are to be preferred), `invalid_parameter` (the user cannot use the
    /// factor, or the pool requires one), `not_signed_in`, `session_expired`, and what every call may give.
    pub async fn update_mfa_preference(
        &self,
        sms: Option<MfaSetting>,
        totp: Option<MfaSetting>,
        email: Option<MfaSetting>,
    ) -> Result<(), AuthError> {
        self.run(|inner| async move {
            let update = PreferenceUpdate::new(sms, totp, email)?;
            inner
                .sessions
                .caller()
                .await?
                .authorized(|token| inner.second_factors.update_preference(token, update))
                .await
        })
        .await
    }
}
