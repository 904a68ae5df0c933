//! A browser with an authenticator in software, as the platforms' passkey dialogs are: JSON text in, JSON text out.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use passkey_authenticator::{Authenticator, MemoryStore, UiHint, UserCheck, UserValidationMethod};
use passkey_client::{Client, DefaultClientData, WebauthnError};
use passkey_crypto::rust_crypto::RustCryptoBackend;
use passkey_types::Passkey;
use passkey_types::ctap2::{Aaguid, Ctap2Error};
use serde_json::{Value, json};
use url::Url;

/// One person's passkeys on one device.
#[derive(Clone, Default)]
pub struct SoftwareAuthenticator {
    passkeys: MemoryStore,
}

impl SoftwareAuthenticator {
    /// Makes a passkey, on a page of `origin`.
    pub async fn create(&mut self, origin: &str, options: &str) -> Result<String, WebauthnError> {
        let mut client = Client::new(self.device());
        let request = serde_json::from_value(public_key(options)).unwrap();
        let created = client.register(&Url::parse(origin).unwrap(), request, DefaultClientData).await?;
        self.passkeys = client.authenticator().store().clone();
        Ok(serde_json::to_string(&created).unwrap())
    }

    /// Signs with a passkey, on a page of `origin`.
    pub async fn get(&mut self, origin: &str, options: &str) -> Result<String, WebauthnError> {
        let mut client = Client::new(self.device());
        let request = serde_json::from_value(public_key(options)).unwrap();
        let signed = client.authenticate(&Url::parse(origin).unwrap(), request, DefaultClientData).await?;
        self.passkeys = client.authenticator().store().clone();
        Ok(serde_json::to_string(&signed).unwrap())
    }

    fn device(&self) -> Authenticator<MemoryStore, Person, RustCryptoBackend> {
        Authenticator::new(Aaguid::new_empty(), self.passkeys.clone(), Person, RustCryptoBackend)
    }
}

fn public_key(options: &str) -> Value {
    json!({ "publicKey": serde_json::from_str::<Value>(options).unwrap() })
}

/// Who agrees to everything, but to two passkeys for one account on one device.
struct Person;

#[async_trait::async_trait]
impl UserValidationMethod for Person {
    type PasskeyItem = Passkey;

    async fn check_user<'a>(
        &self,
        hint: UiHint<'a, Passkey>,
        presence: bool,
        verification: bool,
    ) -> Result<UserCheck, Ctap2Error> {
        match hint {
            UiHint::InformExcludedCredentialFound(_) => Err(Ctap2Error::CredentialExcluded),
            _ => Ok(UserCheck { presence, verification }),
        }
    }

    fn is_presence_enabled(&self) -> bool {
        true
    }

    fn is_verification_enabled(&self) -> Option<bool> {
        Some(true)
    }
}
