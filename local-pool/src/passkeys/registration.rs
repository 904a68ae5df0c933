//! Registering a passkey (section 7.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::attestation;
use super::client_data::ClientData;
use super::credential::{Credential, decode};
use super::flaw::{Checked, Flaw};
use super::public_key::{ES256, RS256};
use super::relying_party::RelyingParty;
use crate::model::passkey::Passkey;
use crate::model::user::User;

/// How many passkeys a user can have.
pub(crate) const MOST_PER_USER: usize = 20;

/// `PublicKeyCredentialCreationOptions`, in the members the service sends.
pub(crate) fn creation_options(
    party: &RelyingParty<'_>,
    user: &User,
    registered: &[Passkey],
    challenge: &[u8],
) -> Value {
    let known =
        |passkey: &Passkey| json!({ "id": URL_SAFE_NO_PAD.encode(&passkey.credential_id), "type": "public-key" });
    json!({
        "rp": { "id": party.id, "name": party.id },
        "user": {
            "id": URL_SAFE_NO_PAD.encode(&user.sub),
            "name": user.username,
            "displayName": user.username,
        },
        "challenge": URL_SAFE_NO_PAD.encode(challenge),
        "pubKeyCredParams": [{ "type": "public-key", "alg": ES256 }, { "type": "public-key", "alg": RS256 }],
        "timeout": 60_000,
        "excludeCredentials": registered.iter().map(known).collect::<Value>(),
        "authenticatorSelection": {
            "requireResidentKey": true,
            "residentKey": "required",
            "userVerification": party.user_verification(),
        },
    })
}

/// A registration as it came; whose challenge it answers is still to be seen.
pub(crate) struct Registration {
    credential: Credential<Response>,
    client_data: ClientData,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    attestation_object: String,
    #[serde(default)]
    transports: Option<Vec<String>>,
}

impl Registration {
    pub fn read(credential: Value) -> Checked<Self> {
        let credential: Credential<Response> = Credential::read(credential)?;
        let client_data = ClientData::read(&decode(&credential.response.client_data_json)?)?;
        Ok(Self { credential, client_data })
    }

    pub fn challenge(&self) -> &[u8] {
        &self.client_data.challenge
    }

    /// Checks everything but the challenge, and gives the new passkey.
    pub fn check(self, party: &RelyingParty<'_>, now_ms: i64) -> Checked<Passkey> {
        self.client_data.check("webauthn.create", party)?;
        let object = decode(&self.credential.response.attestation_object)?;
        let attested = attestation::check(&object, &self.client_data.hash, party)?;
        if attested.credential.credential_id != self.credential.id {
            return Err(Flaw::Malformed);
        }
        Ok(Passkey {
            credential_id: self.credential.id,
            relying_party: party.id.to_owned(),
            public_key: attested.credential.key_bytes,
            sign_count: attested.sign_count,
            aaguid: attested.credential.aaguid,
            attachment: self.credential.attachment,
            transports: self.credential.response.transports.unwrap_or_default(),
            created_ms: now_ms,
        })
    }
}
