//! What the services beside Cognito have in common: signed requests, and errors in XML.

mod error;
mod signed;
pub(crate) mod xml;

pub(crate) use self::error::AwsError;
pub(crate) use self::signed::{Incoming, Style, verify};
