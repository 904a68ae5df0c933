//! What an app says of a sign-in on the hosted pages, and what it opens.

use crate::storage::ExistingSession;
use crate::support::shown::shows;

/// Who signs somebody in on the hosted pages.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum AuthProvider {
    /// The user pool itself.
    Cognito,
    /// Google.
    Google,
    /// Facebook.
    Facebook,
    /// Login with Amazon.
    Amazon,
    /// Sign in with Apple.
    Apple,
    /// An OpenID Connect or SAML provider, by the name that it has in the user pool.
    Named {
        /// That name.
        name: String,
    },
}
shows!(enum AuthProvider { Cognito, Google, Facebook, Amazon, Apple, Named { name } });

impl AuthProvider {
    /// As `identity_provider` names it.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Cognito => "COGNITO",
            Self::Google => "Google",
            Self::Facebook => "Facebook",
            Self::Amazon => "LoginWithAmazon",
            Self::Apple => "SignInWithApple",
            Self::Named { name } => name,
        }
    }
}

/// Options of `signInWithWebUI`. What is absent is not sent.
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct WebUiSignInOptions {
    /// Who signs them in; absent: the pages let the person choose.
    #[uniffi(default = None)]
    pub provider: Option<AuthProvider>,
    /// One of the provider's identifiers instead, for example the domain of a company's addresses (`idp_identifier`).
    #[uniffi(default = None)]
    pub idp_identifier: Option<String>,
    /// The scopes to ask for; absent: those of the configuration.
    #[uniffi(default = None)]
    pub scopes: Option<Vec<String>>,
    /// Where the person comes back to: one of those in the configuration. Absent: the first with a scheme of the app's
    /// own, or else the first.
    #[uniffi(default = None)]
    pub redirect_uri: Option<String>,
    /// Any text, which `AuthEvent.customState` gives back after the sign-in (`customState` of Amplify for JavaScript). It
    /// stays on the device.
    #[uniffi(default = None)]
    pub custom_state: Option<String>,
    /// `none`, `login`, `select_account` or `consent`, several with blanks between (OpenID Connect Core §3.1.2.1).
    #[uniffi(default = None)]
    pub prompt: Option<String>,
    /// The user name to begin with.
    #[uniffi(default = None)]
    pub login_hint: Option<String>,
    /// The language of the pages, for example `de`.
    #[uniffi(default = None)]
    pub lang: Option<String>,
    /// The URL of the API that the access token is meant for (RFC 8707).
    #[uniffi(default = None)]
    pub resource: Option<String>,
    /// What becomes of the session of another user; absent: it is replaced.
    #[uniffi(default = None)]
    pub existing_session: Option<ExistingSession>,
}
shows!(WebUiSignInOptions { provider, scopes, redirect_uri, prompt, lang });

impl WebUiSignInOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Who signs them in.
    #[must_use]
    pub fn provider(mut self, provider: AuthProvider) -> Self {
        self.provider = Some(provider);
        self
    }

    /// Any text, which an event gives back after the sign-in.
    #[must_use]
    pub fn custom_state(mut self, state: impl Into<String>) -> Self {
        self.custom_state = Some(state.into());
        self
    }

    /// Where the person comes back to.
    #[must_use]
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(uri.into());
        self
    }
}

/// What to open in a browser, and how to notice that it came back.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct WebUiRequest {
    /// The page to open.
    pub url: String,
    /// Where the browser goes at the end, with more after it: give that URL to `completeWebUISignIn`.
    pub redirect_uri: String,
}
shows!(WebUiRequest { redirect_uri });
