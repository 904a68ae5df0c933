//! Who is signed in in a browser: an hour, for all clients of the pool. The browser has a text that nobody can guess, the
//! store its hash.

use crate::crypto::sha256;
use crate::error::Outcome;
use crate::model::hosted::BrowserSession;
use crate::pools::Pool;
use crate::service::Service;
use crate::store::{hosted, users};
use crate::users::User;

pub(crate) const LIFE_S: i64 = 3_600;

/// Opens a session for somebody who has just signed in. It is always a new one: a text that somebody planted in the
/// browser before is worth nothing after.
pub(crate) fn open(
    service: &Service,
    pool: &Pool,
    user: &User,
    provider: Option<&str>,
) -> Outcome<(String, BrowserSession)> {
    let text = service.random.base64url(32);
    let now = service.now_ms();
    let session = BrowserSession {
        pool_id: pool.id.clone(),
        username: user.username.clone(),
        sub: user.sub.clone(),
        provider: provider.map(str::to_owned),
        auth_time_s: now.div_euclid(1000),
        expires_ms: now + LIFE_S * 1000,
    };
    service.store.write(|db| hosted::put_session(db, &sha256(&[text.as_bytes()]), &session, now))?;
    Ok((text, session))
}

/// The session of a text, if its user is there still and may sign in. A global sign-out leaves it, as at the service.
pub(crate) fn find(service: &Service, pool: &Pool, text: &str) -> Outcome<Option<(BrowserSession, User)>> {
    let hash = sha256(&[text.as_bytes()]);
    service.store.read(|db| {
        let Some(session) = hosted::find_session(db, &hash, &pool.id, service.now_ms())? else { return Ok(None) };
        let user = users::find(db, pool, &session.username)?;
        Ok(user.filter(|user| user.sub == session.sub && user.enabled).map(|user| (session, user)))
    })
}

pub(crate) fn close(service: &Service, text: &str) -> Outcome<()> {
    service.store.write(|db| hosted::delete_session(db, &sha256(&[text.as_bytes()])))
}
