//! TLS: rustls with ring and the bundled Mozilla roots. Nothing process-wide is installed or replaced, and nothing here
//! panics.

use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::{CryptoProvider, KeyProvider, ring};
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::SigningKey;

/// TLS 1.2 and 1.3 as this build trusts.
///
/// # Errors
/// When the platform's trust cannot be reached (feature `platform-verifier`), in words for the developer.
pub(super) fn client_config() -> Result<ClientConfig, String> {
    let provider = Arc::new(CryptoProvider { key_provider: &NoKeys, ..ring::default_provider() });
    let verified = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    trust(verified, &provider)
}

/// Nobody proves themselves by a certificate here, so what signs with private keys stays out of the library.
#[derive(Debug)]
struct NoKeys;

impl KeyProvider for NoKeys {
    fn load_private_key(&self, _key: PrivateKeyDer<'static>) -> Result<Arc<dyn SigningKey>, rustls::Error> {
        Err(rustls::Error::General("this client has no certificate of its own".to_owned()))
    }
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

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;
    use zeroize::Zeroizing;

    use super::*;
    use crate::config::AuthConfiguration;
    use crate::protocol::{HttpRequest, TransportError, default_transport};

    async fn server_of_an_unknown_root() -> url::Url {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let key = rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let server = rustls::ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(server));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                assert!(acceptor.accept(stream).await.is_err(), "the client shook hands");
            }
        });
        url::Url::parse(&url).unwrap()
    }

    #[tokio::test]
    async fn a_certificate_of_an_unknown_root_is_no_connection() {
        let configuration = AuthConfiguration::builder("eu-west-1_A", "c").build().unwrap();
        let transport = default_transport(&configuration);
        let body = Zeroizing::new(b"{}".to_vec());
        let request = HttpRequest { url: server_of_an_unknown_root().await, headers: vec![], body };
        let found = transport.send(request).await.map(drop);
        let Err(TransportError::NotConnected(why)) = found else { panic!("{found:?}") };
        assert!(why.contains("certificate"), "{why}");
        assert!(CryptoProvider::get_default().is_none(), "something was installed process-wide");
    }
}
