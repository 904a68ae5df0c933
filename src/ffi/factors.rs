//! What factors are called at the service, for the facades.

use crate::factors::{FirstFactor, MfaType, TotpSetupDetails};

/// The service's name of a second factor.
#[uniffi::export]
pub fn mfa_type_name(mfa_type: MfaType) -> String {
    mfa_type.name().to_owned()
}

/// The service's name of a first factor.
#[uniffi::export]
pub fn first_factor_name(factor: FirstFactor) -> String {
    factor.name().to_owned()
}

/// The first factor that the service calls so.
#[uniffi::export]
pub fn first_factor_named(name: String) -> FirstFactor {
    FirstFactor::from_name(&name)
}

/// The address that authenticator apps read from a QR code.
#[uniffi::export]
pub fn totp_setup_uri(details: TotpSetupDetails, app_name: String, account_name: Option<String>) -> String {
    details.setup_uri(&app_name, account_name.as_deref())
}
