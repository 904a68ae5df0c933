//! `SELECT_CHALLENGE`: the person chooses the first factor of a choice-based sign-in.

use super::password::Password;
use super::{Context, Inputs, NextAction, SignInStep, choice};
use crate::error::Result;
use crate::factors::FirstFactor;
use crate::support::shown::shows;

pub(super) const NAME: &str = "SELECT_CHALLENGE";

#[derive(Clone)]
pub(in super::super) struct FirstFactorSelection {
    offered: Vec<String>,
}
shows!(FirstFactorSelection { offered });

impl FirstFactorSelection {
    pub fn new(available: &[String]) -> Self {
        Self { offered: available.to_vec() }
    }

    pub fn step(&self) -> SignInStep {
        let factors = self.offered.iter().map(|name| FirstFactor::from_name(name)).collect();
        SignInStep::ContinueSignInWithFirstFactorSelection { factors }
    }

    pub fn answer(&self, text: &str, context: &mut Context, inputs: Inputs<'_>) -> Result<NextAction> {
        let chosen = choice(text, &self.offered)?;
        match FirstFactor::from_name(&chosen) {
            factor @ (FirstFactor::Password | FirstFactor::PasswordSrp) => {
                Password::chosen(factor).begin(context, inputs)
            }
            factor => {
                context.chosen = Some(factor);
                Ok(NextAction::Send(context.respond(NAME, [("ANSWER", chosen.into())])))
            }
        }
    }
}
