//! Checks of what the service would refuse for certain (lengths from the service model of `cognito-idp`).

use zeroize::Zeroizing;

use super::secret::Secret;
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
pub(crate) fn check_code(code: &str) -> Result<Secret, InputError> {
    clean_code("confirmationCode", code)
}

/// A code as the service takes it, from one as people type and paste it: the one rule for every code but a custom
/// challenge's answer, which is the app's own affair.
///
/// Blanks, invisible characters and digits of other scripts are put right where nothing but digits is left then. A code
/// with letters in it only loses what stands around it.
pub(crate) fn clean_code(field: &'static str, code: &str) -> Result<Secret, InputError> {
    let code = code.trim_matches(is_space);
    let digits: Zeroizing<String> =
        Zeroizing::new(code.chars().filter(|c| !is_space(*c)).map(|c| western_digit(c).unwrap_or(c)).collect());
    let only_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let code = if only_digits { digits.as_str() } else { code };
    let problem = match code.chars().count() {
        0 => "the code is empty",
        1..=2048 if !code.chars().any(char::is_whitespace) => return Ok(Secret::from(code)),
        1..=2048 => "a code holds no blanks",
        _ => "a code has 2048 characters at most",
    };
    Err(InputError::new(field, problem))
}

/// The code of an authenticator app: 6 digits, cleaned as every other code.
pub(crate) fn check_totp_code(field: &'static str, code: &str) -> Result<String, InputError> {
    let code = clean_code(field, code).ok().filter(|code| {
        let code = code.expose();
        code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())
    });
    let problem = "should be the 6 digits that the authenticator app shows";
    code.map(|code| code.expose().to_owned()).ok_or_else(|| InputError::new(field, problem))
}

/// White space, and what has no width: joiners, soft hyphens, marks of the writing direction, byte-order marks.
fn is_space(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// The digit of another script that a keyboard may give: full-width, Arabic, Persian, Devanagari, Bengali, Thai.
fn western_digit(c: char) -> Option<char> {
    let zeros = ['\u{ff10}', '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}'];
    zeros.iter().find_map(|zero| char::from_digit(u32::from(c).checked_sub(u32::from(*zero))?, 10))
}

/// The name of a device as the service takes it: 1,024 characters at most.
pub(crate) fn cut_device_name(name: &str) -> &str {
    const LONGEST: usize = 1024;
    // Counted as the service may count, whichever way that is.
    let mut units = 0;
    let end = name.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > LONGEST
    });
    end.map_or(name, |(end, _)| &name[..end])
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

/// An attribute's value; `name` is the one that the service has. An empty value is one: it deletes what was there.
pub(crate) fn check_attribute_value(name: &str, value: &str) -> Result<(), InputError> {
    match name {
        "phone_number" if !value.is_empty() && !is_number(value) => {
            Err(InputError::new("phone_number", "a phone number is a + and digits (E.164), without blanks"))
        }
        _ if value.chars().count() > 2048 => {
            Err(InputError::new("attributeValue", format!("the value of {name} has more than 2048 characters")))
        }
        _ => Ok(()),
    }
}

/// `+` and digits. How many of them there are, and which countries exist, the service knows better.
fn is_number(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
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
        for wrong in ["", "  ", "\u{200b}", "ab 12", &"1".repeat(2049)] {
            assert_eq!(check_code(wrong).unwrap_err().field, "confirmationCode");
        }
    }

    /// As people type, dictate and paste them; what is sent is in the second column.
    #[test]
    fn one_rule_for_all_codes() {
        for (typed, sent) in [
            ("123456", "123456"),
            ("123456 ", "123456"),
            ("123 456", "123456"),
            ("\u{a0}123\u{202f}456\n", "123456"),
            ("\u{200b}123456", "123456"),
            ("123\u{200b}456\u{feff}", "123456"),
            ("\u{202a}123456\u{202c}", "123456"),
            ("\u{2068}123456\u{2069}", "123456"),
            ("１２３４５６", "123456"),
            ("٠١٢ ٣٤٥", "012345"),
            ("۱۲۳۴۵۶", "123456"),
            ("१२३४५६", "123456"),
            ("1", "1"),
            (" abc-12\u{200b}", "abc-12"),
            ("a\u{200d}b", "a\u{200d}b"),
            ("１a", "１a"),
        ] {
            assert_eq!(clean_code("code", typed).unwrap().expose(), sent, "{typed:?}");
            let six_digits = sent.len() == 6 && sent.bytes().all(|byte| byte.is_ascii_digit());
            assert_eq!(check_totp_code("code", typed).as_deref().ok(), six_digits.then_some(sent), "{typed:?}");
        }
        for nothing in ["", " ", "\t\n", "\u{200b}\u{feff}"] {
            assert!(clean_code("code", nothing).unwrap_err().problem.contains("empty"), "{nothing:?}");
        }
    }

    #[test]
    fn an_authenticator_app_has_six_digits() {
        for wrong in ["", "12345", "1234567", "12345a"] {
            assert_eq!(check_totp_code("code", wrong).unwrap_err().field, "code", "{wrong}");
        }
    }

    #[test]
    fn a_device_name_is_cut_at_a_character() {
        assert_eq!(cut_device_name(&"é".repeat(1025)), "é".repeat(1024));
        assert_eq!(cut_device_name(&"😀".repeat(1025)), "😀".repeat(512));
        assert_eq!(cut_device_name("phone"), "phone");
    }

    #[test]
    fn attributes_are_what_the_service_takes() {
        for (name, value) in [
            ("phone_number", "+12065550100"),
            ("phone_number", "+4930901820"),
            ("email", "ann@example.org"),
            ("custom:tenant", ""),
            ("phone_number", ""),
            ("email", ""),
            ("phone_number", "+1234567890123456"),
            (&"n".repeat(32), &"ü".repeat(2048)),
        ] {
            assert_eq!(check_attribute_value(name, value), Ok(()), "{name}");
        }
        for (name, value, field) in [
            ("phone_number", "0123456", "phone_number"),
            ("phone_number", "+", "phone_number"),
            ("phone_number", "+1 206 5550100", "phone_number"),
            ("name", &"ü".repeat(2049), "attributeValue"),
        ] {
            assert_eq!(check_attribute_value(name, value).unwrap_err().field, field, "{name} {value}");
        }
        for wrong in ["", &"n".repeat(33)] {
            assert_eq!(check_attribute_name(wrong).unwrap_err().field, "attributeName", "{wrong}");
        }
    }
}
