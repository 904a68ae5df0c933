//! Token lines: one sign-in and everything refreshed from it. Revoking is per line.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::error::Outcome;
use crate::model::hosted::HostedGrant;

#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// The `event_id` of all its tokens.
    pub event_id: String,
    pub origin_jti: String,
    pub pool_id: String,
    pub client_id: String,
    pub username: String,
    pub auth_time_s: i64,
    /// Rotation does not move it.
    pub refresh_until_ms: i64,
    pub revoked: bool,
    /// The device that signed in, or that the sign-in offered.
    pub device_key: Option<String>,
    /// Whether the offered device can be confirmed with a token of this line.
    pub device_confirmable: bool,
    /// What was granted, where the sign-in was at the hosted pages.
    pub hosted: Option<HostedGrant>,
}

pub(crate) struct RefreshToken {
    pub line: Line,
    /// When rotation replaced it.
    pub superseded_ms: Option<i64>,
}

pub(crate) fn insert(db: &Connection, line: &Line) -> Outcome<()> {
    let hosted = line.hosted.as_ref().map(serde_json::to_string).transpose()?;
    let mut statement = db.prepare_cached(
        "INSERT INTO token_lines (event_id, origin_jti, pool_id, client_id, username, auth_time_s, refresh_until, revoked,
                                  device_key, device_confirmable, hosted)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    statement.execute(params![
        line.event_id,
        line.origin_jti,
        line.pool_id,
        line.client_id,
        line.username,
        line.auth_time_s,
        line.refresh_until_ms,
        line.revoked,
        line.device_key,
        line.device_confirmable,
        hosted
    ])?;
    Ok(())
}

pub(crate) fn find(db: &Connection, event_id: &str) -> Outcome<Option<Line>> {
    let mut statement = db.prepare_cached("SELECT * FROM token_lines WHERE event_id = ?1")?;
    Ok(statement.query_row([event_id], line_from).optional()?)
}

pub(crate) fn revoke(db: &Connection, event_id: &str) -> Outcome<()> {
    db.execute("UPDATE token_lines SET revoked = 1 WHERE event_id = ?1", [event_id])?;
    Ok(())
}

/// Signs a user out everywhere.
pub(crate) fn revoke_all(db: &Connection, pool_id: &str, username: &str) -> Outcome<()> {
    db.execute("UPDATE token_lines SET revoked = 1 WHERE pool_id = ?1 AND username = ?2", [pool_id, username])?;
    Ok(())
}

pub(crate) fn insert_refresh_token(db: &Connection, hash: &[u8; 32], event_id: &str) -> Outcome<()> {
    db.prepare_cached("INSERT INTO refresh_tokens VALUES (?1, ?2, NULL)")?.execute(params![hash, event_id])?;
    Ok(())
}

pub(crate) fn find_refresh_token(db: &Connection, hash: &[u8; 32]) -> Outcome<Option<RefreshToken>> {
    let mut statement = db.prepare_cached(
        "SELECT token_lines.*, superseded FROM refresh_tokens JOIN token_lines USING (event_id) WHERE hash = ?1",
    )?;
    let found = statement
        .query_row([hash], |row| Ok(RefreshToken { line: line_from(row)?, superseded_ms: row.get("superseded")? }));
    Ok(found.optional()?)
}

/// Notes when a refresh token was first replaced; a second time changes nothing.
pub(crate) fn supersede(db: &Connection, hash: &[u8; 32], now_ms: i64) -> Outcome<()> {
    db.execute(
        "UPDATE refresh_tokens SET superseded = ?2 WHERE hash = ?1 AND superseded IS NULL",
        params![hash, now_ms],
    )?;
    Ok(())
}

/// Ends the life of every refresh token of a user at `now_ms`, as if their validity had run out.
pub(crate) fn expire_refresh_tokens(db: &Connection, pool_id: &str, username: &str, now_ms: i64) -> Outcome<()> {
    db.execute(
        "UPDATE token_lines SET refresh_until = ?3 WHERE pool_id = ?1 AND username = ?2",
        params![pool_id, username, now_ms],
    )?;
    Ok(())
}

fn line_from(row: &Row<'_>) -> rusqlite::Result<Line> {
    Ok(Line {
        event_id: row.get("event_id")?,
        origin_jti: row.get("origin_jti")?,
        pool_id: row.get("pool_id")?,
        client_id: row.get("client_id")?,
        username: row.get("username")?,
        auth_time_s: row.get("auth_time_s")?,
        refresh_until_ms: row.get("refresh_until")?,
        revoked: row.get("revoked")?,
        device_key: row.get("device_key")?,
        device_confirmable: row.get("device_confirmable")?,
        hosted: super::optional_json_column(row, "hosted")?,
    })
}
