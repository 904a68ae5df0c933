//! Devices that users confirmed.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::error::Outcome;
use crate::model::device::{Device, Seen};

/// Adds a device. False: the user has one with this key.
pub(crate) fn insert(db: &Connection, pool_id: &str, username: &str, device: &Device) -> Outcome<bool> {
    let Device { key, name, salt, verifier, remembered, seen, created_ms, modified_ms } = device;
    let mut statement = db.prepare_cached(
        "INSERT OR IGNORE INTO devices (pool_id, username, key, name, salt, verifier, remembered, ip, sdk, seen,
                                        created, modified)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    let added = statement.execute(params![
        pool_id,
        username,
        key,
        name,
        salt,
        verifier,
        remembered,
        seen.ip,
        seen.sdk,
        seen.at_ms,
        created_ms,
        modified_ms
    ])?;
    Ok(added == 1)
}

pub(crate) fn find(db: &Connection, pool_id: &str, username: &str, key: &str) -> Outcome<Option<Device>> {
    let mut statement = db.prepare_cached("SELECT * FROM devices WHERE pool_id = ?1 AND username = ?2 AND key = ?3")?;
    Ok(statement.query_row([pool_id, username, key], device_from).optional()?)
}

/// Devices after `after` in the order of their keys, at most `limit`.
pub(crate) fn page(db: &Connection, pool_id: &str, username: &str, after: &str, limit: i64) -> Outcome<Vec<Device>> {
    let mut statement = db.prepare_cached(
        "SELECT * FROM devices WHERE pool_id = ?1 AND username = ?2 AND key > ?3 ORDER BY key LIMIT ?4",
    )?;
    let rows = statement.query_map(params![pool_id, username, after, limit], device_from)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// False: there is no such device.
pub(crate) fn set_remembered(
    db: &Connection,
    pool_id: &str,
    username: &str,
    key: &str,
    remembered: bool,
    now_ms: i64,
) -> Outcome<bool> {
    let mut statement = db.prepare_cached(
        "UPDATE devices SET remembered = ?4, modified = ?5 WHERE pool_id = ?1 AND username = ?2 AND key = ?3",
    )?;
    Ok(statement.execute(params![pool_id, username, key, remembered, now_ms])? == 1)
}

/// Notes a sign-in from a device.
pub(crate) fn note_sign_in(db: &Connection, pool_id: &str, username: &str, key: &str, seen: &Seen) -> Outcome<()> {
    let mut statement = db.prepare_cached(
        "UPDATE devices SET ip = ?4, sdk = ?5, seen = ?6 WHERE pool_id = ?1 AND username = ?2 AND key = ?3",
    )?;
    statement.execute(params![pool_id, username, key, seen.ip, seen.sdk, seen.at_ms])?;
    Ok(())
}

/// False: there is no such device.
pub(crate) fn delete(db: &Connection, pool_id: &str, username: &str, key: &str) -> Outcome<bool> {
    let mut statement = db.prepare_cached("DELETE FROM devices WHERE pool_id = ?1 AND username = ?2 AND key = ?3")?;
    Ok(statement.execute([pool_id, username, key])? == 1)
}

pub(crate) fn delete_all(db: &Connection, pool_id: &str, username: &str) -> Outcome<()> {
    db.execute("DELETE FROM devices WHERE pool_id = ?1 AND username = ?2", [pool_id, username])?;
    Ok(())
}

fn device_from(row: &Row<'_>) -> rusqlite::Result<Device> {
    Ok(Device {
        key: row.get("key")?,
        name: row.get("name")?,
        salt: row.get("salt")?,
        verifier: row.get("verifier")?,
        remembered: row.get("remembered")?,
        seen: Seen { ip: row.get("ip")?, sdk: row.get("sdk")?, at_ms: row.get("seen")? },
        created_ms: row.get("created")?,
        modified_ms: row.get("modified")?,
    })
}
