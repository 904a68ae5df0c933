//! Who is signed in by which identity provider as whom.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::error::Outcome;
use crate::model::identity_provider::Link;

pub(crate) fn insert(db: &Connection, pool_id: &str, link: &Link) -> Outcome<()> {
    let mut statement = db.prepare_cached("INSERT INTO linked_identities VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
    let Link { provider, attribute, value, username, own, created_ms } = link;
    statement.execute(params![pool_id, provider, attribute, value, username, own, created_ms])?;
    Ok(())
}

pub(crate) fn find(
    db: &Connection,
    pool_id: &str,
    provider: &str,
    attribute: &str,
    value: &str,
) -> Outcome<Option<Link>> {
    let mut statement = db.prepare_cached(
        "SELECT * FROM linked_identities WHERE pool_id = ?1 AND provider = ?2 AND attribute = ?3 AND value = ?4",
    )?;
    Ok(statement.query_row([pool_id, provider, attribute, value], link_from).optional()?)
}

/// All of a user, oldest first.
pub(crate) fn of_user(db: &Connection, pool_id: &str, username: &str) -> Outcome<Vec<Link>> {
    let mut statement = db.prepare_cached(
        "SELECT * FROM linked_identities WHERE pool_id = ?1 AND username = ?2 ORDER BY created, provider, value",
    )?;
    let rows = statement.query_map([pool_id, username], link_from)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Those whom a provider has signed in, the last of them first.
pub(crate) fn of_provider(db: &Connection, pool_id: &str, provider: &str, most: i64) -> Outcome<Vec<Link>> {
    let mut statement = db.prepare_cached(
        "SELECT * FROM linked_identities WHERE pool_id = ?1 AND provider = ?2 ORDER BY created DESC, value LIMIT ?3",
    )?;
    let rows = statement.query_map(params![pool_id, provider, most], link_from)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn delete(db: &Connection, pool_id: &str, link: &Link) -> Outcome<()> {
    db.execute(
        "DELETE FROM linked_identities WHERE pool_id = ?1 AND provider = ?2 AND attribute = ?3 AND value = ?4",
        [pool_id, &link.provider, &link.attribute, &link.value],
    )?;
    Ok(())
}

fn link_from(row: &Row<'_>) -> rusqlite::Result<Link> {
    Ok(Link {
        provider: row.get("provider")?,
        attribute: row.get("attribute")?,
        value: row.get("value")?,
        username: row.get("username")?,
        own: row.get("own")?,
        created_ms: row.get("created")?,
    })
}
