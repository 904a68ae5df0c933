//! What an app tells its triggers when tokens are renewed, which happens by itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::support::shown::shows;
use crate::support::task::{blocking, detached};

/// How long a refresh waits for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// Gives the `ClientMetadata` of refreshes, for the pre-token-generation trigger: tokens are renewed by whichever call
/// needs them first, and that one has no options for it. Called from a background thread, once a refresh.
pub trait RefreshMetadataProvider: Send + Sync + std::fmt::Debug {
    /// The entries, over the configuration's; what a call gives stands over both. May block for 1 s.
    ///
    /// # Errors
    /// When they cannot be had; the tokens are then renewed without them.
    fn client_metadata(&self) -> Result<HashMap<String, String>, RefreshMetadataUnavailable>;
}

/// There is no metadata for a refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the metadata for a refresh cannot be had")]
pub struct RefreshMetadataUnavailable;

/// Asks the app's provider, if there is one.
#[derive(Default)]
pub(super) struct RefreshMetadata {
    provider: Mutex<Option<Arc<dyn RefreshMetadataProvider>>>,
    /// Held while it is asked: one that hangs is not asked again.
    turn: Arc<tokio::sync::Mutex<()>>,
}
shows!(RefreshMetadata {});

impl RefreshMetadata {
    /// Gives whether somebody was asked before.
    pub fn set(&self, provider: Option<Arc<dyn RefreshMetadataProvider>>) -> bool {
        std::mem::replace(&mut *self.provider.lock().unwrap_or_else(PoisonError::into_inner), provider).is_some()
    }

    /// What it says; nothing if it fails, panics or takes too long. No session waits for it.
    pub async fn asked(&self) -> HashMap<String, String> {
        let provider = self.provider.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(provider) = provider else { return HashMap::new() };
        let turn = self.turn.clone();
        let asked = async {
            let turn = turn.lock_owned().await;
            detached(async move {
                let given = blocking("the provider of client metadata", move || provider.client_metadata()).await;
                drop(turn);
                Ok(given?.unwrap_or_default())
            })
            .await
        };
        tokio::time::timeout(PATIENCE, asked).await.unwrap_or(Ok(HashMap::new())).unwrap_or_default()
    }
}
