//! PASSWORD_VERIFIER: the second half of SRP. Found by its SECRET_BLOCK, since some clients send no session.

use serde_json::{Map, json};

use super::challenge::{Challenge, Kept, Put, state_of};
use super::srp_claim::{SrpClaim, SrpState};
use super::verdict::Wrong;
use crate::error::{Outcome, ServiceError};
use crate::sign_in::attempt::{Attempt, FirstProof, Flow, Learned};
use crate::sign_in::context::{Response, SignIn};
use crate::sign_in::facts::Facts;
use crate::sign_in::sessions::Opened;
use crate::sign_in::{device, lock_out, stand_in};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PasswordVerifier;

impl Challenge for PasswordVerifier {
    const NAME: &'static str = "PASSWORD_VERIFIER";
    const COUNTS: Option<lock_out::Of> = Some(lock_out::Of::Password);
    const FORGOTTEN: bool = true;
    const CHECKS_DEVICE_FIRST: bool = false;

    async fn put(&self, sign_in: &SignIn<'_>, attempt: &Attempt, facts: &Facts<'_>) -> Outcome<Put> {
        let pool = facts.pool;
        // Worked out for everybody, so that time does not tell who is known.
        let (mut salt, mut verifier) = stand_in::password(pool, &attempt.username);
        // A user without a password gets a proof nobody can make, under their own name.
        if let Some(user) = facts.user.as_ref().filter(|user| user.has_password()) {
            (salt, verifier) = (user.salt.clone(), user.verifier.clone());
        }
        let client_public = attempt.srp_a.clone().unwrap_or_default();
        let (state, block) = SrpState::begin(&sign_in.call.service.random, client_public, verifier);
        let parameters = Map::from_iter([
            ("USERNAME".to_owned(), json!(attempt.username)),
            ("USER_ID_FOR_SRP".to_owned(), json!(attempt.username)),
            ("SRP_B".to_owned(), json!(state.public_hex())),
            ("SALT".to_owned(), json!(SrpState::hex_number(&salt))),
            ("SECRET_BLOCK".to_owned(), json!(block.text())),
        ]);
        // The block alone stands for an attempt of USER_SRP_AUTH.
        let session_too = matches!(attempt.flow, Flow::Custom | Flow::Choice);
        let kept = Kept::By { hash: block.hash(), session_too };
        Ok(Put { parameters, state: serde_json::to_value(&state)?, kept })
    }

    fn open(sign_in: &SignIn<'_>, response: &Response<'_>) -> Result<Opened, Wrong> {
        let claim = SrpClaim::read(response.parameters)?;
        let found = claim.open(sign_in, response, Self::NAME)?;
        found.ok_or_else(|| Wrong::last_guess(ServiceError::wrong_credentials().because("no such SECRET_BLOCK")))
    }

    async fn judge(
        sign_in: &SignIn<'_>,
        response: &Response<'_>,
        attempt: &Attempt,
        facts: &Facts<'_>,
    ) -> Result<Learned, Wrong> {
        let claim = SrpClaim::read(response.parameters)?;
        let state: SrpState = state_of(attempt)?;
        let wrong = |why: &'static str| Wrong::last_guess(ServiceError::wrong_credentials().because(why));
        let is_proven = claim.proves(&state, facts.pool.short_name(), &attempt.username);
        let user = facts.user.as_ref().ok_or_else(|| wrong("unknown user"))?;
        if !is_proven {
            return Err(wrong("wrong password"));
        }
        if state.verifier != user.verifier {
            return Err(wrong("the password was changed since the challenge"));
        }
        // The same proof is good once more without a key that the service does not know: so clients do it.
        device::check_key(sign_in, Some(&user.username))?;
        let under_alias = device::is_alias(facts.pool, &user.username, response.typed);
        Ok(Learned::First(FirstProof::password(user, under_alias)))
    }
}
