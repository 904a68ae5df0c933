//! Checks of what the service would refuse for certain (lengths from the service model of `cognito-idp`).

use crate::error::InputError;

/// A user name, or an alias of one.
pub(crate) fn check_username(username: &str) -> Result<(), InputError> {
    let problem = match username.chars().count() {
        0 => "the user name is empty",
        1..=128 if !username.chars().any(char::is_whitespace) => return Ok(()),
        1..=128 => "a user name holds no blanks",
        _ => "a user name has 128 characters at most",
    };
    Err(InputError::new("username", problem))
}

/// A new password.
pub(crate) fn check_new_password(password: &str) -> Result<(), InputError> {
    check_password("password", password)
}

/// A password in the argument of that name.
pub(crate) fn check_password(field: &'static str, password: &str) -> Result<(), InputError> {
    let problem = match password.chars().count() {
        0 => "the password is empty",
        1..=256 => return Ok(()),
        _ => "a password has 256 characters at most",
    };
    Err(InputError::new(field, problem))
}

/// A code that was sent to somebody.
pub(crate) fn check_code(code: &str) -> Result<(), InputError> {
    let problem = match code.chars().count() {
        0 => "the code is empty",
        1..=2048 if !code.chars().any(char::is_whitespace) => return Ok(()),
        1..=2048 => "a code holds no blanks",
        _ => "a code has 2048 characters at most",
    };
    Err(InputError::new("confirmationCode", problem))
}

/// The code of an authenticator app: 6 digits. Blanks, which many apps show between them, do not count.
pub(crate) fn check_totp_code(field: &'static str, code: &str) -> Result<String, InputError> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(digits);
    }
    Err(InputError::new(field, "should be the 6 digits that the authenticator app shows"))
}

/// The name of an attribute, as the service has it.
pub(crate) fn check_attribute_name(name: &str) -> Result<(), InputError> {
    let problem = match name.chars().count() {
        0 => "the attribute's name is empty",
        1..=32 => return Ok(()),
        _ => "an attribute's name has 32 characters at most, its prefix counted",
    };
    Err(InputError::new("attributeName", problem))
}

/// An attribute's value; `name` is the one that the service has.
pub(crate) fn check_attribute_value(name: &str, value: &str) -> Result<(), InputError> {
    match name {
        "email" if value.is_empty() => Err(InputError::new("email", "the e-mail address is empty")),
        "phone_number" if !is_e164(value) => {
            Err(InputError::new("phone_number", "a phone number is a + and up to 15 digits (E.164)"))
        }
        _ if value.chars().count() > 2048 => {
            Err(InputError::new("attributeValue", format!("the value of {name} has more than 2048 characters")))
        }
        _ => Ok(()),
    }
}

/// ITU-T E.164: `+`, then at most 15 digits, of which the first is the country code's and not 0.
fn is_e164(number: &str) -> bool {
    number.strip_prefix('+').is_some_and(|digits| {
        (2..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_field_and_the_rule() {
        assert_eq!(check_username("ann"), Ok(()));
        assert_eq!(check_username(&"ü".repeat(128)), Ok(()));
        assert!(check_username("").unwrap_err().to_string().contains("empty"));
        assert!(check_username("a b").unwrap_err().to_string().contains("blanks"));
        assert_eq!(check_username(&"a".repeat(129)).unwrap_err().field, "username");
        assert_eq!(check_new_password("").unwrap_err().field, "password");
        assert_eq!(check_password("oldPassword", &"a".repeat(257)).unwrap_err().field, "oldPassword");
        for wrong in ["", "12 34", &"1".repeat(2049)] {
            assert_eq!(check_code(wrong).unwrap_err().field, "confirmationCode");
        }
        assert_eq!(check_code("123456"), Ok(()));
    }

    #[test]
    fn an_authenticator_app_has_six_digits() {
        assert_eq!(check_totp_code("code", "012 345").as_deref(), Ok("012345"));
        for wrong in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert_eq!(check_totp_code("code", wrong).unwrap_err().field, "code", "{wrong}");
        }
    }

    #[test]
    fn attributes_are_what_the_service_takes() {
        for (name, value) in [
            ("phone_number", "+12065550100"),
            ("phone_number", "+4930901820"),
            ("email", "ann@example.org"),
            ("custom:tenant", ""),
            (&"n".repeat(32), &"ü".repeat(2048)),
        ] {
            assert_eq!(check_attribute_value(name, value), Ok(()), "{name}");
        }
        for (name, value, field) in [
            ("phone_number", "", "phone_number"),
            ("phone_number", "0123456", "phone_number"),
            ("phone_number", "+0123456", "phone_number"),
            ("phone_number", "+1 206 5550100", "phone_number"),
            ("phone_number", "+1234567890123456", "phone_number"),
            ("email", "", "email"),
            ("name", &"ü".repeat(2049), "attributeValue"),
        ] {
            assert_eq!(check_attribute_value(name, value).unwrap_err().field, field, "{name} {value}");
        }
        for wrong in ["", &"n".repeat(33)] {
            assert_eq!(check_attribute_name(wrong).unwrap_err().field, "attributeName", "{wrong}");
        }
    }
}
