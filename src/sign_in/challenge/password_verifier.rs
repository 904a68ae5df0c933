//! `PASSWORD_VERIFIER`: proves the password with SRP; the person is not asked.

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::srp::client::{Challenge, Identity, claim};
use crate::srp::timestamp::timestamp;

use super::{AuthCall, Context, Inputs};

pub(super) const NAME: &str = "PASSWORD_VERIFIER";

pub(super) fn prove(
    parameters: &BTreeMap<String, String>,
    context: &mut Context,
    inputs: Inputs<'_>,
) -> Result<AuthCall> {
    // Both are for this one proof: a wrong one needs a new sign-in.
    let (Some(ephemeral), Some(password)) = (context.ephemeral.take(), context.password.take()) else {
        return Err(Error::UnsupportedChallenge(format!("{NAME} in a sign-in without a password")));
    };
    let parameter = |key: &str| {
        let found = parameters.get(key).map(String::as_str);
        found.ok_or_else(|| Error::internal(format!("{NAME} came without {key}")))
    };
    let timestamp = timestamp(inputs.now);
    let secret_block = parameter("SECRET_BLOCK")?;
    let proof = claim(
        &ephemeral,
        Identity { group: context.configuration.pool_name(), user: context.username() },
        password.expose(),
        &Challenge { srp_b: parameter("SRP_B")?, salt: parameter("SALT")?, secret_block },
        &timestamp,
    )?;
    Ok(context.respond(
        NAME,
        [
            ("PASSWORD_CLAIM_SECRET_BLOCK", secret_block.into()),
            ("PASSWORD_CLAIM_SIGNATURE", proof.signature.into()),
            ("TIMESTAMP", timestamp.into()),
        ],
    ))
}
