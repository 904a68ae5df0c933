//! Which names somebody may have.

use super::{Attributes, attributes};
use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;

pub(crate) use crate::model::sign_in_names::{key, of};

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
