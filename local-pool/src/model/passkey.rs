use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::timestamp::seconds;

/// A passkey that a user registered.
#[derive(Clone)]
pub(crate) struct Passkey {
    pub credential_id: Vec<u8>,
    pub relying_party: String,
    /// In COSE's form (RFC 9052, section 7).
    pub public_key: Vec<u8>,
    /// How often the authenticator says it was used; 0 from those that do not count.
    pub sign_count: u32,
    /// The authenticator's model.
    pub aaguid: [u8; 16],
    pub attachment: Option<String>,
    pub transports: Vec<String>,
    pub created_ms: i64,
}

impl Passkey {
    /// An item of `ListWebAuthnCredentials`.
    pub fn description(&self) -> Value {
        let mut description = json!({
            "CredentialId": URL_SAFE_NO_PAD.encode(&self.credential_id),
            "FriendlyCredentialName": friendly_name(&self.aaguid),
            "RelyingPartyId": self.relying_party,
            "AuthenticatorTransports": self.transports,
            "CreatedAt": seconds(self.created_ms),
        });
        if let Some(attachment) = &self.attachment {
            description["AuthenticatorAttachment"] = json!(attachment);
        }
        description
    }
}

/// What the authenticator's model is called, where that is widely known.
fn friendly_name(aaguid: &[u8; 16]) -> &'static str {
    match u128::from_be_bytes(*aaguid) {
        0xfbfc_3007_154e_4ecc_8c0b_6e02_0557_d7bd => "iCloud Keychain",
        0xea9b_8d66_4d01_1d21_3ce4_b6b4_8cb5_75d4 => "Google Password Manager",
        0x0898_7058_cadc_4b81_b6e1_30de_50dc_be96 => "Windows Hello",
        0xbada_5566_a7aa_401f_bd96_4561_9a55_120d => "1Password",
        _ => "Passkey",
    }
}
