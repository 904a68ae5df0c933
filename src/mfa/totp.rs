//! Setting up an authenticator app (RFC 6238): the shared secret, then a code that proves that the app has it.

use super::SecondFactors;
use crate::error::{Error, Result};
use crate::protocol::user_pool::{AssociateSoftwareToken, VerifySoftwareToken};
use crate::support::secret::Secret;
use crate::support::shown::shows;

/// Options of `verifyTOTPSetup`.
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct VerifyTotpSetupOptions {
    /// A name for the device that the authenticator app is on; sign-in shows it when it asks for a code.
    #[uniffi(default = None)]
    pub friendly_device_name: Option<String>,
}
shows!(VerifyTotpSetupOptions {});

impl VerifyTotpSetupOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the device that the authenticator app is on.
    #[must_use]
    pub fn friendly_device_name(mut self, name: impl Into<String>) -> Self {
        self.friendly_device_name = Some(name.into());
        self
    }
}

impl SecondFactors {
    /// A new shared secret, in Base32. It counts once a code of it was verified.
    pub async fn associate(&self, access_token: Secret) -> Result<Secret> {
        let call = AssociateSoftwareToken { access_token: Some(access_token), session: None };
        let answer = self.pool.call(&call).await?;
        answer.secret_code.ok_or_else(|| Error::bad_answer("the service gave no secret for the authenticator app"))
    }

    pub async fn verify(&self, access_token: Secret, code: Secret, options: VerifyTotpSetupOptions) -> Result<()> {
        let call = VerifySoftwareToken {
            access_token: Some(access_token),
            session: None,
            user_code: code,
            friendly_device_name: options.friendly_device_name.filter(|name| !name.is_empty()),
        };
        let answer = self.pool.call(&call).await.map_err(|error| error.without([call.user_code.expose()]))?;
        if answer.is_verified() { Ok(()) } else { Err(Error::TotpNotVerified) }
    }
}
