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
    let problem = match password.chars().count() {
        0 => "the password is empty",
        1..=256 => return Ok(()),
        _ => "a password has 256 characters at most",
    };
    Err(InputError::new("password", problem))
}

/// The code of an authenticator app: 6 digits. Blanks, which many apps show between them, do not count.
pub(crate) fn check_totp_code(field: &'static str, code: &str) -> Result<String, InputError> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(digits);
    }
    Err(InputError::new(field, "should be the 6 digits that the authenticator app shows"))
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
    }
}
