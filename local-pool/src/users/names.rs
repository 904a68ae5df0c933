//! Which names somebody may have.

use super::{Attributes, User, attributes};
use crate::crypto::{hex, sha256};
use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;

pub(crate) use crate::model::sign_in_names::{key, of};

/// As long as a user name can be.
const LONGEST: usize = 128;

/// What tries and requests are counted under: the user's internal name, or for somebody who is not known what was typed,
/// in the form it would be looked up in. It is no longer than a name can be, since anybody can type it.
pub(crate) fn counted(pool: &Pool, user: Option<&User>, typed: &str) -> String {
    let Some(user) = user else {
        let key = key(pool, typed);
        return if key.chars().count() <= LONGEST { key } else { hex(&sha256(&[key.as_bytes()])) };
    };
    user.username.clone()
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
