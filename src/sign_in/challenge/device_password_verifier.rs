//! `DEVICE_PASSWORD_VERIFIER`: the device proves its own password with SRP, under its device group and key.

use super::{AuthCall, Context, IncomingChallenge, Inputs, srp_proof};
use crate::error::{Error, Result};
use crate::srp::client::Identity;

pub(super) const NAME: &str = "DEVICE_PASSWORD_VERIFIER";

pub(super) fn prove(put: &IncomingChallenge<'_>, context: &mut Context, inputs: Inputs<'_>) -> Result<AuthCall> {
    let (Some(ephemeral), Some(device)) = (context.ephemeral.take(), context.device()) else {
        return Err(Error::UnsupportedChallenge(format!("{NAME} without a device that is known here")));
    };
    let identity = Identity { group: &device.group_key, user: &device.device_key };
    let proof = srp_proof::responses(put, identity, &device.secret, &ephemeral, inputs)?;
    Ok(context.respond(NAME, proof))
}
