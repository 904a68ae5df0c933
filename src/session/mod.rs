//! The session: its tokens, when they expire, how they are renewed once for all callers, and how it ends.
//! The README beside this file has the diagram and the rules.

mod access;
mod claims;
mod current;
#[cfg(test)]
mod current_tests;
mod flush;
mod identity;
mod lifetime;
mod manager;
mod metadata;
mod persistence;
#[cfg(test)]
#[cfg(shuttle)]
mod races;
mod refresh;
mod remote;
#[allow(clippy::module_inception)] // the session is what this folder is about
mod session;
mod sign_out;
mod tokens;

pub(crate) use access::Caller;
pub use claims::{ClaimValue, TokenClaims, decode_claims};
pub(crate) use manager::SessionManager;
pub use metadata::{RefreshMetadataProvider, RefreshMetadataUnavailable};
pub(crate) use session::Origin;
pub use sign_out::{SignOutOptions, SignOutResult};
pub(crate) use tokens::FetchedSession;
pub use tokens::{AuthTokens, FetchSessionOptions, SessionTokens};
