//! The JSON form of a credential, `RegistrationResponseJSON` or `AuthenticationResponseJSON` (section 5.1).

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::flaw::{Checked, Flaw};

/// Unpadded by the standard; some clients pad.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Form<R> {
    id: String,
    raw_id: Option<String>,
    r#type: String,
    response: R,
    authenticator_attachment: Option<String>,
}

/// A credential with its response decoded no further.
pub(super) struct Credential<R> {
    pub id: Vec<u8>,
    pub response: R,
    pub attachment: Option<String>,
}

impl<R: DeserializeOwned> Credential<R> {
    pub fn read(credential: Value) -> Checked<Self> {
        let form: Form<R> = serde_json::from_value(credential).map_err(|_| Flaw::Malformed)?;
        let id = decode(&form.id)?;
        let raw_id = form.raw_id.as_deref().map_or_else(|| Ok(id.clone()), decode)?;
        if form.r#type != "public-key" || raw_id != id {
            return Err(Flaw::Malformed);
        }
        let known = |name: &String| matches!(name.as_str(), "platform" | "cross-platform");
        Ok(Self { id, response: form.response, attachment: form.authenticator_attachment.filter(known) })
    }
}

pub(super) fn decode(text: &str) -> Checked<Vec<u8>> {
    BASE64URL.decode(text).map_err(|_| Flaw::Malformed)
}
