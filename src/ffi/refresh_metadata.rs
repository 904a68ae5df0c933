//! The metadata of refreshes as Swift and Kotlin give it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::session::{RefreshMetadataProvider, RefreshMetadataUnavailable};
use crate::support::shown::shows;

/// Metadata that could not be had.
#[derive(Clone, Debug, thiserror::Error, uniffi::Error)]
pub enum RefreshMetadataError {
    /// The tokens are renewed without it.
    #[error("the metadata for a refresh cannot be had")]
    Unavailable,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for RefreshMetadataError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable
    }
}

/// Gives the metadata of refreshes. Called from a background thread; what takes more than 1 s or throws is left out.
#[uniffi::export(foreign)]
pub trait RefreshMetadata: Send + Sync {
    /// The entries for the pre-token-generation trigger.
    fn client_metadata(&self) -> Result<HashMap<String, String>, RefreshMetadataError>;
}

/// A foreign provider as the core sees it.
pub(super) struct BridgedMetadata(pub Arc<dyn RefreshMetadata>);
shows!(BridgedMetadata {});

impl RefreshMetadataProvider for BridgedMetadata {
    fn client_metadata(&self) -> Result<HashMap<String, String>, RefreshMetadataUnavailable> {
        self.0.client_metadata().map_err(|RefreshMetadataError::Unavailable| RefreshMetadataUnavailable)
    }
}
