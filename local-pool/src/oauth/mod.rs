//! OAuth 2.0 and OpenID Connect for apps. Read README.md beside this file first: it has the diagram.

pub(crate) mod back;
pub(crate) mod browser;
pub(crate) mod checks;
#[cfg(test)]
mod checks_table;
pub(crate) mod client_proof;
pub(crate) mod codes;
pub(crate) mod logout;
pub(crate) mod parameters;
pub(crate) mod refusal;
pub(crate) mod revoke;
pub(crate) mod scopes;
pub(crate) mod token;
pub(crate) mod user_info;
