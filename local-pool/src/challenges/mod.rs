//! Answers to challenges: one file each.

pub(crate) mod custom_challenge;
pub(crate) mod new_password_required;
pub(crate) mod password_verifier;

use crate::sign_in::Parameters;

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
    /// Whether USERNAME is one of the names of the attempt's user.
    pub fn is_for(&self, attempt: &crate::sign_in::attempt::Attempt) -> bool {
        match &self.named {
            Some(named) => *named == attempt.username,
            None => !attempt.known && (self.typed == attempt.username || self.typed == attempt.typed),
        }
    }
}
