//! Passwords that users had before, as SRP verifiers, where the pool does not let them come back.

use rusqlite::{Connection, params};

use crate::error::Outcome;

pub(crate) struct PastPassword {
    pub salt: Vec<u8>,
    pub verifier: Vec<u8>,
}

/// Adds one and forgets all but the latest `kept`.
pub(crate) fn add(db: &Connection, pool_id: &str, username: &str, past: &PastPassword, kept: i64) -> Outcome<()> {
    db.execute(
        "INSERT INTO past_passwords SELECT ?1, ?2, coalesce(max(number), 0) + 1, ?3, ?4 FROM past_passwords
         WHERE pool_id = ?1 AND username = ?2",
        params![pool_id, username, past.salt, past.verifier],
    )?;
    db.execute(
        "DELETE FROM past_passwords WHERE pool_id = ?1 AND username = ?2 AND number <=
             (SELECT max(number) FROM past_passwords WHERE pool_id = ?1 AND username = ?2) - ?3",
        params![pool_id, username, kept],
    )?;
    Ok(())
}

/// The latest `most`.
pub(crate) fn latest(db: &Connection, pool_id: &str, username: &str, most: i64) -> Outcome<Vec<PastPassword>> {
    let mut statement = db.prepare_cached(
        "SELECT salt, verifier FROM past_passwords WHERE pool_id = ?1 AND username = ?2 ORDER BY number DESC LIMIT ?3",
    )?;
    let rows = statement.query_map(params![pool_id, username, most], |row| {
        Ok(PastPassword { salt: row.get(0)?, verifier: row.get(1)? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
