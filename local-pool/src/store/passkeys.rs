//! Passkeys, and the challenges of registrations that are not complete.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::error::Outcome;
use crate::model::passkey::Passkey;

/// A registration that was started.
pub(crate) struct Started {
    /// The client whose token it was started with.
    pub client_id: String,
    pub expires_ms: i64,
}

/// Adds a passkey. False: somebody in the pool has registered it.
pub(crate) fn insert(db: &Connection, pool_id: &str, username: &str, passkey: &Passkey) -> Outcome<bool> {
    let mut statement = db.prepare_cached(
        "INSERT OR IGNORE INTO passkeys (pool_id, credential_id, username, relying_party, public_key, sign_count,
                                         aaguid, attachment, transports, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    let added = statement.execute(params![
        pool_id,
        passkey.credential_id,
        username,
        passkey.relying_party,
        passkey.public_key,
        passkey.sign_count,
        passkey.aaguid,
        passkey.attachment,
        serde_json::to_string(&passkey.transports)?,
        passkey.created_ms
    ])?;
    Ok(added == 1)
}

/// A user's passkeys, oldest first.
pub(crate) fn of_user(db: &Connection, pool_id: &str, username: &str) -> Outcome<Vec<Passkey>> {
    let mut statement = db.prepare_cached(
        "SELECT * FROM passkeys WHERE pool_id = ?1 AND username = ?2 ORDER BY created, credential_id",
    )?;
    let rows = statement.query_map([pool_id, username], passkey_from)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Keeps the counter of a use. False: the passkey is gone, or another use was first.
pub(crate) fn count_use(db: &Connection, pool_id: &str, used: &Passkey, sign_count: u32) -> Outcome<bool> {
    let mut statement = db.prepare_cached(
        "UPDATE passkeys SET sign_count = ?4 WHERE pool_id = ?1 AND credential_id = ?2 AND sign_count = ?3",
    )?;
    Ok(statement.execute(params![pool_id, used.credential_id, used.sign_count, sign_count])? == 1)
}

/// Forgets a user's passkey. False: the user has no such.
pub(crate) fn delete(db: &Connection, pool_id: &str, username: &str, credential_id: &[u8]) -> Outcome<bool> {
    let mut statement =
        db.prepare_cached("DELETE FROM passkeys WHERE pool_id = ?1 AND username = ?2 AND credential_id = ?3")?;
    Ok(statement.execute(params![pool_id, username, credential_id])? == 1)
}

/// Keeps the challenge of a registration, by its hash.
pub(crate) fn start(
    db: &Connection,
    pool_id: &str,
    username: &str,
    challenge: &[u8; 32],
    started: &Started,
    now_ms: i64,
) -> Outcome<()> {
    db.execute("DELETE FROM passkey_registrations WHERE expires <= ?1", [now_ms])?;
    let mut statement = db.prepare_cached(
        "INSERT INTO passkey_registrations (pool_id, username, challenge, client_id, expires)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    statement.execute(params![pool_id, username, challenge, started.client_id, started.expires_ms])?;
    Ok(())
}

pub(crate) fn started(
    db: &Connection,
    pool_id: &str,
    username: &str,
    challenge: &[u8; 32],
) -> Outcome<Option<Started>> {
    let mut statement = db.prepare_cached(
        "SELECT client_id, expires FROM passkey_registrations
         WHERE pool_id = ?1 AND username = ?2 AND challenge = ?3",
    )?;
    let found = statement.query_row(params![pool_id, username, challenge], |row| {
        Ok(Started { client_id: row.get(0)?, expires_ms: row.get(1)? })
    });
    Ok(found.optional()?)
}

/// Uses a challenge up. False: somebody else was first.
pub(crate) fn finish(db: &Connection, challenge: &[u8; 32]) -> Outcome<bool> {
    Ok(db.execute("DELETE FROM passkey_registrations WHERE challenge = ?1", [challenge])? == 1)
}

fn passkey_from(row: &Row<'_>) -> rusqlite::Result<Passkey> {
    Ok(Passkey {
        credential_id: row.get("credential_id")?,
        relying_party: row.get("relying_party")?,
        public_key: row.get("public_key")?,
        sign_count: row.get("sign_count")?,
        aaguid: row.get("aaguid")?,
        attachment: row.get("attachment")?,
        transports: super::json_column(row, "transports")?,
        created_ms: row.get("created")?,
    })
}
