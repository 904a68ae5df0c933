//! How a pool confirms new accounts.

use super::json::{At, wrong};
use crate::error::Error;

/// What new users get to confirm their account with. It matters for `autoSignIn` only: after a link the app hears
/// nothing, so the sign-in is tried until it works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum SignUpVerification {
    /// A code, which the app gives to `confirmSignUp`.
    #[default]
    Code,
    /// A link, which the user follows.
    Link,
}

impl SignUpVerification {
    pub(super) fn read(place: &At<'_>) -> Result<Option<Self>, Error> {
        match place.text()? {
            None => Ok(None),
            Some("code") => Ok(Some(Self::Code)),
            Some("link") => Ok(Some(Self::Link)),
            Some(_) => Err(wrong(place.path(), "should be code or link")),
        }
    }
}
