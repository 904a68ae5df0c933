//! The wire: how requests reach Cognito's services and what their answers are. Knows JSON and HTTP, nothing about flows.
//! The README beside this file says what is sent again and why.

mod connector;
pub(crate) mod exception;
mod http;
pub(crate) mod identity_pool;
#[cfg(feature = "platform-verifier")]
mod platform_trust;
mod redaction;
mod retry;
mod service;
mod spent;
mod tls;
pub(crate) mod token_endpoint;
mod transport;
pub(crate) mod user_pool;

pub(crate) use http::default_transport;
pub use transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};

#[cfg(test)]
mod fault_server;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod verdicts;
