//! What an unknown user looks like where that is hidden: the same each time and under each spelling that would name the
//! same user, made with as little work as looking a known one up.

use crate::crypto::{hmac_sha256, srp};
use crate::pools::Pool;
use crate::users::delivery::{self, Destination};
use crate::users::{User, UserStatus, names};

/// A user as there could be one: with a password that nobody knows, and with the address that codes would go to.
pub(crate) fn of(pool: &Pool, typed: &str) -> User {
    let destination = delivery::pretended_destination(pool, typed);
    let mut user = nobody(&names::pretended(pool, typed), &destination);
    (user.salt, user.verifier) = password(pool, &user.username);
    user
}

/// As [`of`], without a password.
pub(crate) fn nobody(username: &str, destination: &Destination) -> User {
    let attributes = [(destination.attribute.to_owned(), destination.address.clone())].into();
    User::new(username.to_owned(), String::new(), UserStatus::Confirmed, attributes, 0)
}

/// Salt and verifier of a password that nobody knows. The verifier is a number of the group, and not a power of its
/// generator that would have to be worked out: nobody who sees `B` can tell.
pub(crate) fn password(pool: &Pool, username: &str) -> (Vec<u8>, Vec<u8>) {
    let keyed = |what: &[u8]| hmac_sha256(&pool.secret, &[what, b"\0", username.as_bytes()]);
    let bytes: Vec<u8> = (0..srp::VERIFIER_BYTES / 32).flat_map(|block| keyed(&[b'v', block as u8])).collect();
    (keyed(b"salt")[..16].to_vec(), srp::some_verifier(&bytes))
}
