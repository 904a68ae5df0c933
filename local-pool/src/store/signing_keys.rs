use rusqlite::{Connection, OptionalExtension as _, params};

use crate::error::Outcome;

/// The key of a pool for `id` or `access` tokens, as PKCS #1 DER.
pub(crate) fn find(db: &Connection, pool_id: &str, token_use: &str) -> Outcome<Option<Vec<u8>>> {
    let mut statement = db.prepare_cached("SELECT der FROM signing_keys WHERE pool_id = ?1 AND token_use = ?2")?;
    Ok(statement.query_row([pool_id, token_use], |row| row.get(0)).optional()?)
}

pub(crate) fn insert(db: &Connection, pool_id: &str, token_use: &str, der: &[u8]) -> Outcome<()> {
    db.execute("INSERT INTO signing_keys VALUES (?1, ?2, ?3)", params![pool_id, token_use, der])?;
    Ok(())
}
