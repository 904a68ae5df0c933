//! Authorization codes, and who is signed in in which browser.

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::error::Outcome;
use crate::model::hosted::{AuthorizationCode, BrowserSession};

/// Keeps a code, and forgets those that have ended.
pub(crate) fn put_code(
    db: &Connection,
    hash: &[u8; 32],
    code: &AuthorizationCode,
    expires_ms: i64,
    now_ms: i64,
) -> Outcome<()> {
    db.prepare_cached("DELETE FROM authorization_codes WHERE expires <= ?1")?.execute([now_ms])?;
    let text = serde_json::to_string(code)?;
    db.prepare_cached("INSERT INTO authorization_codes VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(params![
        hash,
        code.client_id,
        code.pool_id,
        code.username,
        text,
        expires_ms
    ])?;
    Ok(())
}

/// Takes a client's code: it is there once.
pub(crate) fn take_code(
    db: &Connection,
    hash: &[u8; 32],
    client_id: &str,
    now_ms: i64,
) -> Outcome<Option<AuthorizationCode>> {
    let mut statement = db.prepare_cached(
        "DELETE FROM authorization_codes WHERE hash = ?1 AND client_id = ?2 AND expires > ?3 RETURNING code",
    )?;
    let found: Option<String> = statement.query_row(params![hash, client_id, now_ms], |row| row.get(0)).optional()?;
    found.map(|text| Ok(serde_json::from_str(&text)?)).transpose()
}

/// Keeps a session, and forgets those that have ended.
pub(crate) fn put_session(db: &Connection, hash: &[u8; 32], session: &BrowserSession, now_ms: i64) -> Outcome<()> {
    db.prepare_cached("DELETE FROM browser_sessions WHERE expires <= ?1")?.execute([now_ms])?;
    db.prepare_cached("INSERT INTO browser_sessions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?.execute(params![
        hash,
        session.pool_id,
        session.username,
        session.sub,
        session.provider,
        session.auth_time_s,
        session.expires_ms
    ])?;
    Ok(())
}

pub(crate) fn find_session(
    db: &Connection,
    hash: &[u8; 32],
    pool_id: &str,
    now_ms: i64,
) -> Outcome<Option<BrowserSession>> {
    let mut statement = db.prepare_cached(
        "SELECT username, sub, provider, auth_time_s, expires FROM browser_sessions
         WHERE hash = ?1 AND pool_id = ?2 AND expires > ?3",
    )?;
    let found = statement.query_row(params![hash, pool_id, now_ms], |row| {
        Ok(BrowserSession {
            pool_id: pool_id.to_owned(),
            username: row.get(0)?,
            sub: row.get(1)?,
            provider: row.get(2)?,
            auth_time_s: row.get(3)?,
            expires_ms: row.get(4)?,
        })
    });
    Ok(found.optional()?)
}

/// Keeps the way to an identity provider and back, and forgets those that have ended.
pub(crate) fn put_trip(
    db: &Connection,
    hash: &[u8; 32],
    client_id: &str,
    trip: &str,
    expires_ms: i64,
    now_ms: i64,
) -> Outcome<()> {
    db.prepare_cached("DELETE FROM round_trips WHERE expires <= ?1")?.execute([now_ms])?;
    let mut statement = db.prepare_cached("INSERT INTO round_trips VALUES (?1, ?2, ?3, ?4)")?;
    statement.execute(params![hash, client_id, trip, expires_ms])?;
    Ok(())
}

pub(crate) fn find_trip(db: &Connection, hash: &[u8; 32], now_ms: i64) -> Outcome<Option<String>> {
    let mut statement = db.prepare_cached("SELECT trip FROM round_trips WHERE hash = ?1 AND expires > ?2")?;
    Ok(statement.query_row(params![hash, now_ms], |row| row.get(0)).optional()?)
}

pub(crate) fn delete_trip(db: &Connection, hash: &[u8; 32]) -> Outcome<()> {
    db.prepare_cached("DELETE FROM round_trips WHERE hash = ?1")?.execute([hash])?;
    Ok(())
}

pub(crate) fn delete_session(db: &Connection, hash: &[u8; 32]) -> Outcome<()> {
    db.prepare_cached("DELETE FROM browser_sessions WHERE hash = ?1")?.execute([hash])?;
    Ok(())
}
