//! Accounts: creating and confirming them.

mod delivery;
mod sign_up;

pub use delivery::{CodeDeliveryDetails, DeliveryMedium, UserAttribute};
pub(crate) use sign_up::Accounts;
pub use sign_up::{ConfirmSignUpOptions, ResendSignUpCodeOptions, SignUpOptions, SignUpResult, SignUpStep};
