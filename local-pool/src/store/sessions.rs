//! Sign-ins in progress, found by the hash of a `Session` or of a `SECRET_BLOCK`.

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::error::Outcome;

pub(crate) struct SessionRow {
    pub client_id: String,
    pub challenge: String,
    /// JSON of the attempt.
    pub attempt: String,
    pub expires_ms: i64,
    pub used: bool,
}

/// Sessions are remembered this long after they end, to tell "expired" and "used" from garbage.
const REMEMBERED_MS: i64 = 3_600_000;

pub(crate) fn forget_old(db: &Connection, now_ms: i64) -> Outcome<()> {
    db.prepare_cached("DELETE FROM sessions WHERE expires < ?1")?.execute([now_ms - REMEMBERED_MS])?;
    Ok(())
}

pub(crate) fn insert(db: &Connection, hash: &[u8; 32], row: &SessionRow) -> Outcome<()> {
    let mut statement = db.prepare_cached("INSERT OR REPLACE INTO sessions VALUES (?1, ?2, ?3, ?4, ?5, 0)")?;
    statement.execute(params![hash, row.client_id, row.challenge, row.attempt, row.expires_ms])?;
    Ok(())
}

pub(crate) fn find(db: &Connection, hash: &[u8; 32]) -> Outcome<Option<SessionRow>> {
    let mut statement =
        db.prepare_cached("SELECT client_id, challenge, attempt, expires, used FROM sessions WHERE hash = ?1")?;
    let found = statement.query_row([hash], |row| {
        Ok(SessionRow {
            client_id: row.get(0)?,
            challenge: row.get(1)?,
            attempt: row.get(2)?,
            expires_ms: row.get(3)?,
            used: row.get(4)?,
        })
    });
    Ok(found.optional()?)
}

/// Marks a session as used up. False: somebody else was first.
pub(crate) fn consume(db: &Connection, hash: &[u8; 32]) -> Outcome<bool> {
    let changed = db.prepare_cached("UPDATE sessions SET used = 1 WHERE hash = ?1 AND used = 0")?.execute([hash])?;
    Ok(changed == 1)
}

/// Takes back that a session was used.
pub(crate) fn release(db: &Connection, hash: &[u8; 32]) -> Outcome<()> {
    db.prepare_cached("UPDATE sessions SET used = 0 WHERE hash = ?1")?.execute([hash])?;
    Ok(())
}

/// Forgets a session. False: there was none.
pub(crate) fn delete(db: &Connection, hash: &[u8; 32]) -> Outcome<bool> {
    Ok(db.prepare_cached("DELETE FROM sessions WHERE hash = ?1")?.execute([hash])? == 1)
}
