//! The session: its tokens, when they expire, how they are renewed once for all callers, and how it ends.
//! The README beside this file has the diagram and the rules.

mod access;
mod auth_session;
mod claims;
mod current;
#[cfg(test)]
mod current_tests;
mod flush;
mod identity;
mod lifetime;
mod manager;
mod persistence;
#[cfg(test)]
#[cfg(shuttle)]
mod races;
mod refresh;
mod remote;
#[allow(clippy::module_inception)] // the session is what this folder is about
mod session;
mod sign_out;

pub use auth_session::{AuthSession, AuthTokens, FetchSessionOptions, SessionTokens};
pub use claims::{ClaimValue, TokenClaims, decode_claims};
pub(crate) use manager::SessionManager;
pub use sign_out::{SignOutOptions, SignOutResult};
