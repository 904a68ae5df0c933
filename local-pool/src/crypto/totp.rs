//! Time-based one-time passwords (RFC 6238) as authenticator apps make them: SHA-1, 30 seconds, 6 digits.

use std::time::{SystemTime, UNIX_EPOCH};

use data_encoding::BASE32_NOPAD;
use ring::hmac;

const STEP_S: u64 = 30;
const DIGITS: usize = 6;

/// The code that an authenticator app shows for `secret_base32` (RFC 4648; case, blanks and padding do not matter) at
/// `at`. Empty when the secret is no base32 or the time is before 1970.
pub fn totp_code(secret_base32: &str, at: SystemTime) -> String {
    let Ok(since) = at.duration_since(UNIX_EPOCH) else { return String::new() };
    decode(secret_base32).map(|secret| code(&secret, step_of(since.as_secs()))).unwrap_or_default()
}

/// The number of the time step that a second lies in.
pub(crate) fn step_of(epoch_s: u64) -> u64 {
    epoch_s / STEP_S
}

/// The code of a time step.
pub(crate) fn code(secret: &[u8], step: u64) -> String {
    dynamic_truncation(secret, step, DIGITS)
}

pub(crate) fn encode(secret: &[u8]) -> String {
    BASE32_NOPAD.encode(secret)
}

pub(crate) fn decode(secret: &str) -> Option<Vec<u8>> {
    let plain: String = secret.chars().filter(|c| !c.is_whitespace() && *c != '=').collect();
    BASE32_NOPAD.decode(plain.to_ascii_uppercase().as_bytes()).ok()
}

/// HOTP (RFC 4226, section 5.3).
fn dynamic_truncation(secret: &[u8], counter: u64, digits: usize) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &counter.to_be_bytes());
    let hash = tag.as_ref();
    let offset = hash.last().map_or(0, |byte| usize::from(byte & 15));
    let number = hash.iter().skip(offset).take(4).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let number = (number & 0x7fff_ffff) % 10_u64.pow(u32::try_from(digits).unwrap_or(0));
    format!("{number:0digits$}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// RFC 6238, appendix B, the rows for SHA-1; their last six digits are the six-digit codes.
    const VECTORS: [(u64, &str); 6] = [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ];
    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (seconds, eight) in VECTORS {
            assert_eq!(dynamic_truncation(SECRET, step_of(seconds), 8), eight);
            let shown = totp_code(&encode(SECRET), UNIX_EPOCH + Duration::from_secs(seconds));
            assert_eq!(shown, eight[2..]);
        }
    }

    #[test]
    fn secrets_are_read_as_people_type_them() {
        let (typed, at) = ("gezd gnbv gy3t qojq gezd gnbv gy3t qojq", UNIX_EPOCH + Duration::from_secs(59));
        assert_eq!(totp_code(typed, at), "287082");
        assert_eq!(totp_code(&format!("{}====", encode(SECRET)), at), "287082");
        assert_eq!(totp_code("not base32!", at), "");
    }
}
