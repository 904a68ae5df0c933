//! Groups of users.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::users::user_from;
use crate::error::Outcome;
use crate::model::group::Group;
use crate::model::pool::Pool;
use crate::model::user::User;

pub(crate) fn put(db: &Connection, pool_id: &str, group: &Group) -> Outcome<()> {
    let mut statement = db.prepare_cached(
        "INSERT INTO groups (pool_id, name, description, role_arn, precedence, created, modified)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT DO UPDATE SET description = ?3, role_arn = ?4, precedence = ?5, created = ?6, modified = ?7",
    )?;
    statement.execute(params![
        pool_id,
        group.name,
        group.description,
        group.role_arn,
        group.precedence,
        group.created_ms,
        group.modified_ms
    ])?;
    Ok(())
}

pub(crate) fn find(db: &Connection, pool_id: &str, name: &str) -> Outcome<Option<Group>> {
    let mut statement = db.prepare_cached("SELECT * FROM groups WHERE pool_id = ?1 AND name = ?2")?;
    Ok(statement.query_row([pool_id, name], group_from).optional()?)
}

/// By their names.
pub(crate) fn list(db: &Connection, pool_id: &str) -> Outcome<Vec<Group>> {
    let mut statement = db.prepare_cached("SELECT * FROM groups WHERE pool_id = ?1 ORDER BY name")?;
    let rows = statement.query_map([pool_id], group_from)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The group's members are not its members any more.
pub(crate) fn delete(db: &Connection, pool_id: &str, name: &str) -> Outcome<()> {
    db.execute("DELETE FROM groups WHERE pool_id = ?1 AND name = ?2", [pool_id, name])?;
    Ok(())
}

/// Adding somebody twice changes nothing.
pub(crate) fn add_member(db: &Connection, pool_id: &str, name: &str, username: &str) -> Outcome<()> {
    db.execute("INSERT OR IGNORE INTO group_members VALUES (?1, ?2, ?3)", [pool_id, name, username])?;
    Ok(())
}

pub(crate) fn remove_member(db: &Connection, pool_id: &str, name: &str, username: &str) -> Outcome<()> {
    db.execute(
        "DELETE FROM group_members WHERE pool_id = ?1 AND group_name = ?2 AND username = ?3",
        [pool_id, name, username],
    )?;
    Ok(())
}

/// The groups of a user, the one that takes precedence first; those without a precedence come last.
pub(crate) fn of_user(db: &Connection, pool_id: &str, username: &str) -> Outcome<Vec<Group>> {
    let mut statement = db.prepare_cached(
        "SELECT groups.* FROM groups JOIN group_members AS m ON m.pool_id = groups.pool_id AND group_name = name
         WHERE m.pool_id = ?1 AND m.username = ?2 ORDER BY precedence IS NULL, precedence, name",
    )?;
    let rows = statement.query_map([pool_id, username], group_from)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// By their user names.
pub(crate) fn members(db: &Connection, pool: &Pool, name: &str) -> Outcome<Vec<User>> {
    let mut statement = db.prepare_cached(
        "SELECT users.* FROM users JOIN group_members AS m USING (pool_id, username)
         WHERE m.pool_id = ?1 AND m.group_name = ?2 ORDER BY username",
    )?;
    let rows = statement.query_map([pool.id.as_str(), name], user_from)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn group_from(row: &Row<'_>) -> rusqlite::Result<Group> {
    Ok(Group {
        name: row.get("name")?,
        description: row.get("description")?,
        role_arn: row.get("role_arn")?,
        precedence: row.get("precedence")?,
        created_ms: row.get("created")?,
        modified_ms: row.get("modified")?,
    })
}
