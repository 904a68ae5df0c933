use serde::Deserialize;
use serde_json::{Value, json};

use super::start_web_authn_registration::too_many;
use crate::crypto::sha256;
use crate::error::{Outcome, ServiceError};
use crate::passkeys::{Flaw, MOST_PER_USER, Registration, RelyingParty};
use crate::pools::{Client, Pool};
use crate::service::Call;
use crate::store::passkeys;
use crate::tokens::verify;
use crate::users::User;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    access_token: String,
    credential: Value,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let bearer = verify::access_token(call, &request.access_token).await?;
    complete(call, &bearer.pool, &bearer.client, &bearer.user, request.credential)?;
    Ok(Answer::Json(json!({})))
}

/// Takes what the authenticator made.
pub(crate) fn complete(call: &Call, pool: &Pool, client: &Client, user: &User, credential: Value) -> Outcome<()> {
    let party = RelyingParty::of(pool)?;
    let (service, pool_id, username) = (&call.service, pool.id.as_str(), user.username.as_str());
    let registration = Registration::read(credential).map_err(refusal)?;
    let now = service.now_ms();
    let challenge = sha256(&[registration.challenge()]);
    let started = service.store.read(|db| passkeys::started(db, pool_id, username, &challenge))?;
    let started = started.filter(|started| started.expires_ms > now).ok_or_else(challenge_not_found)?;
    if started.client_id != client.id {
        let text = "The registration was started with a token of another client.";
        return Err(ServiceError::web_authn_client_mismatch(text));
    }
    // A challenge is good for one try, right or wrong.
    if !service.store.write(|db| passkeys::finish(db, &challenge))? {
        return Err(challenge_not_found());
    }
    let passkey = registration.check(&party, now).map_err(refusal)?;
    service.store.write(|db| {
        if passkeys::of_user(db, pool_id, username)?.len() >= MOST_PER_USER {
            return Err(too_many());
        }
        if !passkeys::insert(db, pool_id, username, &passkey)? {
            return Err(ServiceError::invalid_parameter("The credential is already registered."));
        }
        Ok(())
    })
}

fn challenge_not_found() -> ServiceError {
    let text = "The challenge of the registration has expired, or there is none.";
    ServiceError::web_authn_challenge_not_found(text)
}

/// The service's texts are not known.
fn refusal(flaw: Flaw) -> ServiceError {
    match flaw {
        Flaw::OriginNotAllowed => {
            ServiceError::web_authn_origin_not_allowed("The origin is not allowed for the relying party ID.")
        }
        Flaw::OtherRelyingParty => ServiceError::web_authn_relying_party_mismatch(
            "The credential was not made for the relying party ID of the user pool.",
        ),
        Flaw::NotSupported => ServiceError::web_authn_credential_not_supported(
            "The credential's kind of key or attestation is not supported.",
        ),
        Flaw::UserNotVerified => ServiceError::web_authn_credential_not_supported(
            "The authenticator has not verified the user, which the user pool requires.",
        ),
        Flaw::OtherChallenge => challenge_not_found(),
        Flaw::Malformed
        | Flaw::OtherCeremony
        | Flaw::UserNotPresent
        | Flaw::WrongSignature
        | Flaw::CounterNotGrown
        | Flaw::OtherUser => ServiceError::invalid_parameter("The credential is not valid."),
    }
}
