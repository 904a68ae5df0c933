//! The session: its tokens, when they expire, how they are renewed once for all callers, and how it ends.
//! The README beside this file has the diagram and the rules.

mod access;
mod claims;
mod debt;
mod keeper;
mod live;
mod outcome;
mod refresh;
mod sign_out;

pub use claims::{ClaimValue, TokenClaims, decode_claims};
pub(crate) use keeper::Keeper;
pub use outcome::{AuthSession, AuthTokens, FetchSessionOptions, SessionTokens};
pub use sign_out::{SignOutOptions, SignOutResult};
