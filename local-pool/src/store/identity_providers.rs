//! The identity providers of user pools.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::error::Outcome;
use crate::model::identity_provider::IdentityProvider;

pub(crate) fn put(db: &Connection, provider: &IdentityProvider) -> Outcome<()> {
    db.execute(
        "INSERT INTO identity_providers VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO UPDATE SET settings = ?3, modified = ?5",
        params![
            provider.pool_id,
            provider.name,
            serde_json::to_string(&provider.settings)?,
            provider.created_ms,
            provider.modified_ms
        ],
    )?;
    Ok(())
}

pub(crate) fn find(db: &Connection, pool_id: &str, name: &str) -> Outcome<Option<IdentityProvider>> {
    let mut statement = db.prepare_cached("SELECT * FROM identity_providers WHERE pool_id = ?1 AND name = ?2")?;
    Ok(statement.query_row([pool_id, name], provider_from).optional()?)
}

/// By their names.
pub(crate) fn list(db: &Connection, pool_id: &str) -> Outcome<Vec<IdentityProvider>> {
    let mut statement = db.prepare_cached("SELECT * FROM identity_providers WHERE pool_id = ?1 ORDER BY name")?;
    let rows = statement.query_map([pool_id], provider_from)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// False: there was none.
pub(crate) fn delete(db: &Connection, pool_id: &str, name: &str) -> Outcome<bool> {
    let deleted = db.execute("DELETE FROM identity_providers WHERE pool_id = ?1 AND name = ?2", [pool_id, name])?;
    Ok(deleted == 1)
}

fn provider_from(row: &Row<'_>) -> rusqlite::Result<IdentityProvider> {
    Ok(IdentityProvider {
        pool_id: row.get("pool_id")?,
        name: row.get("name")?,
        settings: super::json_column(row, "settings")?,
        created_ms: row.get("created")?,
        modified_ms: row.get("modified")?,
    })
}
