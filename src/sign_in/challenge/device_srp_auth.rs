//! `DEVICE_SRP_AUTH`: the device proves itself in the place of a second factor; this is its `SRP_A`.

use super::{AuthCall, Context, Inputs};
use crate::error::{Error, Result};

pub(super) const NAME: &str = "DEVICE_SRP_AUTH";

pub(super) fn begin(context: &mut Context, inputs: Inputs<'_>) -> Result<AuthCall> {
    if context.device().is_none() {
        return Err(Error::UnsupportedChallenge(format!("{NAME} without a device that is known here")));
    }
    let srp_a = context.draw_ephemeral(inputs)?;
    Ok(context.respond(NAME, [("SRP_A", srp_a)]))
}
