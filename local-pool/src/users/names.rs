//! Which names somebody may have.

use super::{Attributes, User, attributes};
use crate::crypto::{hex, hmac_sha256, sha256};
use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;
use crate::random::uuid_from;

pub(crate) use crate::model::sign_in_names::{key, of};

/// As long as a user name can be.
const LONGEST: usize = 128;
/// As long as any name can be: aliases are attribute values.
const LONGEST_ALIAS: usize = 2_048;

/// The internal name of a new user: the sub where attributes are the names, or else what was chosen, in the form it is
/// looked up in. So kept, it does not tell how somebody wrote it once.
pub(crate) fn internal(pool: &Pool, chosen: &str, sub: &str) -> String {
    if pool.names_are_attributes() { sub.to_owned() } else { key(pool, chosen) }
}

/// The internal name that stands for somebody who is not known: one under each spelling, as a known user has one.
pub(crate) fn pretended(pool: &Pool, typed: &str) -> String {
    let key = key(pool, typed);
    // Where people choose their user names, a UUID would give the pretence away. Where they do not, clients send the
    // UUID that they were told back.
    if !pool.names_are_attributes() || is_uuid(&key) {
        return bounded(key, LONGEST);
    }
    let hash = hmac_sha256(&pool.secret, &[b"id", key.as_bytes()]);
    uuid_from(std::array::from_fn(|index| hash[index]))
}

/// A name as it was typed, to be kept: what is longer than a name can be is nobody's, and anybody can type it.
pub(crate) fn typed(name: &str) -> String {
    bounded(name.to_owned(), LONGEST_ALIAS)
}

fn bounded(name: String, longest: usize) -> String {
    if name.chars().nth(longest).is_none() { name } else { hex(&sha256(&[name.as_bytes()])) }
}

fn is_uuid(text: &str) -> bool {
    let groups = text.split('-').map(str::len);
    groups.eq([8, 4, 4, 4, 12]) && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// What tries and requests are counted under.
pub(crate) fn counted(pool: &Pool, user: Option<&User>, typed: &str) -> String {
    user.map_or_else(|| pretended(pool, typed), |user| user.username.clone())
}

/// Checks a name somebody wants to have. Where attributes are the names, copies it to the attribute it is.
pub(crate) fn admit(pool: &Pool, name: &str, values: &mut Attributes) -> Outcome<()> {
    let refuse = |text: &str| Err(ServiceError::invalid_parameter(text));
    let (email, phone) = (attributes::is_email(name), attributes::is_phone(name));
    if pool.names_are_attributes() {
        let allowed = |attribute: &str| pool.settings.username_attributes.iter().any(|known| known == attribute);
        let attribute = match (allowed("email"), allowed("phone_number")) {
            (true, _) if email => "email",
            (_, true) if phone => "phone_number",
            (true, true) => return refuse("Username should be either an email or a phone number."),
            (true, false) => return refuse("Username should be an email."),
            (false, _) => return refuse("Username should be a phone number."),
        };
        values.insert(attribute.into(), name.into());
        return Ok(());
    }
    let alias = |attribute: &str| pool.settings.alias_attributes.iter().any(|known| known == attribute);
    if email && alias("email") {
        return refuse("Username cannot be of email format, since user pool is configured for email alias.");
    }
    if phone && alias("phone_number") {
        return refuse(
            "Username cannot be of phone number format, since user pool is configured for phone number alias.",
        );
    }
    Ok(())
}

/// The attributes whose values must be nobody else's from the start: those that are the user names.
pub(crate) fn taken_text(attribute: &str) -> String {
    format!("An account with the given {attribute} already exists.")
}
