//! The state: read synchronously from memory, never from the network.

use crate::error::AuthErrorInfo;
use crate::support::shown::shows;

/// A user, as the service names them.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct AuthUser {
    /// The user name that the service returned; it can differ from what was typed (an alias, another case).
    pub username: String,
    /// The `sub` claim: stays the same for as long as the user exists.
    pub user_id: String,
}
shows!(AuthUser {});

/// Whether somebody is signed in. An unfinished sign-in is no state of its own: it blocks nothing.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum AuthState {
    /// Nobody is signed in.
    SignedOut,
    /// Somebody is signed in. The tokens may be stale, for example offline.
    SignedIn {
        /// Who.
        user: AuthUser,
    },
    /// A verdict of the service ended the session; the user has to sign in again (no sign-out is needed before).
    SessionExpired {
        /// Whose session it was.
        user: AuthUser,
        /// The verdict.
        error: AuthErrorInfo,
    },
    /// Nobody is signed in to the user pool; another provider vouches for whoever uses the app, to the identity pool
    /// (`federateToIdentityPool`).
    Federated {
        /// Their identity.
        identity_id: String,
    },
    /// It is not known, since the stored session was not read yet or cannot be read.
    Unknown {
        /// Why not.
        reason: UnknownReason,
    },
}
shows!(enum AuthState {
    SignedOut,
    SignedIn { user },
    SessionExpired { user, error },
    Federated {},
    Unknown { reason },
});

/// Why the state is not known. In none of these cases has anybody been signed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum UnknownReason {
    /// The store has not been read yet; every asynchronous call reads it.
    NotLoaded,
    /// The store is locked, for example before the device's first unlock; it is read again at the next call.
    StorageLocked,
    /// The store failed; it is read again at the next call.
    StorageFailed,
    /// The stored session cannot be decoded. It was set aside; a new sign-in repairs it.
    StorageCorrupt,
}

impl AuthState {
    /// Who is signed in, or whose session expired.
    #[must_use]
    pub const fn user(&self) -> Option<&AuthUser> {
        match self {
            Self::SignedIn { user } | Self::SessionExpired { user, .. } => Some(user),
            Self::SignedOut | Self::Federated { .. } | Self::Unknown { .. } => None,
        }
    }
}
