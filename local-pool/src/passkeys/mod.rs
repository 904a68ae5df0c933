//! Passkeys: the relying party's side of W3C WebAuthn Level 3, sections 7.1 and 7.2.

mod assertion;
mod attestation;
mod authenticator_data;
mod client_data;
mod credential;
mod flaw;
mod public_key;
mod registration;
mod relying_party;

pub(crate) use self::assertion::{Assertion, request_options};
pub(crate) use self::flaw::Flaw;
pub(crate) use self::registration::{MOST_PER_USER, Registration, creation_options};
pub(crate) use self::relying_party::RelyingParty;
pub(crate) use crate::model::passkey::Passkey;
