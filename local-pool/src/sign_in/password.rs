//! Checking a password that was sent as it is.

use super::context::SignIn;
use super::lock_out;
use crate::crypto::{same_secret, srp};
use crate::error::{Outcome, ServiceError};
use crate::users::{User, names, passwords};

/// Checks a password, and counts a wrong one. Without a user it is wrong.
pub(crate) async fn check<'a>(
    sign_in: &SignIn<'_>,
    user: Option<&'a User>,
    typed: &str,
    password: &str,
) -> Outcome<&'a User> {
    let (service, pool) = (&sign_in.call.service, &sign_in.pool);
    let counted = names::counted(pool, user, typed);
    let attempt = lock_out::begin(service, pool, lock_out::Of::Password, &counted).await?;
    let right = match user {
        Some(user) => passwords::matches(pool, user, password),
        None => {
            // The same work as for a known user, so that time does not tell.
            let verifier = srp::verifier(pool.short_name(), &counted, password, &[0x81; 16]);
            std::hint::black_box(same_secret(&verifier, &verifier));
            false
        }
    };
    match user.filter(|_| right) {
        Some(user) => {
            lock_out::reset(service, pool, lock_out::Of::Password, &counted)?;
            Ok(user)
        }
        None => {
            lock_out::failed(service, pool, attempt)?;
            let why = if user.is_some() { "wrong password" } else { "unknown user" };
            Err(ServiceError::wrong_credentials().because(why))
        }
    }
}
