//! The signed-in user's passkeys.

use super::AuthCore;
use super::table::calls;
use crate::error::{AuthError, PasskeyFailure};
use crate::passkeys::{ListPasskeysOptions, PasskeyPage};

calls! {
    /// Begins to register a passkey: the options for the platform's dialog, as JSON text.
    fn begin_passkey_registration(client) -> String { client.begin_passkey_registration() }

    /// Registers the passkey that the platform's dialog made, given as JSON text.
    fn complete_passkey_registration(client, credential_json: String) -> () {
        client.complete_passkey_registration(&credential_json)
    }

    /// A page of the signed-in user's passkeys.
    fn list_passkeys(client, options: ListPasskeysOptions) -> PasskeyPage { client.list_passkeys(options) }

    /// Deletes a passkey at the service.
    fn delete_passkey(client, credential_id: String) -> () { client.delete_passkey(credential_id) }
}

/// The error of a passkey dialog that gave no passkey. The text is the platform's, for developers and logs.
#[uniffi::export]
pub fn passkey_error(outcome: PasskeyFailure, text: String) -> AuthError {
    AuthError::passkey(outcome, text)
}
