//! Randomness is injected too, so that a transcript can be replayed to the byte.

use crate::error::Error;

/// A source of random bytes fit for keys.
pub trait Random: Send + Sync + std::fmt::Debug {
    /// Fills the buffer.
    ///
    /// # Errors
    /// When the platform has no randomness to give.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomUnavailable>;
}

/// The platform has no randomness to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the platform's random number generator failed")]
pub struct RandomUnavailable;

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomUnavailable> {
        getrandom::fill(buffer).map_err(|_| RandomUnavailable)
    }
}

impl From<RandomUnavailable> for Error {
    fn from(error: RandomUnavailable) -> Self {
        Self::internal(error.to_string())
    }
}
