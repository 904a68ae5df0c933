//! The signed-in user's passkeys.

use std::sync::Arc;

use super::AuthCore;
use crate::error::{AuthError, PasskeyFailure};
use crate::ffi::cancel::CancelToken;
use crate::ffi::runtime::run;
use crate::passkeys::{ListPasskeysOptions, PasskeyPage};

#[uniffi::export]
impl AuthCore {
    /// Begins to register a passkey: the options for the platform's dialog, as JSON text.
    pub async fn begin_passkey_registration(&self, cancel: Option<Arc<CancelToken>>) -> Result<String, AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.begin_passkey_registration().await }).await
    }

    /// Registers the passkey that the platform's dialog made, given as JSON text.
    pub async fn complete_passkey_registration(
        &self,
        credential_json: String,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<(), AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.complete_passkey_registration(&credential_json).await }).await
    }

    /// A page of the signed-in user's passkeys.
    pub async fn list_passkeys(
        &self,
        options: ListPasskeysOptions,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<PasskeyPage, AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.list_passkeys(options).await }).await
    }

    /// Deletes a passkey at the service.
    pub async fn delete_passkey(
        &self,
        credential_id: String,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<(), AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.delete_passkey(credential_id).await }).await
    }
}

/// The error of a passkey dialog that gave no passkey. The text is the platform's, for developers and logs.
#[uniffi::export]
pub fn passkey_error(outcome: PasskeyFailure, text: String) -> AuthError {
    AuthError::passkey(outcome, text)
}
