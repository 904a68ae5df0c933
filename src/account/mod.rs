//! Accounts: creating and confirming them, their passwords and attributes, deleting them.

mod attributes;
mod password;
mod sign_up;

pub(crate) use attributes::{AttributeUpdate, checked_name};
pub use attributes::{
    SendVerificationCodeOptions, UpdateUserAttributeResult, UpdateUserAttributeStep, UpdateUserAttributesOptions,
    VerifiedContacts,
};
pub use password::{ConfirmResetPasswordOptions, ResetPasswordOptions, ResetPasswordResult, ResetPasswordStep};
pub(crate) use sign_up::Accounts;
pub use sign_up::{
    AutoSignInOptions, ConfirmSignUpOptions, ResendSignUpCodeOptions, SignUpOptions, SignUpResult, SignUpStep,
};
