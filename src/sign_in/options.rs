//! The optional arguments of sign-in calls.

use std::collections::HashMap;

use crate::config::AuthFlow;
use crate::protocol::user_pool::UserAttribute;
use crate::storage::ExistingSession;
use crate::support::options::client_metadata_builder;
use crate::support::shown::shows;

/// Options of `signIn`.
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct SignInOptions {
    /// How to sign in this time; absent: as the configuration says, and `userSRP` if it says nothing.
    #[uniffi(default = None)]
    pub auth_flow: Option<AuthFlow>,
    /// `ClientMetadata` for the pool's Lambda triggers, over the configured one. Sent with every request that this
    /// sign-in makes (Cognito hands that of InitiateAuth only to some triggers).
    #[uniffi(default)]
    pub client_metadata: HashMap<String, String>,
    /// Amplify's older name for the same thing, merged into it; where both have a key, this one wins.
    /// The pre-authentication trigger sees it as `validationData`.
    #[uniffi(default)]
    pub validation_data: HashMap<String, String>,
    /// What becomes of the session of another user who is signed in; absent: it is replaced.
    #[uniffi(default = None)]
    pub existing_session: Option<ExistingSession>,
}
shows!(SignInOptions { auth_flow, client_metadata: names, validation_data: names, existing_session });

impl SignInOptions {
    /// Does this with the session of another user who is signed in.
    #[must_use]
    pub const fn existing_session(mut self, existing: ExistingSession) -> Self {
        self.existing_session = Some(existing);
        self
    }

    /// Signs in this way.
    #[must_use]
    pub fn auth_flow(mut self, flow: AuthFlow) -> Self {
        self.auth_flow = Some(flow);
        self
    }
}

/// Options of `confirmSignIn`.
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct ConfirmSignInOptions {
    /// `ClientMetadata` for the pool's Lambda triggers, over what `signIn` was given and the configured one.
    /// It also goes with what this sign-in sends afterwards.
    #[uniffi(default)]
    pub client_metadata: HashMap<String, String>,
    /// Attributes that go with a new password (`NEW_PASSWORD_REQUIRED`); other challenges have no use for them.
    #[uniffi(default)]
    pub user_attributes: Vec<UserAttribute>,
    /// What the user calls the authenticator app that is being set up; other challenges have no use for it.
    #[uniffi(default = None)]
    pub friendly_device_name: Option<String>,
}
shows!(ConfirmSignInOptions { client_metadata: names, user_attributes });

impl ConfirmSignInOptions {
    /// Adds an attribute that goes with a new password.
    #[must_use]
    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.user_attributes.push(UserAttribute::new(name, value));
        self
    }

    /// Names the authenticator app that is being set up.
    #[must_use]
    pub fn friendly_device_name(mut self, name: impl Into<String>) -> Self {
        self.friendly_device_name = Some(name.into());
        self
    }
}

client_metadata_builder!(SignInOptions, ConfirmSignInOptions);
