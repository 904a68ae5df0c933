//! Identities, and who is linked to them.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::error::{Outcome, ServiceError};
use crate::model::identity::{Identity, LinkedLogin};

/// The identity with this id, which has to exist.
pub(crate) fn by_id(db: &Connection, id: &str) -> Outcome<Identity> {
    let mut statement = db.prepare_cached("SELECT * FROM identities WHERE id = ?1")?;
    let found = statement.query_row([id], identity_from).optional()?;
    found.ok_or_else(|| not_found(id))
}

pub(crate) fn not_found(id: &str) -> ServiceError {
    ServiceError::resource_not_found(format!("Identity '{id}' not found."))
}

pub(crate) fn insert(db: &Connection, identity: &Identity) -> Outcome<()> {
    let Identity { id, pool_id, guest, disabled, created_ms, modified_ms } = identity;
    db.prepare_cached("INSERT INTO identities VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(params![
        id,
        pool_id,
        guest,
        disabled,
        created_ms,
        modified_ms
    ])?;
    Ok(())
}

pub(crate) fn update(db: &Connection, identity: &Identity) -> Outcome<()> {
    let Identity { id, guest, disabled, modified_ms, .. } = identity;
    db.prepare_cached("UPDATE identities SET guest = ?2, disabled = ?3, modified = ?4 WHERE id = ?1")?
        .execute(params![id, guest, disabled, modified_ms])?;
    Ok(())
}

/// Whether there was one.
pub(crate) fn delete(db: &Connection, id: &str) -> Outcome<bool> {
    Ok(db.execute("DELETE FROM identities WHERE id = ?1", [id])? == 1)
}

/// The identities of a pool, oldest first.
pub(crate) fn of_pool(db: &Connection, pool_id: &str) -> Outcome<Vec<Identity>> {
    let mut statement =
        db.prepare_cached("SELECT * FROM identities WHERE identity_pool_id = ?1 ORDER BY created, id")?;
    let rows = statement.query_map([pool_id], identity_from)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The id of the identity that somebody at a provider is linked to.
pub(crate) fn owner(db: &Connection, pool_id: &str, provider: &str, subject: &str) -> Outcome<Option<String>> {
    let mut statement = db.prepare_cached(
        "SELECT identity_id FROM identity_logins WHERE identity_pool_id = ?1 AND provider = ?2 AND subject = ?3",
    )?;
    Ok(statement.query_row([pool_id, provider, subject], |row| row.get(0)).optional()?)
}

/// Who is linked to an identity, by provider.
pub(crate) fn logins(db: &Connection, identity_id: &str) -> Outcome<Vec<LinkedLogin>> {
    let mut statement =
        db.prepare_cached("SELECT * FROM identity_logins WHERE identity_id = ?1 ORDER BY provider, subject")?;
    let rows = statement.query_map([identity_id], |row| {
        Ok(LinkedLogin {
            provider: row.get("provider")?,
            subject: row.get("subject")?,
            developer: row.get("developer")?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Links somebody who is linked to nothing.
pub(crate) fn link(db: &Connection, identity: &Identity, login: &LinkedLogin) -> Outcome<()> {
    db.prepare_cached("INSERT INTO identity_logins VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
        identity.pool_id,
        login.provider,
        login.subject,
        identity.id,
        login.developer
    ])?;
    Ok(())
}

pub(crate) fn unlink(db: &Connection, identity_id: &str, provider: &str, subject: &str) -> Outcome<()> {
    db.execute(
        "DELETE FROM identity_logins WHERE identity_id = ?1 AND provider = ?2 AND subject = ?3",
        [identity_id, provider, subject],
    )?;
    Ok(())
}

/// Links everybody of one identity to another.
pub(crate) fn move_logins(db: &Connection, from: &str, to: &str) -> Outcome<()> {
    db.execute("UPDATE identity_logins SET identity_id = ?2 WHERE identity_id = ?1", [from, to])?;
    Ok(())
}

fn identity_from(row: &Row<'_>) -> rusqlite::Result<Identity> {
    Ok(Identity {
        id: row.get("id")?,
        pool_id: row.get("identity_pool_id")?,
        guest: row.get("guest")?,
        disabled: row.get("disabled")?,
        created_ms: row.get("created")?,
        modified_ms: row.get("modified")?,
    })
}
