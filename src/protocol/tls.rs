//! TLS: rustls with ring and the bundled Mozilla roots. Nothing process-wide is installed or replaced, and nothing here
//! panics. (reqwest links the platform verifier whether we use it or not; only the feature uses it.)

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::{CryptoProvider, ring};

/// TLS 1.2 and 1.3 as this build trusts.
///
/// # Errors
/// When the platform's trust cannot be reached (feature `platform-verifier`), in words for the developer.
pub(super) fn client_config() -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let verified = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    trust(verified, &provider)
}

type Builder = rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>;

#[cfg(not(feature = "platform-verifier"))]
fn trust(builder: Builder, _provider: &Arc<CryptoProvider>) -> Result<ClientConfig, String> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(feature = "platform-verifier")]
fn trust(builder: Builder, provider: &Arc<CryptoProvider>) -> Result<ClientConfig, String> {
    let verifier = super::platform_trust::Guarded::new(provider.clone())?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}
