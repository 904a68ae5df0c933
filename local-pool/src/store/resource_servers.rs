//! Resource servers: names for the scopes of other services.

use rusqlite::{Connection, OptionalExtension as _, Row};

use crate::error::Outcome;
use crate::model::resource_server::ResourceServer;

pub(crate) fn put(db: &Connection, server: &ResourceServer) -> Outcome<()> {
    let ResourceServer { pool_id, identifier, name, scopes } = server;
    db.execute(
        "INSERT OR REPLACE INTO resource_servers VALUES (?1, ?2, ?3, ?4)",
        [pool_id, identifier, name, &scopes.to_string()],
    )?;
    Ok(())
}

pub(crate) fn find(db: &Connection, pool_id: &str, identifier: &str) -> Outcome<Option<ResourceServer>> {
    let mut statement = db.prepare_cached("SELECT * FROM resource_servers WHERE pool_id = ?1 AND identifier = ?2")?;
    Ok(statement.query_row([pool_id, identifier], server_from).optional()?)
}

/// By their identifiers.
pub(crate) fn list(db: &Connection, pool_id: &str) -> Outcome<Vec<ResourceServer>> {
    let mut statement = db.prepare_cached("SELECT * FROM resource_servers WHERE pool_id = ?1 ORDER BY identifier")?;
    let rows = statement.query_map([pool_id], server_from)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// False: there was none.
pub(crate) fn delete(db: &Connection, pool_id: &str, identifier: &str) -> Outcome<bool> {
    let deleted =
        db.execute("DELETE FROM resource_servers WHERE pool_id = ?1 AND identifier = ?2", [pool_id, identifier])?;
    Ok(deleted == 1)
}

fn server_from(row: &Row<'_>) -> rusqlite::Result<ResourceServer> {
    Ok(ResourceServer {
        pool_id: row.get("pool_id")?,
        identifier: row.get("identifier")?,
        name: row.get("name")?,
        scopes: super::json_column(row, "scopes")?,
    })
}
