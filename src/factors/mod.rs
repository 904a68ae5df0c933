//! The ways to prove who one is, as the service names them: first factors, second factors, and where codes go.

mod delivery;
mod first_factor;
mod mfa_type;
mod totp_setup;

pub use delivery::{CodeDeliveryDetails, DeliveryMedium};
pub use first_factor::FirstFactor;
pub use mfa_type::MfaType;
pub use totp_setup::TotpSetupDetails;
