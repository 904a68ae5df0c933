//! The calls about the signed-in user's passkeys.

use super::AuthClient;
use crate::error::{AuthError, InputError};
use crate::passkeys::{ListPasskeysOptions, PasskeyPage, RegistrationResponse};

impl AuthClient {
    /// Begins to register a passkey for the signed-in user (`StartWebAuthnRegistration`): the options for the platform's
    /// dialog, as JSON text (W3C's `PublicKeyCredentialCreationOptionsJSON`).
    ///
    /// # Errors
    /// `passkey_not_enabled`, `passkey_configuration_missing`, `limit_exceeded`, `not_signed_in`, `session_expired`, and
    /// what every call may give.
    pub async fn begin_passkey_registration(&self) -> Result<String, AuthError> {
        self.run(|inner| async move {
            inner.sessions.caller().await?.authorized(|token| inner.passkeys.begin_registration(token)).await
        })
        .await
    }

    /// Registers the passkey that the platform's dialog made, given as JSON text (W3C's `RegistrationResponseJSON`;
    /// `CompleteWebAuthnRegistration`).
    ///
    /// # Errors
    /// `validation_failed` (the text is none of these), `passkey_challenge_not_found` (begin again),
    /// `passkey_relying_party_mismatch`, `passkey_origin_not_allowed`, `passkey_client_mismatch`,
    /// `passkey_not_supported`, `not_signed_in`, `session_expired`, and what every call may give.
    pub async fn complete_passkey_registration(&self, credential_json: &str) -> Result<(), AuthError> {
        let response = RegistrationResponse::from_json(credential_json);
        self.run(|inner| async move {
            let response = response?;
            let complete = |token| inner.passkeys.complete_registration(token, response.clone());
            inner.sessions.caller().await?.authorized(complete).await
        })
        .await
    }

    /// A page of the signed-in user's passkeys (`ListWebAuthnCredentials`).
    ///
    /// # Errors
    /// `not_signed_in`, `session_expired`, and what every call may give.
    pub async fn list_passkeys(&self, options: ListPasskeysOptions) -> Result<PasskeyPage, AuthError> {
        self.run(|inner| async move {
            options.check()?;
            inner.sessions.caller().await?.authorized(|token| inner.passkeys.list(token, options.clone())).await
        })
        .await
    }

    /// Deletes a passkey at the service (`DeleteWebAuthnCredential`). The device keeps its part until the user removes
    /// it there.
    ///
    /// # Errors
    /// `resource_not_found` (there is no such passkey), `not_signed_in`, `session_expired`, and what every call may give.
    pub async fn delete_passkey(&self, credential_id: impl Into<String>) -> Result<(), AuthError> {
        let id = credential_id.into();
        self.run(|inner| async move {
            if id.is_empty() {
                return Err(InputError::new("credentialId", "the passkey's id is empty").into());
            }
            inner.sessions.caller().await?.authorized(|token| inner.passkeys.delete(token, id.clone())).await
        })
        .await
    }
}
