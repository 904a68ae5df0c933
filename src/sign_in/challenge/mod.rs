//! The challenges that the service may put, each in one file.

mod custom;
mod password_verifier;

use std::collections::BTreeMap;

use crate::error::{Error, Result};

use super::call::AuthCall;
use super::context::{Context, Inputs};
use super::step::SignInStep;

/// A challenge that waits for the person.
#[derive(Clone, Debug)]
pub(super) enum Challenge {
    Custom(custom::Custom),
}

/// What a challenge needs first.
#[derive(Debug)]
pub(super) enum Entered {
    /// The person's answer.
    Ask(Challenge),
    /// Nothing from the person: the library answers.
    Send(AuthCall),
}

/// Takes up the challenge of that name.
pub(super) fn enter(
    name: &str,
    parameters: BTreeMap<String, String>,
    context: &mut Context,
    inputs: Inputs<'_>,
) -> Result<Entered> {
    match name {
        custom::NAME => Ok(Entered::Ask(Challenge::Custom(custom::Custom::new(parameters)))),
        password_verifier::NAME => password_verifier::prove(&parameters, context, inputs).map(Entered::Send),
        _ => Err(Error::UnsupportedChallenge(name.to_owned())),
    }
}

impl Challenge {
    /// What to ask the person.
    pub fn step(&self) -> SignInStep {
        match self {
            Self::Custom(challenge) => challenge.step(),
        }
    }

    /// The request that carries the person's answer.
    pub fn answer(&self, text: &str, context: &Context) -> AuthCall {
        match self {
            Self::Custom(challenge) => challenge.answer(text, context),
        }
    }
}
