//! Failed sign-ins per name; names of unknown users are counted like those of known ones.

use rusqlite::{Connection, OptionalExtension as _, params};

use crate::error::Outcome;

pub(crate) struct Failures {
    pub count: i64,
    pub last_ms: i64,
    pub locked_until_ms: i64,
}

pub(crate) fn find(db: &Connection, pool_id: &str, name: &str) -> Outcome<Option<Failures>> {
    let mut statement =
        db.prepare_cached("SELECT count, last, locked_until FROM failures WHERE pool_id = ?1 AND name = ?2")?;
    let found = statement.query_row([pool_id, name], |row| {
        Ok(Failures { count: row.get(0)?, last_ms: row.get(1)?, locked_until_ms: row.get(2)? })
    });
    Ok(found.optional()?)
}

pub(crate) fn put(db: &Connection, pool_id: &str, name: &str, failures: &Failures) -> Outcome<()> {
    let mut statement = db.prepare_cached("INSERT OR REPLACE INTO failures VALUES (?1, ?2, ?3, ?4, ?5)")?;
    statement.execute(params![pool_id, name, failures.count, failures.last_ms, failures.locked_until_ms])?;
    Ok(())
}

/// Forgets what was counted last before `ms`, in every pool: names are typed by anybody.
pub(crate) fn forget_before(db: &Connection, ms: i64) -> Outcome<()> {
    db.prepare_cached("DELETE FROM failures WHERE last < ?1")?.execute([ms])?;
    Ok(())
}

pub(crate) fn delete(db: &Connection, pool_id: &str, name: &str) -> Outcome<()> {
    db.prepare_cached("DELETE FROM failures WHERE pool_id = ?1 AND name = ?2")?.execute([pool_id, name])?;
    Ok(())
}
