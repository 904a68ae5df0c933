//! What can go wrong: a rich internal [`Error`], one table that maps the service's exceptions, and the public
//! [`AuthError`] with a stable code, a recovery sentence and the facts a bug report needs.

mod code;
mod internal;
mod passkey;
mod public;
mod service;
mod verdict;

pub use code::ErrorCode;
pub(crate) use internal::{Error, InputError, Result, TransportFailure};
pub use passkey::PasskeyFailure;
pub use public::{AuthError, AuthErrorInfo};
pub(crate) use service::{ServiceError, meaning_of};
pub(crate) use verdict::Verdict;
