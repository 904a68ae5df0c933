//! Signing in and out on the pool's hosted pages, in a browser. The README beside this file has the diagram.

mod attempt;
mod callback;
mod options;
mod pages;

pub use options::{AuthProvider, WebUiRequest, WebUiSignInOptions};
pub(crate) use pages::{Claimed, HostedUi};
