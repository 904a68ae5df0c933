//! Keys that are the server's own rather than a pool's.

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::error::Outcome;

pub(crate) fn find(db: &Connection, name: &str) -> Outcome<Option<Vec<u8>>> {
    let mut statement = db.prepare_cached("SELECT key FROM server_keys WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

pub(crate) fn insert(db: &Connection, name: &str, key: &[u8]) -> Outcome<()> {
    db.execute("INSERT INTO server_keys VALUES (?1, ?2)", params![name, key])?;
    Ok(())
}
