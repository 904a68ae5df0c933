//! The sessions that stand for an attempt between two requests, kept by the hash of what the client sends back.

use super::attempt::Attempt;
use super::context::{Response, SignIn};
use crate::crypto::sha256;
use crate::error::{Outcome, ServiceError};
use crate::service::Call;
use crate::store::sessions::{self, SessionRow};

/// An attempt found by its session.
pub(crate) struct Opened {
    pub hash: [u8; 32],
    pub attempt: Attempt,
    pub expires_ms: i64,
}

/// A text nobody can guess, with the look and the length of Cognito's sessions.
pub(crate) fn new_session(sign_in: &SignIn<'_>) -> String {
    format!("AYABe{}", sign_in.call.service.random.base64url(1_080))
}

pub(crate) fn hash_of(session: &str) -> [u8; 32] {
    sha256(&[session.as_bytes()])
}

/// Keeps an attempt under a new session, for as long as the client's sessions live.
pub(crate) fn open(sign_in: &SignIn<'_>, challenge: &str, attempt: &Attempt) -> Outcome<String> {
    let session = new_session(sign_in);
    keep(sign_in, challenge, attempt, &[&hash_of(&session)])?;
    Ok(session)
}

/// Keeps an attempt under the hash of whatever the client will send back; under several where it may send either.
pub(crate) fn keep(sign_in: &SignIn<'_>, challenge: &str, attempt: &Attempt, hashes: &[&[u8; 32]]) -> Outcome<()> {
    let expires_ms = sign_in.call.service.now_ms() + sign_in.client.session_life_ms();
    keep_until(sign_in, challenge, attempt, hashes, expires_ms)
}

/// Puts a new session in the place of one. It ends when that would have: whoever goes round in circles gets no time.
pub(crate) fn renew(sign_in: &SignIn<'_>, challenge: &str, opened: &Opened) -> Outcome<String> {
    claim(sign_in, &opened.hash)?;
    let session = new_session(sign_in);
    keep_until(sign_in, challenge, &opened.attempt, &[&hash_of(&session)], opened.expires_ms)?;
    Ok(session)
}

fn keep_until(
    sign_in: &SignIn<'_>,
    challenge: &str,
    attempt: &Attempt,
    hashes: &[&[u8; 32]],
    expires_ms: i64,
) -> Outcome<()> {
    let service = &sign_in.call.service;
    let row = SessionRow {
        client_id: sign_in.client.id.clone(),
        challenge: challenge.into(),
        attempt: serde_json::to_string(attempt)?,
        expires_ms,
        used: false,
    };
    service.store.write(|db| {
        sessions::forget_old(db, service.now_ms())?;
        hashes.iter().try_for_each(|hash| sessions::insert(db, hash, &row))
    })
}

/// The client a session was given to, for requests that do not name it.
pub(crate) fn client_of(call: &Call, session: &str) -> Outcome<String> {
    let row = call.service.store.read(|db| sessions::find(db, &hash_of(session)))?;
    row.map(|row| row.client_id).ok_or_else(ServiceError::invalid_session)
}

/// The attempt of the session that came with an answer, when it is the named user's and of this challenge.
pub(crate) fn of_response(sign_in: &SignIn<'_>, response: &Response<'_>, challenge: &str) -> Outcome<Opened> {
    let session = response.session.ok_or_else(ServiceError::invalid_session)?;
    let opened = load(sign_in, challenge, session)?;
    if response.is_for(&opened.attempt) { Ok(opened) } else { Err(ServiceError::invalid_session()) }
}

/// The attempt of a session that was given to this client for this challenge and is neither old nor used.
pub(crate) fn load(sign_in: &SignIn<'_>, challenge: &str, session: &str) -> Outcome<Opened> {
    let hash = hash_of(session);
    let row = find(sign_in, challenge, &hash)?.ok_or_else(ServiceError::invalid_session)?;
    if row.used {
        return Err(used_up());
    }
    if row.expires_ms <= sign_in.call.service.now_ms() {
        return Err(ServiceError::not_authorized("Invalid session for the user, session is expired."));
    }
    opened(sign_in, hash, &row)
}

/// As [`load`], by the hash the attempt is kept under; there is no telling why one is not good.
pub(crate) fn load_by_hash(sign_in: &SignIn<'_>, challenge: &str, hash: &[u8; 32]) -> Outcome<Option<Opened>> {
    let now = sign_in.call.service.now_ms();
    let row = find(sign_in, challenge, hash)?.filter(|row| !row.used && row.expires_ms > now);
    row.map(|row| opened(sign_in, *hash, &row)).transpose()
}

/// Takes a session for one answer; of two requests with the same one only the first gets past this.
pub(crate) fn claim(sign_in: &SignIn<'_>, hash: &[u8; 32]) -> Outcome<()> {
    let first = sign_in.call.service.store.write(|db| sessions::consume(db, hash))?;
    if first { Ok(()) } else { Err(used_up()) }
}

/// Gives a session that was claimed back: the answer can be given again.
pub(crate) fn release(sign_in: &SignIn<'_>, hash: &[u8; 32]) -> Outcome<()> {
    sign_in.call.service.store.write(|db| sessions::release(db, hash))
}

/// Forgets a session; sent again, it is garbage.
pub(crate) fn forget(sign_in: &SignIn<'_>, hash: &[u8; 32]) -> Outcome<()> {
    sign_in.call.service.store.write(|db| sessions::delete(db, hash)).map(drop)
}

fn opened(sign_in: &SignIn<'_>, hash: [u8; 32], row: &SessionRow) -> Outcome<Opened> {
    let mut attempt: Attempt = serde_json::from_str(&row.attempt)?;
    // Clients need not send it each time.
    attempt.device_key = sign_in.device_key.clone().or(attempt.device_key);
    Ok(Opened { hash, attempt, expires_ms: row.expires_ms })
}

fn find(sign_in: &SignIn<'_>, challenge: &str, hash: &[u8; 32]) -> Outcome<Option<SessionRow>> {
    let row = sign_in.call.service.store.read(|db| sessions::find(db, hash))?;
    Ok(row.filter(|row| row.client_id == sign_in.client.id && row.challenge == challenge))
}

fn used_up() -> ServiceError {
    ServiceError::not_authorized("Invalid session for the user, session can only be used once.")
}
