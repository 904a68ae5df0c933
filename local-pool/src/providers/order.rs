//! What a test wants of a provider.

use serde::Deserialize;
use serde_json::{Map, Value};

/// A token to be handed out by a provider that the server plays: `IdpToken::new("google", "1170...")`.
#[derive(Clone, Debug, PartialEq)]
pub struct IdpToken {
    pub(crate) provider: String,
    pub(crate) subject: String,
    pub(crate) audience: Option<String>,
    pub(crate) claims: Map<String, Value>,
    pub(crate) seconds: i64,
    pub(crate) wrong: Option<WrongToken>,
}

/// In what a token is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WrongToken {
    /// It ended an hour ago.
    Expired,
    /// It begins in an hour.
    NotYetValid,
    /// Another key has signed it.
    Key,
    /// Another issuer has issued it.
    Issuer,
    /// Nobody has signed it: `alg` is `none`.
    AlgNone,
    /// It was issued to another app.
    Audience,
}

/// One entry of `Logins`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The provider's name there, as `accounts.google.com`.
    pub provider: String,
    pub token: String,
}

impl IdpToken {
    /// A token of `google`, `apple`, `facebook`, `amazon`, `twitter`, or of an OpenID Connect provider by its domain, as
    /// `tenant.eu.auth0.com`. It lives an hour and is for the app that the first identity pool with this provider names.
    pub fn new(provider: &str, subject: &str) -> Self {
        Self {
            provider: provider.to_owned(),
            subject: subject.to_owned(),
            audience: None,
            claims: Map::new(),
            seconds: 3600,
            wrong: None,
        }
    }

    /// The app it is for: its id at the provider.
    pub fn audience(mut self, audience: &str) -> Self {
        self.audience = Some(audience.to_owned());
        self
    }

    /// A claim more, or in place of the one that it would have.
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// How long it lives.
    pub fn seconds(mut self, seconds: i64) -> Self {
        self.seconds = seconds;
        self
    }

    pub fn wrong(mut self, wrong: WrongToken) -> Self {
        self.wrong = Some(wrong);
        self
    }
}
