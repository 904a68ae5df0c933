//! Signing in with a passkey (section 7.2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::authenticator_data::AuthenticatorData;
use super::client_data::ClientData;
use super::credential::{Credential, decode};
use super::flaw::{Checked, Flaw};
use super::public_key::PublicKey;
use super::relying_party::RelyingParty;
use crate::crypto::same_secret;
use crate::model::passkey::Passkey;
use crate::model::user::User;

/// `PublicKeyCredentialRequestOptions`, in the members the service sends.
pub(crate) fn request_options(party: &RelyingParty<'_>, registered: &[Passkey], challenge: &[u8]) -> Value {
    let allowed = |passkey: &Passkey| {
        let id = json!(URL_SAFE_NO_PAD.encode(&passkey.credential_id));
        let mut descriptor = Map::from_iter([("type".to_owned(), json!("public-key")), ("id".to_owned(), id)]);
        if !passkey.transports.is_empty() {
            descriptor.insert("transports".into(), json!(passkey.transports));
        }
        Value::Object(descriptor)
    };
    json!({
        "challenge": URL_SAFE_NO_PAD.encode(challenge),
        "timeout": 180_000,
        "rpId": party.id,
        "allowCredentials": registered.iter().map(allowed).collect::<Value>(),
        "userVerification": party.user_verification(),
    })
}

/// An assertion as it came; which passkey made it is still to be found.
pub(crate) struct Assertion {
    credential: Credential<Response>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    authenticator_data: String,
    signature: String,
    #[serde(default)]
    user_handle: Option<String>,
}

impl Assertion {
    /// Reads the JSON text of a `CREDENTIAL` parameter.
    pub fn read(text: &str) -> Checked<Self> {
        let credential = serde_json::from_str(text).map_err(|_| Flaw::Malformed)?;
        Ok(Self { credential: Credential::read(credential)? })
    }

    pub fn credential_id(&self) -> &[u8] {
        &self.credential.id
    }

    /// Checks that `passkey` of `user` signed `challenge`, and gives the counter to keep.
    pub fn check(&self, party: &RelyingParty<'_>, passkey: &Passkey, user: &User, challenge: &[u8]) -> Checked<u32> {
        let response = &self.credential.response;
        let handle = response.user_handle.as_deref().filter(|handle| !handle.is_empty());
        if handle.map(decode).transpose()?.is_some_and(|handle| handle != user.sub.as_bytes()) {
            return Err(Flaw::OtherUser);
        }
        let client_data = ClientData::read(&decode(&response.client_data_json)?)?;
        if !same_secret(&client_data.challenge, challenge) {
            return Err(Flaw::OtherChallenge);
        }
        client_data.check("webauthn.get", party)?;
        let bytes = decode(&response.authenticator_data)?;
        let data = AuthenticatorData::read(&bytes)?;
        data.check(party)?;
        let signed = [bytes.as_slice(), &client_data.hash].concat();
        PublicKey::read(&passkey.public_key)?.check(&signed, &decode(&response.signature)?)?;
        let counts = data.sign_count != 0 || passkey.sign_count != 0;
        if counts && data.sign_count <= passkey.sign_count {
            return Err(Flaw::CounterNotGrown);
        }
        Ok(data.sign_count)
    }
}
