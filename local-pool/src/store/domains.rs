//! The domains of user pools.

use rusqlite::{Connection, OptionalExtension as _, Row};

use crate::error::Outcome;
use crate::model::domain::Domain;

pub(crate) fn put(db: &Connection, domain: &Domain) -> Outcome<()> {
    db.execute(
        "INSERT INTO domains VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET settings = ?3",
        [&domain.name, &domain.pool_id, &serde_json::to_string(&domain.settings)?],
    )?;
    Ok(())
}

pub(crate) fn find(db: &Connection, name: &str) -> Outcome<Option<Domain>> {
    let mut statement = db.prepare_cached("SELECT * FROM domains WHERE name = ?1")?;
    Ok(statement.query_row([name], domain_from).optional()?)
}

/// The domain that a request's host is of.
pub(crate) fn of_host(db: &Connection, host: &str) -> Outcome<Option<Domain>> {
    // A prefix has no dots in it.
    let prefix = host.split_once(".auth.").map_or(host, |(prefix, _)| prefix);
    for name in [host, prefix] {
        if let Some(domain) = find(db, name)?.filter(|domain| domain.host() == host) {
            return Ok(Some(domain));
        }
    }
    Ok(None)
}

pub(crate) fn of_pool(db: &Connection, pool_id: &str) -> Outcome<Vec<Domain>> {
    let mut statement = db.prepare_cached("SELECT * FROM domains WHERE pool_id = ?1 ORDER BY name")?;
    let rows = statement.query_map([pool_id], domain_from)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn delete(db: &Connection, name: &str) -> Outcome<()> {
    db.execute("DELETE FROM domains WHERE name = ?1", [name])?;
    Ok(())
}

fn domain_from(row: &Row<'_>) -> rusqlite::Result<Domain> {
    Ok(Domain { name: row.get("name")?, pool_id: row.get("pool_id")?, settings: super::json_column(row, "settings")? })
}
