//! `SELECT_MFA_TYPE`: the person has several second factors and chooses one.

use super::{AuthCall, Context, IncomingChallenge, SignInStep, choice, list};
use crate::error::Result;
use crate::factors::MfaType;
use crate::support::shown::shows;

pub(super) const NAME: &str = "SELECT_MFA_TYPE";

#[derive(Clone)]
pub(in super::super) struct MfaSelection {
    offered: Vec<String>,
}
shows!(MfaSelection { offered });

impl MfaSelection {
    pub fn new(put: &IncomingChallenge<'_>) -> Result<Self> {
        Ok(Self { offered: list(put, "MFAS_CAN_CHOOSE")? })
    }

    pub fn step(&self) -> SignInStep {
        let types = self.offered.iter().map(|name| MfaType::from_name(name)).collect();
        SignInStep::ContinueSignInWithMfaSelection { types }
    }

    pub fn answer(&self, text: &str, context: &Context) -> Result<AuthCall> {
        let chosen = choice(MfaType::from_name(text).name(), &self.offered)?;
        Ok(context.respond(NAME, [("ANSWER", chosen.into())]))
    }
}
