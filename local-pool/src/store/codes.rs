//! Codes that were sent and are still good, and how often things were asked for in the last hour.

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::error::Outcome;

const HOUR_MS: i64 = 3_600_000;

pub(crate) struct SentCode {
    pub code: String,
    pub attribute: String,
    pub expires_ms: i64,
}

/// Keeps a code in place of an older one for the same purpose.
pub(crate) fn put(db: &Connection, pool_id: &str, username: &str, purpose: &str, sent: &SentCode) -> Outcome<()> {
    let mut statement = db.prepare_cached("INSERT OR REPLACE INTO codes VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    statement.execute(params![pool_id, username, purpose, sent.attribute, sent.code, sent.expires_ms])?;
    Ok(())
}

pub(crate) fn find(db: &Connection, pool_id: &str, username: &str, purpose: &str) -> Outcome<Option<SentCode>> {
    let mut statement = db.prepare_cached(
        "SELECT code, attribute, expires FROM codes WHERE pool_id = ?1 AND username = ?2 AND purpose = ?3",
    )?;
    let found = statement.query_row([pool_id, username, purpose], |row| {
        Ok(SentCode { code: row.get(0)?, attribute: row.get(1)?, expires_ms: row.get(2)? })
    });
    Ok(found.optional()?)
}

pub(crate) fn delete(db: &Connection, pool_id: &str, username: &str, purpose: &str) -> Outcome<()> {
    db.execute(
        "DELETE FROM codes WHERE pool_id = ?1 AND username = ?2 AND purpose = ?3",
        [pool_id, username, purpose],
    )?;
    Ok(())
}

/// Takes back every code that was sent to an attribute, which has another value now.
pub(crate) fn delete_sent_to(db: &Connection, pool_id: &str, username: &str, attribute: &str) -> Outcome<()> {
    db.execute(
        "DELETE FROM codes WHERE pool_id = ?1 AND username = ?2 AND attribute = ?3",
        [pool_id, username, attribute],
    )?;
    Ok(())
}

/// Counts one more `action` and returns how many there were in the hour that began with the first of them.
pub(crate) fn count(db: &Connection, pool_id: &str, username: &str, action: &str, now_ms: i64) -> Outcome<i64> {
    db.prepare_cached("DELETE FROM rates WHERE since <= ?1")?.execute([now_ms - HOUR_MS])?;
    let mut statement = db.prepare_cached(
        "INSERT INTO rates VALUES (?1, ?2, ?3, ?4, 1) ON CONFLICT DO UPDATE SET
             count = CASE WHEN since > ?5 THEN count + 1 ELSE 1 END,
             since = CASE WHEN since > ?5 THEN since ELSE ?4 END
         RETURNING count",
    )?;
    Ok(statement.query_row(params![pool_id, username, action, now_ms, now_ms - HOUR_MS], |row| row.get(0))?)
}

pub(crate) fn forget_count(db: &Connection, pool_id: &str, username: &str, action: &str) -> Outcome<()> {
    db.execute("DELETE FROM rates WHERE pool_id = ?1 AND username = ?2 AND action = ?3", [pool_id, username, action])?;
    Ok(())
}
