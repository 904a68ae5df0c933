//! WEB_AUTHN: a passkey as the first factor. A wrong assertion leaves the session usable.

use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use super::challenge::{Challenge, Put, state_of};
use super::verdict::Wrong;
use crate::error::{Outcome, ServiceError};
use crate::passkeys::{Assertion, RelyingParty, request_options};
use crate::sign_in::attempt::{Attempt, FirstProof, Learned};
use crate::sign_in::context::{Response, SignIn, required};
use crate::sign_in::facts::Facts;
use crate::store::passkeys;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WebAuthn;

#[derive(Serialize, Deserialize)]
struct State {
    challenge: [u8; 32],
}

impl Challenge for WebAuthn {
    const NAME: &'static str = "WEB_AUTHN";

    /// As a proof that is wrong.
    fn stale() -> ServiceError {
        ServiceError::wrong_credentials()
    }

    /// What the user's authenticator is to sign.
    async fn put(&self, sign_in: &SignIn<'_>, _: &Attempt, facts: &Facts<'_>) -> Outcome<Put> {
        let party = RelyingParty::of(facts.pool)?;
        let challenge = sign_in.call.service.random.bytes::<32>();
        let options = request_options(&party, &facts.passkeys, &challenge).to_string();
        let parameters = Map::from_iter([("CREDENTIAL_REQUEST_OPTIONS".to_owned(), json!(options))]);
        Ok(Put::new(parameters, serde_json::to_value(State { challenge })?))
    }

    async fn judge(
        sign_in: &SignIn<'_>,
        response: &Response<'_>,
        attempt: &Attempt,
        facts: &Facts<'_>,
    ) -> Result<Learned, Wrong> {
        let credential = required(response.parameters, "CREDENTIAL")?;
        let State { challenge } = state_of(attempt)?;
        let refused = |why: &'static str| ServiceError::wrong_credentials().because(why);
        let user = facts.user.as_ref().ok_or_else(|| refused("unknown user"))?;
        let party = RelyingParty::of(facts.pool)?;
        let assertion = Assertion::read(credential).map_err(|_| refused("no assertion of a passkey"))?;
        let known = facts.passkeys.iter().find(|passkey| passkey.credential_id == assertion.credential_id());
        let passkey = known.ok_or_else(|| refused("not one of the user's passkeys"))?;
        let checked = assertion.check(&party, passkey, user, &challenge);
        let sign_count = checked.map_err(|flaw| refused("wrong assertion").because(format!("{flaw:?}")))?;
        let counted = |db: &_| passkeys::count_use(db, &facts.pool.id, passkey, sign_count);
        if !sign_in.call.service.store.write(counted)? {
            return Err(refused("the passkey was used or deleted meanwhile").into());
        }
        Ok(Learned::First(FirstProof::Passkey { credential_id: passkey.credential_id.clone() }))
    }
}
