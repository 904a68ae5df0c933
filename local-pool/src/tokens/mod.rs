//! Tokens: what is in them, issuing, checking, refreshing and revoking.

pub(crate) mod claims;
pub(crate) mod issue;
pub(crate) mod machine;
pub(crate) mod pre_token;
pub(crate) mod refresh;
pub(crate) mod verify;
