//! `PASSWORD` and `PASSWORD_SRP`: the password as first factor of a choice-based sign-in. With SRP the service goes on
//! with `PASSWORD_VERIFIER`.

use super::select_challenge;
use super::{Challenge, Context, Inputs, NextAction, SignInStep, leaves_open};
use crate::error::{Error, ErrorCode, Result};
use crate::factors::FirstFactor;
use crate::sign_in::opening;
use crate::support::secret::Secret;

pub(super) const PLAIN: &str = "PASSWORD";
pub(super) const SRP: &str = "PASSWORD_SRP";

#[derive(Clone, Debug)]
pub(in super::super) struct Password {
    factor: FirstFactor,
    place: Place,
}

/// Where in the sign-in the password is asked for.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// The person chose it in `SELECT_CHALLENGE`, which is still to be answered.
    Chosen,
    /// The service put it by its own name.
    IncomingChallenge,
    /// At the beginning, or at a new one after a wrong password.
    Anew,
}

impl Password {
    pub fn chosen(factor: FirstFactor) -> Self {
        Self { factor, place: Place::Chosen }
    }

    pub fn put(factor: FirstFactor) -> Self {
        Self { factor, place: Place::IncomingChallenge }
    }

    pub fn anew(factor: FirstFactor) -> Self {
        Self { factor, place: Place::Anew }
    }

    pub fn into_anew(self) -> Self {
        Self { place: Place::Anew, ..self }
    }

    /// With the password that the sign-in was given, or with a question.
    pub fn begin(self, context: &mut Context, inputs: Inputs<'_>) -> Result<NextAction> {
        match context.password.as_ref().filter(|password| !password.is_empty()) {
            Some(_) => self.send(context, inputs),
            None => Ok(NextAction::Ask(Challenge::Password(self))),
        }
    }

    pub fn step(&self) -> SignInStep {
        SignInStep::ConfirmSignInWithPassword
    }

    pub fn answer(&self, text: &str, context: &mut Context, inputs: Inputs<'_>) -> Result<NextAction> {
        context.password = Some(Secret::new(text));
        self.send(context, inputs)
    }

    fn send(&self, context: &mut Context, inputs: Inputs<'_>) -> Result<NextAction> {
        if let Place::Anew = self.place {
            context.session = None;
            return opening::user_auth(Some(self.factor.clone()), context, inputs);
        }
        let proof = match self.factor {
            FirstFactor::PasswordSrp => ("SRP_A", context.draw_ephemeral(inputs)?),
            _ => ("PASSWORD", context.take_password()?),
        };
        let name = self.factor.name();
        Ok(NextAction::Send(match self.place {
            Place::Chosen => context.respond(select_challenge::NAME, [("ANSWER", name.into()), proof]),
            _ => context.respond(name, [proof]),
        }))
    }

    /// A wrong password can be typed again: the sign-in begins anew with it, whatever became of the session.
    pub fn after_refusal(self, error: &Error) -> Option<Self> {
        let wrong = matches!(error.code(), ErrorCode::IncorrectUsernameOrPassword | ErrorCode::InvalidSession);
        if wrong {
            return Some(self.into_anew());
        }
        leaves_open(error).then_some(self)
    }
}
