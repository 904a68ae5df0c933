//! DEVICE_SRP_AUTH: a remembered device begins to prove that it is there, by SRP over a secret of its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Response, device_password_verifier};
use crate::crypto::{sha256, srp as group};
use crate::devices::{self, Device};
use crate::error::{Outcome, ServiceError};
use crate::sign_in::attempt::{self, Attempt, DeviceStep, Opened, SrpState};
use crate::sign_in::{SignIn, required, srp};

const NAME: &str = "DEVICE_SRP_AUTH";

pub(crate) fn challenge(sign_in: &SignIn<'_>, mut attempt: Attempt, device: &Device) -> Outcome<Value> {
    let session = attempt::new_session(sign_in);
    let hash = sha256(&[session.as_bytes()]);
    attempt.session_hash = Some(hash);
    attempt.device = Some(DeviceStep { key: device.key.clone(), srp: None });
    attempt::keep(sign_in, NAME, &attempt, &hash)?;
    // Some clients answer without a session.
    attempt::keep(sign_in, NAME, &attempt, &name_hash(sign_in, &attempt.username, &device.key))?;
    Ok(json!({
        "ChallengeName": NAME,
        "ChallengeParameters": { "USERNAME": attempt.username, "DEVICE_KEY": device.key },
        "Session": session,
    }))
}

pub(crate) async fn respond(sign_in: &SignIn<'_>, response: &Response<'_>) -> Outcome<Value> {
    let key = required(response.parameters, "DEVICE_KEY")?;
    let client_public = required(response.parameters, "SRP_A")?;
    srp::check_public(client_public)?;
    let Opened { mut attempt, .. } = open(sign_in, response, key)?;
    let user = sign_in.user_of(&attempt)?.ok_or_else(ServiceError::wrong_credentials)?;
    let service = &sign_in.call.service;
    let device = devices::get(service, &sign_in.pool, &user.username, key)?;

    // Both ways to this attempt end here; of two requests only the first gets past.
    let by_session = attempt.session_hash.ok_or_else(ServiceError::invalid_session)?;
    attempt::forget(sign_in, &by_session)?;
    let by_name = name_hash(sign_in, &user.username, key);
    let is_same = |other: &Opened| other.attempt.session_hash == Some(by_session);
    if attempt::load_by_hash(sign_in, NAME, &by_name)?.is_some_and(|other| is_same(&other)) {
        attempt::forget(sign_in, &by_name)?;
    }

    let secret = service.random.bytes::<32>();
    let public = group::server_public(&device.verifier, &secret);
    let block = STANDARD.encode(srp::random_block(sign_in));
    let session = attempt::new_session(sign_in);
    let parameters = json!({
        "USERNAME": user.username,
        "DEVICE_KEY": key,
        "SRP_B": srp::hex_number(&public),
        "SALT": srp::hex_number(&device.salt),
        "SECRET_BLOCK": block,
    });
    let state = SrpState { client_public: client_public.to_owned(), secret, public, verifier: device.verifier };
    attempt.device = Some(DeviceStep { key: key.to_owned(), srp: Some(state) });
    attempt.session_hash = Some(sha256(&[session.as_bytes()]));
    attempt::keep(sign_in, device_password_verifier::NAME, &attempt, &sha256(&[block.as_bytes()]))?;
    Ok(json!({
        "ChallengeName": device_password_verifier::NAME, "ChallengeParameters": parameters, "Session": session,
    }))
}

/// The attempt of the session, or else the last one of the user that waits for this device.
fn open(sign_in: &SignIn<'_>, response: &Response<'_>, key: &str) -> Outcome<Opened> {
    let opened = match response.session {
        Some(_) => response.open(sign_in, NAME)?,
        None => {
            let username = response.named.as_deref().ok_or_else(ServiceError::invalid_session)?;
            let found = attempt::load_by_hash(sign_in, NAME, &name_hash(sign_in, username, key))?;
            found.ok_or_else(ServiceError::invalid_session)?
        }
    };
    let is_asked = opened.attempt.device.as_ref().is_some_and(|step| step.key == key);
    if is_asked { Ok(opened) } else { Err(ServiceError::invalid_session()) }
}

fn name_hash(sign_in: &SignIn<'_>, username: &str, key: &str) -> [u8; 32] {
    // Neither a client id nor a user name has a blank in it.
    sha256(&[format!("device {} {username} {key}", sign_in.client.id).as_bytes()])
}
