use rusqlite::{Connection, OptionalExtension as _, Row, Statement, params};

use crate::error::{Outcome, ServiceError};
use crate::model::pool::Pool;
use crate::model::sign_in_names as names;
use crate::model::user::{User, UserStatus};

/// The user of that name, who has to exist.
pub(crate) fn named(db: &Connection, pool: &Pool, name: &str) -> Outcome<User> {
    find(db, pool, name)?.ok_or_else(ServiceError::no_such_user)
}

/// The user with this user name, alias or sub.
pub(crate) fn find(db: &Connection, pool: &Pool, name: &str) -> Outcome<Option<User>> {
    let mut statement = db.prepare_cached(
        "SELECT users.* FROM sign_in_names JOIN users USING (pool_id, username)
         WHERE sign_in_names.pool_id = ?1 AND name = ?2",
    )?;
    let found = statement.query_row([pool.id.as_str(), &names::key(pool, name)], user_from).optional()?;
    if found.is_none() {
        std::hint::black_box(anybody(db, pool)?);
    }
    Ok(found)
}

/// Some user of the pool. Read where nobody was found, so that time does not tell.
fn anybody(db: &Connection, pool: &Pool) -> Outcome<Option<User>> {
    let mut statement = db.prepare_cached("SELECT * FROM users WHERE pool_id = ?1 LIMIT 1")?;
    Ok(statement.query_row([&pool.id], user_from).optional()?)
}

/// Whether somebody signs in by this name; `except` is left out of account.
pub(crate) fn owner_of(db: &Connection, pool: &Pool, name: &str, except: &str) -> Outcome<Option<String>> {
    let mut statement =
        db.prepare_cached("SELECT username FROM sign_in_names WHERE pool_id = ?1 AND name = ?2 AND username <> ?3")?;
    let found = statement.query_row([pool.id.as_str(), &names::key(pool, name), except], |row| row.get(0));
    Ok(found.optional()?)
}

/// Adds a user whose user name nobody has.
pub(crate) fn insert(db: &Connection, pool: &Pool, user: &User) -> Outcome<()> {
    let mut statement = db.prepare_cached(
        "INSERT INTO users (pool_id, username, sub, status, enabled, attributes, salt, verifier, temporary_until,
                            created, modified, mfa)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    write(&mut statement, pool, user)?;
    insert_names(db, pool, user)
}

/// Writes a user back, who has to be there still, with the names they now sign in by.
pub(crate) fn update(db: &Connection, pool: &Pool, user: &User) -> Outcome<()> {
    let mut statement = db.prepare_cached(
        "UPDATE users SET sub = ?3, status = ?4, enabled = ?5, attributes = ?6, salt = ?7, verifier = ?8,
                          temporary_until = ?9, created = ?10, modified = ?11, mfa = ?12
         WHERE pool_id = ?1 AND username = ?2",
    )?;
    if write(&mut statement, pool, user)? == 0 {
        return Err(ServiceError::no_such_user());
    }
    db.prepare_cached("DELETE FROM sign_in_names WHERE pool_id = ?1 AND username = ?2")?
        .execute([&pool.id, &user.username])?;
    insert_names(db, pool, user)
}

/// Takes everything about the user along, by foreign keys; counts are kept for names that nobody has as well.
pub(crate) fn delete(db: &Connection, pool: &Pool, username: &str) -> Outcome<()> {
    let user = [pool.id.as_str(), username];
    db.execute("DELETE FROM users WHERE pool_id = ?1 AND username = ?2", user)?;
    db.execute("DELETE FROM rates WHERE pool_id = ?1 AND username = ?2", user)?;
    db.execute("DELETE FROM failures WHERE pool_id = ?1 AND name IN ('password ' || ?2, 'code ' || ?2)", user)?;
    Ok(())
}

pub(crate) fn count(db: &Connection, pool: &Pool) -> Outcome<i64> {
    let mut statement = db.prepare_cached("SELECT count(*) FROM users WHERE pool_id = ?1")?;
    Ok(statement.query_row([&pool.id], |row| row.get(0))?)
}

/// Users after `after` in the order of their user names, at most `limit`.
pub(crate) fn page(db: &Connection, pool: &Pool, after: &str, limit: i64) -> Outcome<Vec<User>> {
    let mut statement =
        db.prepare_cached("SELECT * FROM users WHERE pool_id = ?1 AND username > ?2 ORDER BY username LIMIT ?3")?;
    let rows = statement.query_map(params![pool.id, after, limit], user_from)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn write(statement: &mut Statement<'_>, pool: &Pool, user: &User) -> Outcome<usize> {
    Ok(statement.execute(params![
        pool.id,
        user.username,
        user.sub,
        user.status.as_str(),
        user.enabled,
        serde_json::to_string(&user.attributes)?,
        user.salt,
        user.verifier,
        user.temporary_until_ms,
        user.created_ms,
        user.modified_ms,
        serde_json::to_string(&user.mfa)?
    ])?)
}

fn insert_names(db: &Connection, pool: &Pool, user: &User) -> Outcome<()> {
    let mut statement = db.prepare_cached("INSERT OR IGNORE INTO sign_in_names VALUES (?1, ?2, ?3)")?;
    for name in names::of(pool, user) {
        statement.execute([&pool.id, &name, &user.username])?;
    }
    Ok(())
}

pub(super) fn user_from(row: &Row<'_>) -> rusqlite::Result<User> {
    let status: String = row.get("status")?;
    Ok(User {
        username: row.get("username")?,
        sub: row.get("sub")?,
        status: UserStatus::from_name(&status)
            .ok_or_else(|| super::unreadable("status", format!("`{status}` is no status of a user").into()))?,
        enabled: row.get("enabled")?,
        attributes: super::json_column(row, "attributes")?,
        salt: row.get("salt")?,
        verifier: row.get("verifier")?,
        temporary_until_ms: row.get("temporary_until")?,
        created_ms: row.get("created")?,
        modified_ms: row.get("modified")?,
        mfa: super::json_column(row, "mfa")?,
    })
}
