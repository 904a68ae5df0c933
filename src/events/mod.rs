//! Who is signed in, and the events that say so: an event is made by the state change itself, so replaying the
//! events always gives the state, in order and once.

mod hub;
mod state;

pub use hub::EventStream;
pub(crate) use hub::Hub;
pub use state::{AuthState, AuthUser, UnknownReason};

use crate::error::AuthErrorInfo;
use crate::support::shown::shows;

/// What happened. The events that change [`AuthState`] carry what the new state holds.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum AuthEvent {
    /// The first event that every listener gets: the state at the time it began to listen.
    Configured {
        /// The current state.
        state: AuthState,
    },
    /// The stored session has been read, or could not be: the state is now known, or known to be unknown.
    StateChanged {
        /// The current state.
        state: AuthState,
    },
    /// Somebody signed in.
    SignedIn {
        /// Who.
        user: AuthUser,
    },
    /// A sign-in failed for good; a wrong code that can be typed again is not an event.
    SignInFailed {
        /// Why.
        error: AuthErrorInfo,
    },
    /// The user signed out, here or in another process that shares the store.
    SignedOut {
        /// Who was signed in.
        user: AuthUser,
    },
    /// The user deleted their account; nobody is signed in any more.
    UserDeleted {
        /// Who it was.
        user: AuthUser,
    },
    /// A verdict of the service ended the session; the user has to sign in again.
    SessionExpired {
        /// Whose session it was.
        user: AuthUser,
        /// The verdict.
        error: AuthErrorInfo,
    },
    /// New tokens were fetched and stored.
    TokensRefreshed {
        /// Whose tokens.
        user: AuthUser,
    },
    /// New tokens could not be fetched; the session lives on.
    TokenRefreshFailed {
        /// Whose tokens.
        user: AuthUser,
        /// Why, for example `network`.
        error: AuthErrorInfo,
    },
    /// Tokens could not be written to the secure store. They are kept in memory, and writing is tried again.
    StorageFailed {
        /// Why.
        error: AuthErrorInfo,
    },
    /// The device could not be made known to the service. If the failure can pass, that is tried again in the background;
    /// if not, the next sign-in is from a new device.
    DeviceConfirmationFailed {
        /// Whose device.
        user: AuthUser,
        /// Why.
        error: AuthErrorInfo,
    },
    /// An account was created; unless it needs no confirmation, its code is on the way.
    SignedUp {
        /// The user name as given.
        username: String,
        /// Whether the account must still be confirmed.
        needs_confirmation: bool,
    },
    /// The user who had just signed up was signed in automatically; `SignedIn`, told before, says who.
    AutoSignedIn,
    /// The automatic sign-in after a sign-up waits for an answer: see `pendingSignIn`.
    AutoSignInChallenged,
    /// The automatic sign-in after a sign-up failed for good.
    AutoSignInFailed {
        /// Why.
        error: AuthErrorInfo,
    },
    /// An account was confirmed.
    SignUpConfirmed {
        /// The user name as given.
        username: String,
    },
    /// A new password was asked for; the code for it is on the way.
    PasswordResetRequested {
        /// The user name as given.
        username: String,
    },
    /// The service refused to begin resetting a password, or could not be reached.
    PasswordResetRequestFailed {
        /// The user name as given.
        username: String,
        /// Why.
        error: AuthErrorInfo,
    },
    /// A forgotten password was replaced by a new one.
    PasswordReset {
        /// The user name as given.
        username: String,
    },
    /// A forgotten password was not replaced, for example because of a wrong code.
    PasswordResetFailed {
        /// The user name as given.
        username: String,
        /// Why.
        error: AuthErrorInfo,
    },
    /// Attributes of the signed-in user were updated. Those whose new value must be confirmed may still have the old one.
    UserAttributesUpdated {
        /// The names of the attributes.
        attribute_names: Vec<String>,
    },
    /// Attributes of the signed-in user were not updated.
    UserAttributesUpdateFailed {
        /// Why.
        error: AuthErrorInfo,
    },
    /// What the app gave a sign-in on the hosted pages, to have it back after it; `SignedIn`, told before, says who.
    CustomState {
        /// That text.
        custom_state: String,
    },
    /// The signed-in user has set up an authenticator app.
    TotpVerified,
    /// Another provider vouched for whoever uses the app, to the identity pool.
    Federated {
        /// Their identity.
        identity_id: String,
    },
    /// That was ended.
    FederationCleared {
        /// Whose identity it was.
        identity_id: String,
    },
}
shows!(enum AuthEvent {
    Configured { state },
    StateChanged { state },
    SignedIn { user },
    SignInFailed { error },
    SignedOut { user },
    UserDeleted { user },
    SessionExpired { user, error },
    TokensRefreshed { user },
    TokenRefreshFailed { user, error },
    StorageFailed { error },
    DeviceConfirmationFailed { user, error },
    SignedUp { needs_confirmation },
    AutoSignedIn,
    AutoSignInChallenged,
    AutoSignInFailed { error },
    SignUpConfirmed {},
    PasswordResetRequested {},
    PasswordResetRequestFailed { error },
    PasswordReset {},
    PasswordResetFailed { error },
    UserAttributesUpdated { attribute_names },
    UserAttributesUpdateFailed { error },
    CustomState {},
    TotpVerified,
    Federated {},
    FederationCleared {},
});

impl AuthEvent {
    /// The name that Amplify's Hub gives this event on its `auth` channel, for people who port listeners.
    #[must_use]
    pub const fn hub_name(&self) -> &'static str {
        match self {
            Self::Configured { .. } => "configured",
            Self::StateChanged { .. } => "stateChanged",
            Self::SignedIn { .. } => "signIn",
            Self::SignInFailed { .. } => "signIn_failure",
            Self::SignedOut { .. } => "signOut",
            Self::UserDeleted { .. } => "userDeleted",
            Self::SessionExpired { .. } => "sessionExpired",
            Self::TokensRefreshed { .. } => "tokenRefresh",
            Self::TokenRefreshFailed { .. } => "tokenRefresh_failure",
            Self::StorageFailed { .. } => "storage_failure",
            Self::DeviceConfirmationFailed { .. } => "device_failure",
            Self::SignedUp { .. } => "signUp",
            Self::AutoSignedIn | Self::AutoSignInChallenged => "autoSignIn",
            Self::AutoSignInFailed { .. } => "autoSignIn_failure",
            Self::SignUpConfirmed { .. } => "confirmSignUp",
            Self::PasswordResetRequested { .. } => "forgotPassword",
            Self::PasswordResetRequestFailed { .. } => "forgotPassword_failure",
            Self::PasswordReset { .. } => "forgotPasswordSubmit",
            Self::PasswordResetFailed { .. } => "forgotPasswordSubmit_failure",
            Self::UserAttributesUpdated { .. } => "updateUserAttributes",
            Self::UserAttributesUpdateFailed { .. } => "updateUserAttributes_failure",
            Self::CustomState { .. } => "customOAuthState",
            Self::TotpVerified => "verify",
            Self::Federated { .. } => "federatedSignIn",
            Self::FederationCleared { .. } => "federationCleared",
        }
    }
}
