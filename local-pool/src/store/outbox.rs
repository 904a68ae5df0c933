//! Messages that Cognito would have sent.

use rusqlite::{Connection, params};

use crate::error::Outcome;
use crate::model::sent_message::SentMessage;

#[derive(Default)]
pub(crate) struct Filter<'a> {
    pub pool: Option<&'a str>,
    /// A user name, an alias, or a destination.
    pub user: Option<&'a str>,
    pub kind: Option<&'a str>,
}

/// How many messages are kept.
const MOST: i64 = 10_000;

pub(crate) fn insert(db: &Connection, message: &SentMessage, now_ms: i64) -> Outcome<()> {
    let SentMessage { pool, user, kind, medium, destination, attribute, code, subject, message, .. } = message;
    let mut statement =
        db.prepare_cached("INSERT INTO outbox VALUES (NULL, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")?;
    statement.execute(params![pool, user, kind, medium, destination, attribute, code, subject, message, now_ms])?;
    // Whoever can ask for a message can ask for many.
    db.prepare_cached("DELETE FROM outbox WHERE id <= ?1")?.execute([db.last_insert_rowid() - MOST])?;
    Ok(())
}

/// Oldest first.
pub(crate) fn list(db: &Connection, filter: &Filter<'_>) -> Outcome<Vec<SentMessage>> {
    let mut statement = db.prepare_cached(
        "SELECT pool_id, username, kind, medium, destination, attribute, code, subject, message, sent FROM outbox
         WHERE (?1 IS NULL OR pool_id = ?1) AND (?2 IS NULL OR kind = ?2)
           AND (?3 IS NULL OR username = ?3 OR destination = ?3
                OR EXISTS (SELECT 1 FROM sign_in_names AS n WHERE n.pool_id = outbox.pool_id
                           AND n.username = outbox.username AND n.name IN (?3, lower(?3))))
         ORDER BY id",
    )?;
    let rows = statement.query_map(params![filter.pool, filter.kind, filter.user], |row| {
        let sent: i64 = row.get(9)?;
        Ok(SentMessage {
            pool: row.get(0)?,
            user: row.get(1)?,
            kind: row.get(2)?,
            medium: row.get(3)?,
            destination: row.get(4)?,
            attribute: row.get(5)?,
            code: row.get(6)?,
            subject: row.get(7)?,
            message: row.get(8)?,
            sent_at: sent as f64 / 1000.0,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
