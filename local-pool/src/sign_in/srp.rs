//! The first half of SRP: USER_SRP_AUTH, and CUSTOM_AUTH that begins with SRP_A.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::attempt::{self, Attempt, Flow, SrpState};
use super::{Parameters, SignIn, pre_authentication, required};
use crate::crypto::{hex, hmac_sha256, sha256, srp};
use crate::error::{Outcome, ServiceError};
use crate::random::uuid_from;
use crate::users::User;

const CHALLENGE: &str = "PASSWORD_VERIFIER";

/// USER_SRP_AUTH's first request. Its answer has no session: the SECRET_BLOCK stands for the attempt.
pub(crate) async fn start(
    sign_in: &SignIn<'_>,
    parameters: &Parameters,
    validation_data: &Map<String, Value>,
) -> Outcome<Value> {
    let typed = required(parameters, "USERNAME")?;
    let client_public = required(parameters, "SRP_A")?;
    sign_in.client.check_secret_hash(parameters.get("SECRET_HASH").map(String::as_str), &[typed])?;
    check_public(client_public)?;
    let user = sign_in.user_named(typed)?;
    pre_authentication::run(sign_in, user.as_ref(), typed, validation_data).await?;
    challenge(sign_in, Flow::UserSrp, user.as_ref(), typed, client_public, None)
}

pub(crate) fn check_public(client_public: &str) -> Outcome<()> {
    srp::client_public(client_public).map(drop).map_err(|_| ServiceError::invalid_parameter("Invalid SRP_A."))
}

/// The PASSWORD_VERIFIER challenge. In the custom flow and after a choice it carries on `before` and gives a session.
pub(crate) fn challenge(
    sign_in: &SignIn<'_>,
    flow: Flow,
    user: Option<&User>,
    typed: &str,
    client_public: &str,
    before: Option<Attempt>,
) -> Outcome<Value> {
    let service = &sign_in.call.service;
    let (username, salt, verifier) = match user {
        Some(user) if user.has_password() => (user.username.clone(), user.salt.clone(), user.verifier.clone()),
        // A user without a password gets a proof nobody can make, under their own name.
        Some(user) => {
            let pretended = pretended(sign_in, &user.username);
            (user.username.clone(), pretended.salt, pretended.verifier)
        }
        None => {
            let pretended = pretended(sign_in, typed);
            (pretended.username, pretended.salt, pretended.verifier)
        }
    };
    let secret = service.random.bytes::<32>();
    let public = srp::server_public(&verifier, &secret);
    let block = STANDARD.encode(random_block(sign_in));
    let answers = Map::from_iter([
        ("USERNAME".to_owned(), json!(username)),
        ("USER_ID_FOR_SRP".to_owned(), json!(username)),
        ("SRP_B".to_owned(), json!(hex_number(&public))),
        ("SALT".to_owned(), json!(hex_number(&salt))),
        ("SECRET_BLOCK".to_owned(), json!(block)),
    ]);
    let mut attempt = before.unwrap_or_else(|| Attempt::new(flow, &username, typed, user.is_some()));
    attempt.username = username;
    attempt.srp = Some(SrpState { client_public: client_public.to_owned(), secret, public, verifier });
    let mut answer = json!({ "ChallengeName": CHALLENGE, "ChallengeParameters": answers });
    if matches!(flow, Flow::Custom | Flow::Choice) {
        let session = attempt::new_session(sign_in);
        attempt.session_hash = Some(sha256(&[session.as_bytes()]));
        answer["Session"] = json!(session);
    }
    attempt::keep(sign_in, CHALLENGE, &attempt, &sha256(&[block.as_bytes()]))?;
    Ok(answer)
}

/// A number as the service writes it: without leading zeros.
pub(crate) fn hex_number(bytes: &[u8]) -> String {
    hex(bytes).trim_start_matches('0').to_owned()
}

/// What a SECRET_BLOCK holds. The server keeps the attempt; to the client it is opaque either way.
pub(crate) fn random_block(sign_in: &SignIn<'_>) -> Vec<u8> {
    let mut block = vec![0; 1_024];
    sign_in.call.service.random.fill(&mut block);
    block
}

/// The internal name of somebody who is not known.
pub(crate) fn pretended_username(sign_in: &SignIn<'_>, typed: &str) -> String {
    let pool = &sign_in.pool;
    // Where people choose their user names, a UUID would give the pretence away.
    if !pool.names_are_attributes() {
        return typed.to_owned();
    }
    let hash = hmac_sha256(&pool.secret, &[b"id", typed.as_bytes()]);
    uuid_from(std::array::from_fn(|index| hash[index]))
}

struct Pretended {
    username: String,
    salt: Vec<u8>,
    verifier: Vec<u8>,
}

/// What an unknown user looks like: salt and id are the same each time, and no password fits.
fn pretended(sign_in: &SignIn<'_>, typed: &str) -> Pretended {
    let pool = &sign_in.pool;
    let keyed = |what: &str| hmac_sha256(&pool.secret, &[what.as_bytes(), typed.as_bytes()]);
    let username = pretended_username(sign_in, typed);
    let verifier = srp::verifier(pool.short_name(), &username, &hex(&keyed("password")), &keyed("salt"));
    Pretended { username, salt: keyed("salt")[..16].to_vec(), verifier }
}
