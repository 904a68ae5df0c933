//! The names a user signs in by: user name, sub, and by the pool's settings e-mail address, phone number or
//! preferred user name.

use super::{Attributes, User, attributes};
use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;

/// The form a name is looked up in.
pub(crate) fn key(pool: &Pool, name: &str) -> String {
    if pool.case_sensitive() { name.to_owned() } else { name.to_lowercase() }
}

/// All names of a user, in the form they are looked up in.
pub(crate) fn of(pool: &Pool, user: &User) -> Vec<String> {
    let mut names = vec![key(pool, &user.username), key(pool, &user.sub)];
    for attribute in &pool.settings.username_attributes {
        names.extend(user.attribute(attribute).map(|value| key(pool, value)));
    }
    for attribute in &pool.settings.alias_attributes {
        let usable = attribute == "preferred_username" || user.is_verified(attribute);
        names.extend(user.attribute(attribute).filter(|_| usable).map(|value| key(pool, value)));
    }
    names
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
