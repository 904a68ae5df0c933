//! State, in one SQLite database: in memory, or in a file.
//!
//! One connection behind a lock: what an operation reads and then writes under [`Store::write`] cannot be torn by
//! another, and no statement takes long enough to be worth more.

pub(crate) mod codes;
pub(crate) mod devices;
pub(crate) mod failures;
pub(crate) mod groups;
pub(crate) mod lines;
pub(crate) mod outbox;
pub(crate) mod passkeys;
pub(crate) mod past_passwords;
pub(crate) mod pending;
pub(crate) mod pools;
pub(crate) mod resource_servers;
mod schema;
pub(crate) mod sessions;
pub(crate) mod signing_keys;
pub(crate) mod users;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use rusqlite::Connection;

use crate::error::Outcome;
use crate::model::client::Client;
use crate::model::pool::Pool;

pub(crate) struct Store {
    connection: Mutex<Connection>,
    /// Read on every request, written seldom: kept parsed.
    pools: RwLock<HashMap<String, Arc<Pool>>>,
    clients: RwLock<HashMap<String, Arc<Client>>>,
}

impl Store {
    /// Opens the file, made if missing, or a database in memory.
    pub fn open(file: Option<&Path>) -> rusqlite::Result<Self> {
        let connection = match file {
            Some(file) => Connection::open(file)?,
            None => Connection::open_in_memory()?,
        };
        connection.set_prepared_statement_cache_capacity(64);
        if file.is_some() {
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "synchronous", "NORMAL")?;
        }
        schema::prepare(&connection)?;
        Ok(Self { connection: Mutex::new(connection), pools: RwLock::default(), clients: RwLock::default() })
    }

    pub fn read<T>(&self, query: impl FnOnce(&Connection) -> Outcome<T>) -> Outcome<T> {
        query(&self.connection.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Runs `change` as one transaction: all of it holds, or after an error nothing.
    pub fn write<T>(&self, change: impl FnOnce(&Connection) -> Outcome<T>) -> Outcome<T> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.unchecked_transaction()?;
        let result = change(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    /// Does the work of `change` as [`Self::write`] does, and leaves everything as it was: where time must not tell
    /// whether there was anything to change.
    pub fn rehearse(&self, change: impl FnOnce(&Connection) -> Outcome<()>) -> Outcome<()> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.unchecked_transaction()?;
        change(&transaction)?;
        Ok(transaction.rollback()?)
    }
}

/// Reads a column that holds JSON text.
fn json_column<T: serde::de::DeserializeOwned>(row: &rusqlite::Row<'_>, name: &str) -> rusqlite::Result<T> {
    let text: String = row.get(name)?;
    serde_json::from_str(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error)))
}
