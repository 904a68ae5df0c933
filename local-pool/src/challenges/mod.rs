//! Answers to challenges: one file each.

pub(crate) mod custom_challenge;
pub(crate) mod device_password_verifier;
pub(crate) mod device_srp_auth;
pub(crate) mod email_otp;
pub(crate) mod mfa_setup;
pub(crate) mod new_password_required;
pub(crate) mod password_verifier;
pub(crate) mod select_challenge;
pub(crate) mod select_mfa_type;
pub(crate) mod sent_code;
pub(crate) mod sms_mfa;
pub(crate) mod sms_otp;
pub(crate) mod software_token_mfa;
pub(crate) mod srp_claim;
pub(crate) mod web_authn;

use crate::error::{Outcome, ServiceError};
use crate::sign_in::attempt::{self, Opened};
use crate::sign_in::{Parameters, SignIn};

/// What a client sends to RespondToAuthChallenge, past the checks that all challenges share.
pub(crate) struct Response<'a> {
    pub parameters: &'a Parameters,
    pub session: Option<&'a str>,
    /// The user that USERNAME names, by whatever name; internal.
    pub named: Option<String>,
    /// USERNAME as sent.
    pub typed: &'a str,
}

impl Response<'_> {
    /// The attempt of the session that was sent, when it is the user's and of this challenge.
    pub fn open(&self, sign_in: &SignIn<'_>, challenge: &str) -> Outcome<Opened> {
        let session = self.session.ok_or_else(ServiceError::invalid_session)?;
        let opened = attempt::load(sign_in, challenge, session)?;
        if self.is_for(&opened.attempt) { Ok(opened) } else { Err(ServiceError::invalid_session()) }
    }

    /// Whether USERNAME is one of the names of the attempt's user.
    pub fn is_for(&self, attempt: &crate::sign_in::attempt::Attempt) -> bool {
        match &self.named {
            Some(named) => *named == attempt.username,
            None => !attempt.known && (self.typed == attempt.username || self.typed == attempt.typed),
        }
    }
}
