//! `PASSWORD_VERIFIER`: proves the password with SRP; the person is not asked.

use super::{AuthCall, Context, IncomingChallenge, Inputs, srp_proof};
use crate::error::{Error, Result};
use crate::srp::client::Identity;

pub(super) const NAME: &str = "PASSWORD_VERIFIER";

pub(super) fn prove(put: &IncomingChallenge<'_>, context: &mut Context, inputs: Inputs<'_>) -> Result<AuthCall> {
    // Both are for this one proof: a wrong one needs a new sign-in.
    let (Some(ephemeral), Some(password)) = (context.ephemeral.take(), context.password.take()) else {
        return Err(Error::UnsupportedChallenge(format!("{NAME} in a sign-in without a password")));
    };
    let identity = Identity { group: context.configuration.pool_name(), user: context.username() };
    let proof = srp_proof::responses(put, identity, &password, &ephemeral, inputs)?;
    Ok(context.respond(NAME, proof))
}
