//! SOFTWARE_TOKEN_MFA: the code of an authenticator app as the second factor.

use serde_json::{Map, Value, json};

use super::challenge::{Challenge, Put};
use super::verdict::Wrong;
use crate::error::{Outcome, ServiceError};
use crate::model::software_token::Verdict;
use crate::sign_in::attempt::{Attempt, Learned, SecondProof};
use crate::sign_in::context::{Response, SignIn, required};
use crate::sign_in::facts::Facts;
use crate::sign_in::lock_out;
use crate::store::users;
use crate::users::mfa::Factor;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SoftwareTokenMfa;

impl Challenge for SoftwareTokenMfa {
    const NAME: &'static str = "SOFTWARE_TOKEN_MFA";
    const COUNTS: Option<lock_out::Of> = Some(lock_out::Of::SecondFactor);

    async fn put(&self, _: &SignIn<'_>, attempt: &Attempt, facts: &Facts<'_>) -> Outcome<Put> {
        let mut parameters = Map::from_iter([("USER_ID_FOR_SRP".to_owned(), json!(attempt.username))]);
        let token = facts.user.as_ref().and_then(|user| user.mfa.software_token.as_ref());
        let device = token.and_then(|token| token.friendly_device_name.as_ref());
        parameters.extend(device.map(|name| ("FRIENDLY_DEVICE_NAME".to_owned(), json!(name))));
        Ok(Put::new(parameters, Value::Null))
    }

    async fn judge(
        sign_in: &SignIn<'_>,
        response: &Response<'_>,
        attempt: &Attempt,
        facts: &Facts<'_>,
    ) -> Result<Learned, Wrong> {
        let entered = required(response.parameters, "SOFTWARE_TOKEN_MFA_CODE")?;
        // Judging and noting the step are one: of two answers with the same code only one gets past this.
        let (verdict, proof) = sign_in.call.service.store.write(|db| {
            let mut user = users::named(db, facts.pool, &attempt.username)?;
            let Some(token) = &mut user.mfa.software_token else {
                let text = "Software token MFA is not set up for the user";
                return Err(ServiceError::software_token_mfa_not_found(text));
            };
            let verdict = token.take(entered, facts.now_ms);
            if verdict == Verdict::Right {
                users::update(db, facts.pool, &user)?;
            }
            Ok((verdict, SecondProof::of(Factor::SoftwareTokenMfa, &user)))
        })?;
        match (verdict, proof) {
            (Verdict::Right, Some(proof)) => Ok(Learned::Second(proof)),
            (Verdict::Used, _) => {
                Err(ServiceError::expired_code("Your software token has already been used once.").into())
            }
            _ => Err(Wrong::guess(ServiceError::code_mismatch("Invalid code received for user").because("wrong code"))),
        }
    }
}
