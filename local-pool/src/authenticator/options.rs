//! The JSON form of the options (section 5.1.8 and 5.1.9), in the members that matter to an authenticator.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Url;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::AuthenticatorError;

const ES256: i64 = -7;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreationOptions {
    #[serde(rename = "rp")]
    pub party: Party,
    pub user: User,
    pub challenge: String,
    pub_key_cred_params: Vec<KeyKind>,
    #[serde(default)]
    pub exclude_credentials: Vec<Descriptor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestOptions {
    pub challenge: String,
    rp_id: Option<String>,
    #[serde(default)]
    pub allow_credentials: Vec<Descriptor>,
}

#[derive(Deserialize)]
pub(super) struct Party {
    id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct User {
    pub id: String,
}

#[derive(Deserialize)]
struct KeyKind {
    alg: i64,
}

#[derive(Deserialize)]
pub(super) struct Descriptor {
    id: String,
}

impl CreationOptions {
    pub fn read(options: &Value) -> Result<Self, AuthenticatorError> {
        read(options)
    }

    /// Whether the relying party takes the one kind of key there is; no list means that it takes the usual ones.
    pub fn takes_es256(&self) -> bool {
        self.pub_key_cred_params.is_empty() || self.pub_key_cred_params.iter().any(|kind| kind.alg == ES256)
    }
}

impl RequestOptions {
    pub fn read(options: &Value) -> Result<Self, AuthenticatorError> {
        read(options)
    }

    pub fn party(&self) -> Party {
        Party { id: self.rp_id.clone() }
    }
}

impl Party {
    /// The relying party's id and the origin of the page: each follows from the other where it is not given.
    pub fn place(&self, origin: Option<&str>) -> Result<(String, String), AuthenticatorError> {
        match (self.id.clone().filter(|id| !id.is_empty()), origin) {
            (Some(id), Some(origin)) => Ok((id, origin.to_owned())),
            (Some(id), None) => {
                let origin = format!("https://{id}");
                Ok((id, origin))
            }
            (None, Some(origin)) => {
                let host = Url::parse(origin).ok().and_then(|url| url.host_str().map(str::to_owned));
                let host = host.ok_or_else(|| invalid("neither they nor the origin name a relying party"))?;
                Ok((host, origin.to_owned()))
            }
            (None, None) => Err(invalid("they name no relying party")),
        }
    }
}

pub(super) fn ids(descriptors: &[Descriptor]) -> Result<Vec<Vec<u8>>, AuthenticatorError> {
    descriptors.iter().map(|descriptor| bytes("a credential's id", &descriptor.id)).collect()
}

pub(super) fn bytes(name: &str, text: &str) -> Result<Vec<u8>, AuthenticatorError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid(&format!("{name} is not base64url without padding")))
}

fn read<T: DeserializeOwned>(options: &Value) -> Result<T, AuthenticatorError> {
    T::deserialize(options.clone()).map_err(|error| invalid(&error.to_string()))
}

fn invalid(reason: &str) -> AuthenticatorError {
    AuthenticatorError::InvalidOptions(reason.to_owned())
}
