//! Where a new token of another provider comes from, while somebody is federated.

use crate::support::shown::shows;
use std::time::SystemTime;

/// A token of another provider.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct FederatedToken {
    /// The token.
    pub token: String,
    /// When it expires, if that is known: the next one is then asked for before.
    #[uniffi(default = None)]
    pub expires_at: Option<SystemTime>,
}
shows!(FederatedToken { expires_at });

/// Why there is no new token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FederatedTokenFailure {
    /// The provider refuses one: its session is over, and the person has to sign in there again.
    #[error("the provider refuses a new token: {0}")]
    Refused(String),
    /// The provider could not be asked, for example offline: the next call asks again.
    #[error("the provider could not be asked: {0}")]
    Unavailable(String),
}

/// Gives new tokens of a provider (the `refreshHandlers` of Amplify for JavaScript). Asked from a background thread, no
/// more than once at a time, shortly before the present token expires or when the identity pool says that it has.
pub trait FederatedTokenProvider: Send + Sync + std::fmt::Debug {
    /// A token that is new. May block, for as long as the call that needs it has time.
    ///
    /// # Errors
    /// Why there is none.
    fn fetch_token(&self) -> Result<FederatedToken, FederatedTokenFailure>;
}
