//! User attributes.

use crate::support::shown::shows;

/// A user attribute. A name that is none of the standard ones is a custom attribute: `tenant` and `custom:tenant` are
/// the same.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct UserAttribute {
    /// The attribute's name, for example `email` or `custom:tenant`.
    pub name: String,
    /// Its value; the service takes all values as text. Phone numbers are in E.164 form (`+` and digits).
    pub value: String,
}
shows!(UserAttribute { name });

impl UserAttribute {
    /// An attribute.
    #[must_use]
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

/// The name as the service has it: one that is not standard and has no prefix is a custom attribute's.
pub(crate) fn attribute_name(name: String) -> String {
    let known = STANDARD.contains(&name.as_str()) || name.contains(':');
    if known { name } else { format!("custom:{name}") }
}

/// The standard attributes (OpenID Connect Core §5.1, with Cognito's choice of them).
const STANDARD: [&str; 20] = [
    "address",
    "birthdate",
    "email",
    "email_verified",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "profile",
    "sub",
    "updated_at",
    "website",
    "zoneinfo",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_attributes_get_their_prefix_once() {
        let name = |given: &str| attribute_name(given.to_owned());
        assert_eq!(
            [name("email"), name("tenant"), name("custom:tenant"), name("dev:x")],
            ["email", "custom:tenant", "custom:tenant", "dev:x"]
        );
    }
}
