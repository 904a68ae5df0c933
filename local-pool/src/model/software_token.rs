//! Codes of a user's authenticator app: those of the step before and after are taken too, each step's once.

use serde::{Deserialize, Serialize};

use crate::crypto::{same_secret, totp};

/// A verified software token.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SoftwareToken {
    /// In base32 (RFC 4648).
    pub secret: String,
    pub friendly_device_name: Option<String>,
    /// The time steps that codes were taken of, as far as their codes would still fit.
    pub used_steps: Vec<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Right,
    Wrong,
    /// Right, but taken before.
    Used,
}

impl SoftwareToken {
    /// The token that `code` proves, for a secret that was handed out. The code counts as used.
    pub fn verify(secret: &str, code: &str, now_ms: i64, friendly_device_name: Option<String>) -> Option<Self> {
        let mut token = Self { secret: secret.to_owned(), friendly_device_name, used_steps: Vec::new() };
        (token.take(code, now_ms) == Verdict::Right).then_some(token)
    }

    /// Judges a code; a right one is used up.
    pub fn take(&mut self, code: &str, now_ms: i64) -> Verdict {
        let now = totp::step_of(u64::try_from(now_ms.div_euclid(1000)).unwrap_or(0));
        let Some(secret) = totp::decode(&self.secret) else { return Verdict::Wrong };
        let window = now.saturating_sub(1)..=now + 1;
        // All of the window is compared, so that time does not tell which step fits.
        let fitting: Vec<u64> =
            window.filter(|step| same_secret(totp::code(&secret, *step).as_bytes(), code.as_bytes())).collect();
        if fitting.is_empty() {
            return Verdict::Wrong;
        }
        let Some(step) = fitting.into_iter().find(|step| !self.used_steps.contains(step)) else {
            return Verdict::Used;
        };
        self.used_steps.retain(|used| *used + 1 >= now);
        self.used_steps.push(step);
        Verdict::Right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_767_603_787_000;

    fn code(step_offset: i64) -> String {
        let at = u64::try_from(NOW_MS / 1000 + step_offset * 30).unwrap();
        totp::code(b"12345678901234567890", totp::step_of(at))
    }

    fn token() -> SoftwareToken {
        let secret = totp::encode(b"12345678901234567890");
        SoftwareToken { secret, friendly_device_name: None, used_steps: Vec::new() }
    }

    #[test]
    fn one_step_before_and_after_is_taken() {
        for offset in [-1, 0, 1] {
            assert_eq!(token().take(&code(offset), NOW_MS), Verdict::Right);
        }
        for offset in [-2, 2] {
            assert_eq!(token().take(&code(offset), NOW_MS), Verdict::Wrong);
        }
        assert_eq!(token().take("", NOW_MS), Verdict::Wrong);
    }

    #[test]
    fn each_step_is_taken_once() {
        let mut token = token();
        assert_eq!(token.take(&code(1), NOW_MS), Verdict::Right);
        assert_eq!(token.take(&code(1), NOW_MS), Verdict::Used);
        assert_eq!(token.take(&code(0), NOW_MS), Verdict::Right);
        // Half a minute later it is the current one, and still used.
        assert_eq!(token.take(&code(1), NOW_MS + 30_000), Verdict::Used);
        assert_eq!(token.take(&code(1), NOW_MS + 60_000), Verdict::Used);
        assert_eq!(token.take(&code(1), NOW_MS + 90_000), Verdict::Wrong);
    }
}
