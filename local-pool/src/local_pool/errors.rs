//! Why there is no server, or no answer.

use std::path::PathBuf;

use crate::config::ConfigError;
use crate::error::ServiceError;

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("the server cannot listen: {0}")]
    Listen(#[from] std::io::Error),
    /// The certificate cannot be read, made or used.
    #[error("the server cannot speak https: {0}")]
    Tls(std::io::Error),
    /// In use by another process, of another version, damaged, or out of reach.
    #[error("the data file {} cannot be used: {reason}", path.display())]
    DataFile { path: PathBuf, reason: String },
    #[error("no database can be made in memory: {reason}")]
    Memory { reason: String },
    #[error("the configured pools cannot be set up: {0}")]
    SetUp(PoolError),
}

/// A refusal, as a client would see it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {message}")]
pub struct PoolError {
    /// The exception's name.
    pub name: String,
    pub message: String,
}

/// What [`LocalPool::call`](crate::LocalPool::call) answers when the service refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{exception}: {text}")]
pub struct Refused {
    /// The exception's name, as `NotAuthorizedException`.
    pub exception: String,
    /// Empty for the few refusals without a text.
    pub text: String,
}

impl From<ServiceError> for Refused {
    fn from(error: ServiceError) -> Self {
        Self { exception: error.name.into(), text: error.message.unwrap_or_default() }
    }
}

impl From<ServiceError> for PoolError {
    fn from(error: ServiceError) -> Self {
        Self { name: error.name.into(), message: error.message.unwrap_or_default() }
    }
}
