use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What passwords must be like. Members a request leaves out of a policy it sends are off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PasswordPolicy {
    /// 6 to 99.
    #[serde(default = "minimum_length")]
    pub minimum_length: usize,
    #[serde(default)]
    pub require_uppercase: bool,
    #[serde(default)]
    pub require_lowercase: bool,
    #[serde(default)]
    pub require_numbers: bool,
    #[serde(default)]
    pub require_symbols: bool,
    /// How long a password that an administrator gave can be used to sign in; 0 stands for 7.
    #[serde(default = "temporary_days")]
    pub temporary_password_validity_days: i64,
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

fn minimum_length() -> usize {
    8
}

fn temporary_days() -> i64 {
    7
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            minimum_length: minimum_length(),
            require_uppercase: true,
            require_lowercase: true,
            require_numbers: true,
            require_symbols: true,
            temporary_password_validity_days: temporary_days(),
            other: Map::new(),
        }
    }
}

/// Cognito's symbols. A blank that is neither first nor last is one too.
const SYMBOLS: &str = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`=+";

impl PasswordPolicy {
    /// What is first wrong with a password, in Cognito's words.
    pub fn violation(&self, password: &str) -> Option<&'static str> {
        let has = |class: fn(char) -> bool| password.chars().any(class);
        if password.chars().count() < self.minimum_length {
            return Some("Password not long enough");
        }
        if self.require_uppercase && !has(|c| c.is_ascii_uppercase()) {
            return Some("Password must have uppercase characters");
        }
        if self.require_lowercase && !has(|c| c.is_ascii_lowercase()) {
            return Some("Password must have lowercase characters");
        }
        if self.require_numbers && !has(|c| c.is_ascii_digit()) {
            return Some("Password must have numeric characters");
        }
        let has_blank_inside = password.trim_matches(' ').contains(' ');
        if self.require_symbols && !has_blank_inside && !has(|c| SYMBOLS.contains(c)) {
            return Some("Password must have symbol characters");
        }
        None
    }

    /// How many of a user's passwords, the one in force among them, cannot be chosen again; 0 to 24.
    pub fn history_size(&self) -> i64 {
        self.other.get("PasswordHistorySize").and_then(Value::as_i64).unwrap_or(0)
    }

    pub fn temporary_life_ms(&self) -> i64 {
        let days = if self.temporary_password_validity_days == 0 { 7 } else { self.temporary_password_validity_days };
        days * 86_400_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failing_rule_is_told() {
        let policy = PasswordPolicy::default();
        assert_eq!(policy.violation("Ab1!"), Some("Password not long enough"));
        assert_eq!(policy.violation("abcdefg1!"), Some("Password must have uppercase characters"));
        assert_eq!(policy.violation("ABCDEFG1!"), Some("Password must have lowercase characters"));
        assert_eq!(policy.violation("Abcdefgh!"), Some("Password must have numeric characters"));
        assert_eq!(policy.violation("Abcdefg12"), Some("Password must have symbol characters"));
        assert_eq!(policy.violation("Abcdefg1!"), None);
        assert_eq!(policy.violation("Correct horse 9"), None);
        assert_eq!(policy.violation(" Abcdefg12 "), Some("Password must have symbol characters"));
    }
}
