//! The operating system's trust, made safe: on Android the verifier panics when nobody has given it a Context, and a
//! panic must not reach an app. Here it becomes a failed handshake.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;

/// The platform's verifier behind a wall that panics do not cross.
#[derive(Debug)]
pub(super) struct Guarded(Verifier);

impl Guarded {
    pub fn new(provider: Arc<CryptoProvider>) -> Result<Self, String> {
        let made = catch_unwind(AssertUnwindSafe(|| Verifier::new(provider)));
        made.map_err(|_| UNREADY.to_owned())?.map(Self).map_err(|error| error.to_string())
    }
}

const UNREADY: &str =
    "the platform's certificate verifier is not ready (on Android it needs the application's Context first)";

fn guard<T>(verify: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(verify)).unwrap_or_else(|_| Err(Error::General(UNREADY.to_owned())))
}

impl ServerCertVerifier for Guarded {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        guard(|| self.0.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        guard(|| self.0.verify_tls12_signature(message, certificate, signature))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        guard(|| self.0.verify_tls13_signature(message, certificate, signature))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        catch_unwind(AssertUnwindSafe(|| self.0.supported_verify_schemes())).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_the_platform_is_a_failed_handshake() {
        let found = guard::<()>(|| panic!("not initialised"));
        assert_eq!(found, Err(Error::General(UNREADY.to_owned())));
        assert_eq!(guard(|| Ok(1)), Ok(1));
    }
}
