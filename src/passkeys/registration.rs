//! Registering a passkey: the service's options go to the platform as JSON text, its answer goes back as JSON text.

use serde_json::{Map, Value};

use super::Passkeys;
use crate::error::{InputError, Result};
use crate::protocol::user_pool::{CompleteWebAuthnRegistration, StartWebAuthnRegistration};
use crate::support::secret::Secret;

/// What the platform's dialog gave: W3C's `RegistrationResponseJSON`.
#[derive(Clone)]
pub(crate) struct RegistrationResponse(Map<String, Value>);

impl RegistrationResponse {
    /// From its JSON text. What the service could not use at all is refused here.
    pub fn from_json(text: &str) -> Result<Self, InputError> {
        let refused = |problem: &str| InputError::new("credentialJson", problem);
        let object: Map<String, Value> = serde_json::from_str(text)
            .map_err(|_| refused("should be the JSON object that the platform's passkey dialog gave"))?;
        for name in ["id", "rawId", "type"] {
            if object.get(name).and_then(Value::as_str).is_none_or(str::is_empty) {
                return Err(refused(&format!("should have a text under {name}")));
            }
        }
        if !object.get("response").is_some_and(Value::is_object) {
            return Err(refused("should have an object under response"));
        }
        Ok(Self(object))
    }
}

impl Passkeys {
    /// W3C's `PublicKeyCredentialCreationOptionsJSON`, as text.
    pub async fn begin_registration(&self, access_token: Secret) -> Result<String> {
        let answer = self.pool.call(&StartWebAuthnRegistration { access_token }).await?;
        Ok(Value::Object(answer.credential_creation_options).to_string())
    }

    pub async fn complete_registration(&self, access_token: Secret, response: RegistrationResponse) -> Result<()> {
        let call = CompleteWebAuthnRegistration { access_token, credential: response.0 };
        self.pool.call(&call).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_registration_response_is_refused() {
        let fine = r#"{"id":"a","rawId":"a","type":"public-key","response":{},"more":1}"#;
        assert!(RegistrationResponse::from_json(fine).is_ok());
        for wrong in [
            "",
            "null",
            "[]",
            "\"{}\"",
            "{}",
            r#"{"id":"","rawId":"a","type":"public-key","response":{}}"#,
            r#"{"id":"a","type":"public-key","response":{}}"#,
            r#"{"id":"a","rawId":"a","response":{}}"#,
            r#"{"id":"a","rawId":"a","type":"public-key"}"#,
            r#"{"id":"a","rawId":"a","type":"public-key","response":"{}"}"#,
        ] {
            let refused = RegistrationResponse::from_json(wrong).err().map(|error| error.field);
            assert_eq!(refused, Some("credentialJson"), "{wrong}");
        }
    }
}
