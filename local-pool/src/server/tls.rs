//! The certificate that the server shows where it is to speak https: one's own, or one that it made itself.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig as Tls;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::config::TlsConfig;

/// What connections are encrypted with.
#[derive(Clone)]
pub(crate) struct Certificate {
    pub acceptor: TlsAcceptor,
    /// The certificates as PEM, for clients to trust.
    pub pem: String,
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificate").finish_non_exhaustive()
    }
}

/// Reads the certificate of the configuration, or that of an earlier start beside the data, or makes one for `names`.
pub(crate) fn certificate(config: &TlsConfig, data: Option<&Path>, names: &[String]) -> io::Result<Certificate> {
    let (pem, key) = match (&config.certificate, &config.key) {
        (Some(certificate), Some(key)) => (std::fs::read_to_string(certificate)?, std::fs::read_to_string(key)?),
        (None, None) => own(data, names)?,
        _ => return Err(io::Error::other("a certificate needs its key, and a key its certificate")),
    };
    let chain = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>().map_err(unusable)?;
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(unusable)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = Tls::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(unusable)?;
    Ok(Certificate { acceptor: TlsAcceptor::from(Arc::new(config)), pem })
}

/// Made once for a data file, so that who trusts it once trusts it at the next start; without one, at each start.
fn own(data: Option<&Path>, names: &[String]) -> io::Result<(String, String)> {
    let files = data.map(|data| (beside(data, "-tls.pem"), beside(data, "-tls-key.pem")));
    if let Some((certificate, key)) = &files
        && let (Ok(certificate), Ok(key)) = (std::fs::read_to_string(certificate), std::fs::read_to_string(key))
    {
        return Ok((certificate, key));
    }
    let made = rcgen::generate_simple_self_signed(names.to_vec()).map_err(unusable)?;
    let (pem, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    if let Some((certificate_file, key_file)) = files {
        write_secret(&key_file, &key)?;
        std::fs::write(certificate_file, &pem)?;
    }
    Ok((pem, key))
}

fn beside(data: &Path, ending: &str) -> PathBuf {
    let mut name = data.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// For its owner alone.
fn write_secret(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

fn unusable(error: impl std::fmt::Display) -> io::Error {
    io::Error::other(format!("the certificate cannot be used: {error}"))
}
