//! Secrets as Swift and Kotlin give them: plain text, wiped once the call is over.

use std::ops::Deref;

use crate::support::shown::shows;
use zeroize::Zeroizing;

/// A password, or what else nobody but the service may see.
pub struct SecretText(Zeroizing<String>);
shows!(SecretText {});

uniffi::custom_type!(SecretText, String, {
    lower: |secret| secret.0.to_string(),
    try_lift: |text| Ok(SecretText(Zeroizing::new(text))),
});

impl Deref for SecretText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}
