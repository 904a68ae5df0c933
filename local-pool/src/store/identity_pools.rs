//! Identity pools.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::error::{Outcome, ServiceError};
use crate::model::identity_pool::IdentityPool;

/// The pool with this id, which has to exist.
pub(crate) fn by_id(db: &Connection, id: &str) -> Outcome<IdentityPool> {
    find(db, "id", id)?.ok_or_else(|| ServiceError::resource_not_found(format!("IdentityPool '{id}' not found.")))
}

/// The oldest pool of that name.
pub(crate) fn named(db: &Connection, name: &str) -> Outcome<Option<IdentityPool>> {
    find(db, "name", name)
}

/// All pools, oldest first.
pub(crate) fn list(db: &Connection) -> Outcome<Vec<IdentityPool>> {
    let mut statement = db.prepare_cached("SELECT * FROM identity_pools ORDER BY created, id")?;
    let rows = statement.query_map([], pool_from)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn put(db: &Connection, pool: &IdentityPool) -> Outcome<()> {
    let settings = serde_json::to_string(&pool.settings)?;
    let (roles, tag_maps) = (serde_json::to_string(&pool.roles)?, serde_json::to_string(&pool.tag_maps)?);
    db.execute(
        "INSERT INTO identity_pools (id, name, settings, roles, tag_maps, created, modified)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT DO UPDATE SET name = ?2, settings = ?3, roles = ?4, tag_maps = ?5, created = ?6, modified = ?7",
        params![
            pool.id,
            pool.settings.identity_pool_name,
            settings,
            roles,
            tag_maps,
            pool.created_ms,
            pool.modified_ms
        ],
    )?;
    Ok(())
}

/// With all its identities.
pub(crate) fn delete(db: &Connection, id: &str) -> Outcome<()> {
    db.execute("DELETE FROM identity_pools WHERE id = ?1", [id])?;
    Ok(())
}

fn find(db: &Connection, column: &str, value: &str) -> Outcome<Option<IdentityPool>> {
    let mut statement =
        db.prepare_cached(&format!("SELECT * FROM identity_pools WHERE {column} = ?1 ORDER BY created, id LIMIT 1"))?;
    Ok(statement.query_row([value], pool_from).optional()?)
}

fn pool_from(row: &Row<'_>) -> rusqlite::Result<IdentityPool> {
    Ok(IdentityPool {
        id: row.get("id")?,
        settings: super::json_column(row, "settings")?,
        roles: super::json_column(row, "roles")?,
        tag_maps: super::json_column(row, "tag_maps")?,
        created_ms: row.get("created")?,
        modified_ms: row.get("modified")?,
    })
}
