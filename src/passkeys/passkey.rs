//! The passkeys that the service knows of the signed-in user.

use std::time::SystemTime;

use super::Passkeys;
use crate::error::{InputError, Result};
use crate::protocol::user_pool::{DeleteWebAuthnCredential, ListWebAuthnCredentials, WebAuthnCredential};
use crate::support::clock::from_unix_seconds;
use crate::support::secret::Secret;
use crate::support::shown::shows;

/// The most passkeys that the service puts on a page.
const LARGEST_PAGE: u32 = 20;

/// A passkey that the service knows.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct Passkey {
    /// The id that `deletePasskey` takes.
    pub credential_id: String,
    /// The name that the service gave it, after what made it.
    pub friendly_name: Option<String>,
    /// The domain that it is for.
    pub relying_party_id: Option<String>,
    /// `platform` (part of the device) or `cross-platform` (a security key), as the authenticator said.
    pub authenticator_attachment: Option<String>,
    /// How it can be reached, for example `internal` or `hybrid` (W3C's `AuthenticatorTransport`).
    pub transports: Vec<String>,
    /// When it was registered.
    pub created_at: Option<SystemTime>,
}
shows!(Passkey { relying_party_id, authenticator_attachment, transports, created_at });

/// A page of the list of passkeys.
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct PasskeyPage {
    /// The passkeys.
    pub passkeys: Vec<Passkey>,
    /// Gives the next page; absent on the last one.
    pub next_token: Option<String>,
}
shows!(PasskeyPage { passkeys });

/// Options of `listPasskeys`.
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct ListPasskeysOptions {
    /// How many passkeys a page has at most: 1 to 20. Absent: as the service likes.
    #[uniffi(default = None)]
    pub page_size: Option<u32>,
    /// The `next_token` of the page before; absent: the first page.
    #[uniffi(default = None)]
    pub next_token: Option<String>,
}
shows!(ListPasskeysOptions { page_size });

impl ListPasskeysOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Pages of this many passkeys at most: 1 to 20.
    #[must_use]
    pub const fn page_size(mut self, size: u32) -> Self {
        self.page_size = Some(size);
        self
    }

    /// The page after the one that gave this token.
    #[must_use]
    pub fn next_token(mut self, token: impl Into<String>) -> Self {
        self.next_token = Some(token.into());
        self
    }

    pub(crate) fn check(&self) -> Result<(), InputError> {
        match self.page_size {
            Some(size) if !(1..=LARGEST_PAGE).contains(&size) => {
                Err(InputError::new("pageSize", format!("a page has 1 to {LARGEST_PAGE} passkeys")))
            }
            _ => Ok(()),
        }
    }
}

impl From<WebAuthnCredential> for Passkey {
    fn from(wire: WebAuthnCredential) -> Self {
        Self {
            credential_id: wire.credential_id,
            friendly_name: wire.friendly_credential_name,
            relying_party_id: wire.relying_party_id,
            authenticator_attachment: wire.authenticator_attachment,
            transports: wire.authenticator_transports,
            created_at: wire.created_at.map(|seconds| from_unix_seconds(seconds as i64)),
        }
    }
}

impl Passkeys {
    pub async fn list(&self, access_token: Secret, options: ListPasskeysOptions) -> Result<PasskeyPage> {
        let ListPasskeysOptions { page_size: max_results, next_token } = options;
        let answer = self.pool.call(&ListWebAuthnCredentials { access_token, max_results, next_token }).await?;
        let passkeys = answer.credentials.into_iter().map(Passkey::from).collect();
        Ok(PasskeyPage { passkeys, next_token: answer.next_token.filter(|token| !token.is_empty()) })
    }

    pub async fn delete(&self, access_token: Secret, credential_id: String) -> Result<()> {
        self.pool.call(&DeleteWebAuthnCredential { access_token, credential_id }).await.map(drop)
    }
}
