//! State, in one SQLite database: in memory, or in a file.
//!
//! One connection behind a lock: what an operation reads and then writes under [`Store::write`] cannot be torn by
//! another, and no statement takes long enough to be worth more.

pub(crate) mod codes;
pub(crate) mod devices;
pub(crate) mod domains;
pub(crate) mod failures;
mod file;
pub(crate) mod groups;
pub(crate) mod hosted;
pub(crate) mod identities;
pub(crate) mod identity_pools;
pub(crate) mod identity_providers;
pub(crate) mod lines;
pub(crate) mod links;
pub(crate) mod open_error;
pub(crate) mod outbox;
pub(crate) mod passkeys;
pub(crate) mod past_passwords;
pub(crate) mod pending;
pub(crate) mod pools;
pub(crate) mod resource_servers;
mod schema;
pub(crate) mod server_keys;
pub(crate) mod sessions;
pub(crate) mod signing_keys;
pub(crate) mod users;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use rusqlite::Connection;

use self::file::DataFile;
use self::open_error::OpenError;
use crate::blocking::in_place;
use crate::error::Outcome;
use crate::model::client::Client;
use crate::model::pool::Pool;

pub(crate) struct Store {
    connection: Mutex<Connection>,
    /// Read on every request, written seldom: kept parsed.
    pools: RwLock<HashMap<String, Arc<Pool>>>,
    clients: RwLock<HashMap<String, Arc<Client>>>,
    /// How often the file was started with, this time among them; 0 in memory.
    pub starts: u64,
    /// After the connection: given up once that is closed.
    file: Option<DataFile>,
}

impl Store {
    /// Opens the file, made if missing, or a database in memory.
    pub fn open(path: Option<&Path>) -> Result<Self, OpenError> {
        let file = path.map(DataFile::claim).transpose()?;
        let connection = match &file {
            Some(file) => Connection::open(&file.path)?,
            None => Connection::open_in_memory()?,
        };
        connection.set_prepared_statement_cache_capacity(64);
        connection.pragma_update(None, "foreign_keys", true)?;
        schema::prepare(&connection)?;
        if file.is_some() {
            connection.pragma_update(None, "journal_mode", "WAL")?;
            // What was answered outlives a power failure.
            connection.pragma_update(None, "synchronous", "FULL")?;
        }
        let starts: i64 = match &file {
            Some(_) => {
                connection.query_row("UPDATE server SET starts = starts + 1 RETURNING starts", [], |row| row.get(0))?
            }
            None => 0,
        };
        let starts = starts.unsigned_abs();
        let (pools, clients) = (RwLock::default(), RwLock::default());
        Ok(Self { connection: Mutex::new(connection), pools, clients, starts, file })
    }

    pub fn read<T>(&self, query: impl FnOnce(&Connection) -> Outcome<T>) -> Outcome<T> {
        // Reading is quick, unless somebody is writing to the disk just now.
        match self.connection.try_lock() {
            Ok(connection) => query(&connection),
            Err(_) => self.may_block(|| query(&self.connection.lock().unwrap_or_else(PoisonError::into_inner))),
        }
    }

    /// Runs `change` as one transaction: all of it holds, or after an error nothing.
    pub fn write<T>(&self, change: impl FnOnce(&Connection) -> Outcome<T>) -> Outcome<T> {
        self.may_block(|| {
            let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
            let transaction = connection.unchecked_transaction()?;
            let result = change(&transaction)?;
            transaction.commit()?;
            Ok(result)
        })
    }

    /// Only a disk keeps one waiting: in memory, handing tasks over costs more than the work.
    fn may_block<T>(&self, work: impl FnOnce() -> T) -> T {
        if self.file.is_some() { in_place(work) } else { work() }
    }

    /// Does the work of `change` as [`Self::write`] does, and leaves everything as it was: where time must not tell
    /// whether there was anything to change.
    pub fn rehearse(&self, change: impl FnOnce(&Connection) -> Outcome<()>) -> Outcome<()> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.unchecked_transaction()?;
        // Nobody's rows refer to nobody, which is looked at where a transaction is committed.
        transaction.prepare_cached("PRAGMA defer_foreign_keys = ON")?.execute([])?;
        change(&transaction)?;
        Ok(transaction.rollback()?)
    }
}

/// Reads a column that holds JSON text.
fn json_column<T: serde::de::DeserializeOwned>(row: &rusqlite::Row<'_>, name: &str) -> rusqlite::Result<T> {
    let text: String = row.get(name)?;
    serde_json::from_str(&text).map_err(|error| unreadable(name, error.into()))
}

/// As [`json_column`], of a column that may be empty.
fn optional_json_column<T: serde::de::DeserializeOwned>(
    row: &rusqlite::Row<'_>,
    name: &str,
) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(name)?;
    text.map(|text| serde_json::from_str(&text).map_err(|error| unreadable(name, error.into()))).transpose()
}

/// What a column holds is not what this version writes there.
fn unreadable(column: &str, error: Box<dyn std::error::Error + Send + Sync>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, format!("{column}: {error}").into())
}

#[cfg(test)]
mod tests;
