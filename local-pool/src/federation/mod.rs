//! Signing in by an identity provider. Read README.md beside this file first: it has the diagram.

pub(crate) mod arrival;
pub(crate) mod links;
pub(crate) mod outside;
pub(crate) mod played;
pub(crate) mod rules;
pub(crate) mod trip;
