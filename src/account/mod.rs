//! Accounts: creating and confirming them.

mod attribute;
mod sign_up;

pub use attribute::UserAttribute;
pub(crate) use sign_up::Accounts;
pub use sign_up::{ConfirmSignUpOptions, ResendSignUpCodeOptions, SignUpOptions, SignUpResult, SignUpStep};
