//! Passkeys of the signed-in user (W3C Web Authentication): registering, listing, deleting. The platform's dialog is
//! shown by the facades, between `begin` and `complete`.

mod passkey;
mod registration;

use std::sync::Arc;

pub use passkey::{ListPasskeysOptions, Passkey, PasskeyPage};
pub(crate) use registration::RegistrationResponse;

use crate::protocol::user_pool::UserPool;

/// The calls about passkeys of one client.
#[derive(Debug)]
pub(crate) struct Passkeys {
    pool: Arc<UserPool>,
}

impl Passkeys {
    pub const fn new(pool: Arc<UserPool>) -> Self {
        Self { pool }
    }
}
