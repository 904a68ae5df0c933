//! SRP-6a as Cognito speaks it. Pure: secrets and times are parameters. The README beside this file has the formulas
//! and the byte rules.
#![allow(missing_docs)] // not a public API: benches and tests reach it

pub mod bytes;
pub mod client;
pub mod device;
pub mod group;
pub mod secret_hash;
pub mod timestamp;

/// A value of the service that no honest service sends, so that nothing is derived from it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SrpError {
    #[error("the service sent an unusable {0}")]
    BadServerValue(&'static str),
    /// The secret exponent gave a public value of zero; draw another one.
    #[error("the random exponent is unusable")]
    BadExponent,
}

impl From<SrpError> for crate::error::Error {
    fn from(error: SrpError) -> Self {
        match error {
            SrpError::BadServerValue(_) => Self::bad_answer(error.to_string()),
            SrpError::BadExponent => Self::internal(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests;
