//! Second factors of the signed-in user: an authenticator app, and which factors sign-in asks for. What sign-in does
//! with them is in `sign_in`.

mod preference;
mod totp;

use std::sync::Arc;

pub(crate) use preference::PreferenceUpdate;
pub use preference::{MfaPreference, MfaSetting};
pub use totp::VerifyTotpSetupOptions;

use crate::protocol::user_pool::UserPool;

/// The calls about second factors of one client.
#[derive(Debug)]
pub(crate) struct SecondFactors {
    pool: Arc<UserPool>,
}

impl SecondFactors {
    pub const fn new(pool: Arc<UserPool>) -> Self {
        Self { pool }
    }
}
