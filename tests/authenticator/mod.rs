//! The authenticator in software of local-pool's own stories, as the platforms' passkey dialogs are: JSON text in, JSON
//! text out.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../local-pool/tests/stories/client/authenticator.rs"]
mod software;

use passkey_client::WebauthnError;

/// One person's passkeys on one device.
#[derive(Clone, Default)]
pub struct SoftwareAuthenticator(software::SoftwareAuthenticator);

impl SoftwareAuthenticator {
    /// Makes a passkey, on a page of `origin`.
    pub async fn create(&mut self, origin: &str, options: &str) -> Result<String, WebauthnError> {
        let created = self.0.create(origin, &serde_json::from_str(options).unwrap()).await?;
        Ok(created.to_string())
    }

    /// Signs with a passkey, on a page of `origin`.
    pub async fn get(&mut self, origin: &str, options: &str) -> Result<String, WebauthnError> {
        self.0.get(origin, options).await
    }
}
