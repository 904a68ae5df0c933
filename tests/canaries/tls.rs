//! TLS in front of local-pool, with a certificate that only the scanned process trusts.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

pub struct Relay {
    port: u16,
    certificate: tempfile::NamedTempFile,
}

impl Relay {
    pub async fn start(endpoint: &str) -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let server = rustls::ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let mut certificate = tempfile::NamedTempFile::new().unwrap();
        let base64 = STANDARD.encode(made.cert.der());
        let lines: Vec<_> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        write!(certificate, "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n")).unwrap();

        let acceptor = TlsAcceptor::from(Arc::new(server));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let pool = endpoint.trim_start_matches("http://").trim_end_matches('/').to_owned();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, pool) = (acceptor.clone(), pool.clone());
                tokio::spawn(async move {
                    let mut client = acceptor.accept(stream).await.unwrap();
                    let mut pool = TcpStream::connect(pool).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut pool).await;
                });
            }
        });
        Self { port, certificate }
    }

    pub fn endpoint(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// The file to trust.
    pub fn certificate(&self) -> &Path {
        self.certificate.path()
    }
}
