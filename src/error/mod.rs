//! What can go wrong: a rich internal [`Error`], one table that maps the service's exceptions, and one table of the
//! public [`AuthError`] with its stable codes and what to do about each.

mod declare;
mod internal;
mod passkey;
mod public;
mod service;
mod table;
mod verdict;

pub(crate) use internal::{Error, InputError, Result, TransportFailure};
pub use passkey::PasskeyFailure;
pub use public::AuthErrorInfo;
pub(crate) use service::{ServiceError, meaning_of};
pub use table::{AuthError, ErrorCode};
pub(crate) use verdict::Verdict;
