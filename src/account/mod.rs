//! Accounts: creating and confirming them.

mod sign_up;

pub(crate) use sign_up::Accounts;
pub use sign_up::{
    AutoSignInOptions, ConfirmSignUpOptions, ResendSignUpCodeOptions, SignUpOptions, SignUpResult, SignUpStep,
};
