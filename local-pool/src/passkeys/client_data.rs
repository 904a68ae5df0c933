//! `CollectedClientData`: what the browser or the phone says the signature is for (section 5.8.1).

use serde::Deserialize;

use super::credential::decode;
use super::flaw::{Checked, Flaw};
use super::relying_party::RelyingParty;
use crate::crypto::sha256;

pub(super) struct ClientData {
    /// SHA-256 of the text as it came, which is what is signed.
    pub hash: [u8; 32],
    pub challenge: Vec<u8>,
    ceremony: String,
    origin: String,
    cross_origin: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Text {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: Option<bool>,
}

impl ClientData {
    /// Reads `clientDataJSON`.
    pub fn read(bytes: &[u8]) -> Checked<Self> {
        let text: Text = serde_json::from_slice(bytes).map_err(|_| Flaw::Malformed)?;
        Ok(Self {
            hash: sha256(&[bytes]),
            challenge: decode(&text.challenge)?,
            ceremony: text.r#type,
            origin: text.origin,
            cross_origin: text.cross_origin == Some(true),
        })
    }

    /// Checks everything but the challenge.
    pub fn check(&self, ceremony: &str, party: &RelyingParty<'_>) -> Checked<()> {
        if self.ceremony != ceremony {
            return Err(Flaw::OtherCeremony);
        }
        // In another site's frame the address bar shows that site's name.
        if self.cross_origin || !party.allows(&self.origin) {
            return Err(Flaw::OriginNotAllowed);
        }
        Ok(())
    }
}
