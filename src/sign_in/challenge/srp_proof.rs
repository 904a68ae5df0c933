//! The proof that answers both `PASSWORD_VERIFIER` and `DEVICE_PASSWORD_VERIFIER`.

use super::{IncomingChallenge, Inputs};
use crate::error::{Error, Result};
use crate::srp::client::{Challenge, Ephemeral, Identity, claim};
use crate::srp::timestamp::timestamp;
use crate::support::secret::Secret;

/// The three `PASSWORD_CLAIM` responses.
pub(super) fn responses(
    put: &IncomingChallenge<'_>,
    identity: Identity<'_>,
    password: &Secret,
    ephemeral: &Ephemeral,
    inputs: Inputs<'_>,
) -> Result<[(&'static str, Secret); 3]> {
    let parameter = |key: &str| {
        let found = put.parameters.get(key).map(String::as_str);
        found.ok_or_else(|| Error::bad_answer(format!("{} came without {key}", put.name)))
    };
    let timestamp = timestamp(inputs.now);
    let secret_block = parameter("SECRET_BLOCK")?;
    let challenge = Challenge { srp_b: parameter("SRP_B")?, salt: parameter("SALT")?, secret_block };
    let proof = claim(ephemeral, identity, password.expose(), &challenge, &timestamp)?;
    Ok([
        ("PASSWORD_CLAIM_SECRET_BLOCK", secret_block.into()),
        ("PASSWORD_CLAIM_SIGNATURE", proof.signature.into()),
        ("TIMESTAMP", timestamp.into()),
    ])
}
