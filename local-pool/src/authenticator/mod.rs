//! A browser or phone with an authenticator, in software: the client's side of W3C WebAuthn Level 3, for tests, demos and
//! simulators without passkeys. It shares no code with the relying party's side.

mod cbor;
mod error;
mod options;
mod passkey;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

pub use self::error::AuthenticatorError;
use self::options::{CreationOptions, RequestOptions};
use self::passkey::Passkey;
use crate::random::Random;

/// The passkeys of one person, in memory. Clones hold the same ones.
///
/// It agrees to everything at once, as a person does who touches the sensor. Its keys are ES256 (RFC 9053, section 2.1),
/// its attestation is none, and its counter stays 0, as with passkeys that are copied to a person's other devices.
#[derive(Clone, Default)]
pub struct Authenticator {
    passkeys: Arc<Mutex<Vec<Passkey>>>,
    origin: Option<String>,
    random: Random,
}

impl Authenticator {
    /// One without passkeys, on pages of `https://<relying party id>`.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same passkeys on pages of another origin, such as `https://app.example.com` or, as Android apps have it,
    /// `android:apk-key-hash:...`. Whether the relying party allows it is the relying party's affair.
    #[must_use]
    pub fn at_origin(&self, origin: impl Into<String>) -> Self {
        Self { origin: Some(origin.into()), ..self.clone() }
    }

    /// Makes a passkey: answers `PublicKeyCredentialCreationOptionsJSON` (the `CredentialCreationOptions` of
    /// StartWebAuthnRegistration) with a `RegistrationResponseJSON`. An older one for the same account is replaced.
    ///
    /// # Errors
    /// Every [`AuthenticatorError`] but [`AuthenticatorError::NoCredential`].
    pub fn create(&self, options: &Value) -> Result<Value, AuthenticatorError> {
        let options = CreationOptions::read(options)?;
        let (rp_id, origin) = options.party.place(self.origin.as_deref())?;
        if !options.takes_es256() {
            return Err(AuthenticatorError::NotSupported);
        }
        let excluded = options::ids(&options.exclude_credentials)?;
        let mut passkeys = self.passkeys();
        if passkeys.iter().any(|passkey| passkey.rp_id == rp_id && excluded.contains(&passkey.id)) {
            return Err(AuthenticatorError::AlreadyRegistered);
        }
        let passkey = Passkey::make(&self.random, rp_id, options::bytes("user.id", &options.user.id)?)?;
        let response = passkey.registration(&options.challenge, &origin);
        passkeys.retain(|other| (&other.rp_id, &other.user_handle) != (&passkey.rp_id, &passkey.user_handle));
        passkeys.push(passkey);
        Ok(response)
    }

    /// Uses a passkey, of several the newest: answers `PublicKeyCredentialRequestOptionsJSON` (what the text
    /// `CREDENTIAL_REQUEST_OPTIONS` of a WEB_AUTHN challenge says) with an `AuthenticationResponseJSON`.
    ///
    /// # Errors
    /// [`AuthenticatorError::NoCredential`] and [`AuthenticatorError::InvalidOptions`].
    pub fn get(&self, options: &Value) -> Result<Value, AuthenticatorError> {
        let options = RequestOptions::read(options)?;
        let (rp_id, origin) = options.party().place(self.origin.as_deref())?;
        let allowed = options::ids(&options.allow_credentials)?;
        let passkeys = self.passkeys();
        let fits = |passkey: &&Passkey| passkey.rp_id == rp_id && (allowed.is_empty() || allowed.contains(&passkey.id));
        let passkey = passkeys.iter().rev().find(fits).ok_or(AuthenticatorError::NoCredential)?;
        passkey.assertion(&options.challenge, &origin)
    }

    /// Loses every passkey, as a person does with their phone.
    pub fn forget_all(&self) {
        self.passkeys().clear();
    }

    fn passkeys(&self) -> MutexGuard<'_, Vec<Passkey>> {
        self.passkeys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let passkeys = self.passkeys().len();
        f.debug_struct("Authenticator").field("passkeys", &passkeys).field("origin", &self.origin).finish()
    }
}

#[cfg(test)]
mod tests;
