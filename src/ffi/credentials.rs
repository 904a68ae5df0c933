//! AWS credentials and the providers of federated tokens as Swift and Kotlin have them.

use std::sync::Arc;
use std::time::SystemTime;

use crate::credentials::{self, AwsCredentials, FederatedToken, FederatedTokenFailure};
use crate::support::shown::shows;

/// Temporary credentials for AWS services, of one identity of the identity pool. They work until they expire, usually for
/// an hour: a sign-out, even a global one, does not end them sooner.
#[derive(Clone, uniffi::Record)]
pub struct AwsCredentialSet {
    /// Whose they are, for example `eu-west-1:00000000-1111-2222-3333-444444444444`.
    pub identity_id: String,
    /// The access key's id.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: String,
    /// The session token, which goes with every request.
    pub session_token: String,
    /// When they expire, by the service's clock.
    pub expires_at: SystemTime,
}
shows!(AwsCredentialSet { expires_at });

impl From<AwsCredentials> for AwsCredentialSet {
    fn from(credentials: AwsCredentials) -> Self {
        Self {
            identity_id: credentials.identity_id().to_owned(),
            access_key_id: credentials.access_key_id().to_owned(),
            secret_access_key: credentials.secret_access_key().to_owned(),
            session_token: credentials.session_token().to_owned(),
            expires_at: credentials.expires_at(),
        }
    }
}

/// Why there is no new token of a provider.
#[derive(Clone, Debug, thiserror::Error, uniffi::Error)]
pub enum FederatedTokenError {
    /// The provider refuses one: its session is over, and the person has to sign in there again.
    #[error("{detail}")]
    Refused {
        /// Why; no secret.
        detail: String,
    },
    /// The provider could not be asked, for example offline: the next call asks again.
    #[error("{detail}")]
    Unavailable {
        /// Why; no secret.
        detail: String,
    },
}

/// An exception that the implementation did not declare. Its text is dropped: it can hold a token.
impl From<uniffi::UnexpectedUniFFICallbackError> for FederatedTokenError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable { detail: "the token provider threw something unexpected".to_owned() }
    }
}

/// Gives new tokens of a provider, as the facades hand it to the core.
#[uniffi::export(foreign)]
pub trait CoreTokenProvider: Send + Sync {
    /// A token that is new. May block, for as long as the call that needs it has time.
    fn fetch_token(&self) -> Result<FederatedToken, FederatedTokenError>;
}

/// A foreign token provider as the core sees it.
pub(super) struct BridgedTokenProvider(pub Arc<dyn CoreTokenProvider>);

impl std::fmt::Debug for BridgedTokenProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BridgedTokenProvider")
    }
}

impl credentials::FederatedTokenProvider for BridgedTokenProvider {
    fn fetch_token(&self) -> Result<FederatedToken, FederatedTokenFailure> {
        self.0.fetch_token().map_err(|error| match error {
            FederatedTokenError::Refused { detail } => FederatedTokenFailure::Refused(detail),
            FederatedTokenError::Unavailable { detail } => FederatedTokenFailure::Unavailable(detail),
        })
    }
}
