//! A browser with an authenticator in software, for passkeys. It takes the JSON that the service sends, gives the JSON
//! that platforms give, and shares no code with the server.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use passkey_authenticator::{Authenticator, MemoryStore, UiHint, UserCheck, UserValidationMethod};
use passkey_client::{Client, DefaultClientData, DefaultClientDataWithCustomHash, WebauthnError};
use passkey_crypto::hash::Sha256Backend as _;
use passkey_crypto::rust_crypto::RustCryptoBackend;
use passkey_types::Passkey;
use passkey_types::ctap2::{Aaguid, Ctap2Error};
use reqwest::Url;
use serde_json::{Value, json};

/// The passkeys of one person.
#[derive(Clone, Default)]
pub struct SoftwareAuthenticator {
    passkeys: MemoryStore,
    counts: bool,
}

impl SoftwareAuthenticator {
    /// One that counts how often its passkeys are used, as those do that cannot be copied.
    pub fn counting() -> Self {
        Self { counts: true, ..Self::default() }
    }

    /// Answers `CredentialCreationOptions` with the JSON of a new credential, on a page of `origin`.
    pub async fn create(&mut self, origin: &str, options: &Value) -> Result<Value, WebauthnError> {
        let request = serde_json::from_value(json!({ "publicKey": options })).unwrap();
        let mut client = Client::new(self.authenticator());
        let created = client.register(&Url::parse(origin).unwrap(), request, DefaultClientData).await?;
        self.passkeys = client.authenticator().store().clone();
        Ok(serde_json::to_value(created).unwrap())
    }

    /// Answers the JSON text of `CREDENTIAL_REQUEST_OPTIONS` with the JSON text of an assertion.
    pub async fn get(&mut self, origin: &str, options: &str) -> Result<String, WebauthnError> {
        let options: Value = serde_json::from_str(options).unwrap();
        let request = serde_json::from_value(json!({ "publicKey": options })).unwrap();
        let mut client = Client::new(self.authenticator());
        let signed = client.authenticate(&Url::parse(origin).unwrap(), request, DefaultClientData).await?;
        self.passkeys = client.authenticator().store().clone();
        Ok(serde_json::to_string(&signed).unwrap())
    }

    /// As [`Self::get`], but signs client data that `change` was let at: what no honest browser does.
    pub async fn get_forged(&mut self, origin: &str, options: &str, change: impl FnOnce(&mut Value)) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        let mut data = json!({ "type": "webauthn.get", "challenge": options["challenge"], "origin": origin });
        change(&mut data);
        let data = data.to_string();
        let hash = passkey_crypto::AvailableSha2::sha256(data.as_bytes()).to_vec();
        let request = serde_json::from_value(json!({ "publicKey": options })).unwrap();
        let mut client = Client::new(self.authenticator());
        let url = Url::parse(origin).unwrap();
        let signed = client.authenticate(&url, request, DefaultClientDataWithCustomHash(hash)).await.unwrap();
        let mut signed = serde_json::to_value(signed).unwrap();
        signed["response"]["clientDataJSON"] = json!(URL_SAFE_NO_PAD.encode(data));
        signed.to_string()
    }

    fn authenticator(&self) -> Authenticator<MemoryStore, Person, RustCryptoBackend> {
        let mut authenticator =
            Authenticator::new(Aaguid::new_empty(), self.passkeys.clone(), Person, RustCryptoBackend);
        authenticator.set_make_credentials_with_signature_counter(self.counts);
        authenticator
    }
}

/// Changes a member of the client data inside a credential, without signing it anew.
pub fn change_client_data(credential: &mut Value, change: impl FnOnce(&mut Value)) {
    let text = credential["response"]["clientDataJSON"].as_str().unwrap();
    let mut data: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap();
    change(&mut data);
    credential["response"]["clientDataJSON"] = json!(URL_SAFE_NO_PAD.encode(data.to_string()));
}

/// Who sits before the authenticator and agrees to everything, but to two passkeys for one account.
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
