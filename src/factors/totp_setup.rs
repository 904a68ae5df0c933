//! What an authenticator app needs to be set up.

use crate::support::shown::shows;

/// The shared secret of an authenticator app that is being set up (`AssociateSoftwareToken`).
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct TotpSetupDetails {
    /// The secret in Base32, for those who type it into their app. Show it to the user only, and store it nowhere.
    pub shared_secret: String,
    /// The user name that the service knows.
    pub username: String,
}
shows!(TotpSetupDetails {});

impl TotpSetupDetails {
    /// The `otpauth://totp/…` address that authenticator apps read from a QR code (the Key URI format). Both texts are
    /// percent-encoded as RFC 3986 wants it. Without an account name, the user name stands there.
    #[must_use]
    pub fn setup_uri(&self, app_name: &str, account_name: Option<&str>) -> String {
        let (issuer, account) = (encoded(app_name), encoded(account_name.unwrap_or(&self.username)));
        format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", encoded(&self.shared_secret))
    }
}

/// Everything but RFC 3986's unreserved characters, percent-encoded.
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}"); // writing to a String cannot fail
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_percent_encoded() {
        let details = TotpSetupDetails { shared_secret: "JBSWY3DP".into(), username: "ann".into() };
        assert_eq!(
            details.setup_uri("Müsli & Co: Läden", Some("ann@example.org")),
            "otpauth://totp/M%C3%BCsli%20%26%20Co%3A%20L%C3%A4den:ann%40example.org?secret=JBSWY3DP\
             &issuer=M%C3%BCsli%20%26%20Co%3A%20L%C3%A4den"
        );
        assert_eq!(details.setup_uri("App", None), "otpauth://totp/App:ann?secret=JBSWY3DP&issuer=App");
    }

    #[test]
    fn the_secret_is_not_printed() {
        let details = TotpSetupDetails { shared_secret: "JBSWY3DP".into(), username: "ann".into() };
        assert!(!format!("{details:?}").contains("JBSW"));
    }
}
