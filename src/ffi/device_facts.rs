//! The facts about the device as Swift and Kotlin give them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::support::shown::shows;
use crate::threat_protection::{self, DeviceFactsUnavailable};

/// Facts that could not be had.
#[derive(Clone, Debug, thiserror::Error, uniffi::Error)]
pub enum DeviceFactsError {
    /// They are left out of the request.
    #[error("the facts about the device cannot be had")]
    Unavailable,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for DeviceFactsError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unavailable
    }
}

/// Says what is known about the device, for Cognito's threat protection. Called from a background thread; one that takes
/// more than 250 ms or throws is left out of the request.
#[uniffi::export(foreign)]
pub trait DeviceFacts: Send + Sync {
    /// The facts under the names that Cognito knows, for example `DeviceName` or `ClientTimezone`.
    fn facts(&self) -> Result<HashMap<String, String>, DeviceFactsError>;
}

/// Foreign facts as the core sees them.
pub(super) struct BridgedFacts(pub Arc<dyn DeviceFacts>);
shows!(BridgedFacts {});

impl threat_protection::DeviceFacts for BridgedFacts {
    fn facts(&self) -> Result<HashMap<String, String>, DeviceFactsUnavailable> {
        self.0.facts().map_err(|DeviceFactsError::Unavailable| DeviceFactsUnavailable)
    }
}
