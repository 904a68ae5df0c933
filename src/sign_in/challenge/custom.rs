//! `CUSTOM_CHALLENGE`: the pool's Lambda triggers ask, any number of rounds.

use std::collections::BTreeMap;

use super::{AuthCall, Context, SignInStep};
use crate::support::shown::shows;

pub(super) const NAME: &str = "CUSTOM_CHALLENGE";

/// What the triggers' public parameters say.
#[derive(Clone)]
pub(in super::super) struct Custom {
    parameters: BTreeMap<String, String>,
}
shows!(Custom { parameters: names });

impl Custom {
    pub fn new(parameters: BTreeMap<String, String>) -> Self {
        Self { parameters }
    }

    pub fn step(&self) -> SignInStep {
        SignInStep::ConfirmSignInWithCustomChallenge { parameters: self.parameters.clone().into_iter().collect() }
    }

    pub fn answer(&self, text: &str, context: &Context) -> AuthCall {
        context.respond(NAME, [("ANSWER", text.into())])
    }
}
