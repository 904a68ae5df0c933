//! Values of e-mail addresses and phone numbers that wait for their verification before they replace the old ones.

use rusqlite::{Connection, OptionalExtension as _};

use crate::error::Outcome;

/// Keeps a value in place of an older one that waits.
pub(crate) fn put(db: &Connection, pool_id: &str, username: &str, attribute: &str, value: &str) -> Outcome<()> {
    db.prepare_cached("INSERT OR REPLACE INTO pending_attributes VALUES (?1, ?2, ?3, ?4)")?
        .execute([pool_id, username, attribute, value])?;
    Ok(())
}

pub(crate) fn find(db: &Connection, pool_id: &str, username: &str, attribute: &str) -> Outcome<Option<String>> {
    let mut statement = db.prepare_cached(
        "SELECT value FROM pending_attributes WHERE pool_id = ?1 AND username = ?2 AND attribute = ?3",
    )?;
    Ok(statement.query_row([pool_id, username, attribute], |row| row.get(0)).optional()?)
}

pub(crate) fn delete(db: &Connection, pool_id: &str, username: &str, attribute: &str) -> Outcome<()> {
    db.execute(
        "DELETE FROM pending_attributes WHERE pool_id = ?1 AND username = ?2 AND attribute = ?3",
        [pool_id, username, attribute],
    )?;
    Ok(())
}
