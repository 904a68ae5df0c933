//! Pools and clients, kept parsed beside the database. Locks are taken in the order pools, clients, database.

use std::sync::{Arc, PoisonError};

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::Store;
use crate::error::{Outcome, ServiceError};
use crate::model::client::Client;
use crate::model::pool::Pool;

/// The pool as the transaction sees it.
pub(crate) fn in_force(db: &Connection, id: &str) -> Outcome<Pool> {
    select_pool(db, "id = ?1", id)?.ok_or_else(|| no_such_pool(id))
}

impl Store {
    pub fn pool(&self, id: &str) -> Outcome<Arc<Pool>> {
        if let Some(pool) = self.pools.read().unwrap_or_else(PoisonError::into_inner).get(id) {
            return Ok(Arc::clone(pool));
        }
        // Held while reading, as it is while writing: what is kept cannot be older than the database.
        let mut kept = self.pools.write().unwrap_or_else(PoisonError::into_inner);
        let found = self.read(|db| Ok(select_pool(db, "id = ?1", id)?))?;
        let pool = Arc::new(found.ok_or_else(|| no_such_pool(id))?);
        kept.insert(id.to_owned(), Arc::clone(&pool));
        Ok(pool)
    }

    pub fn pool_named(&self, name: &str) -> Outcome<Option<Pool>> {
        self.read(|db| Ok(select_pool(db, "name = ?1", name)?))
    }

    /// All pools, oldest first.
    pub fn pools(&self) -> Outcome<Vec<Pool>> {
        self.read(|db| {
            let mut statement = db.prepare_cached("SELECT * FROM pools ORDER BY created, id")?;
            let rows = statement.query_map([], pool_from)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    pub fn put_pool(&self, pool: &Pool) -> Outcome<()> {
        let (settings, local) = (serde_json::to_string(&pool.settings)?, serde_json::to_string(&pool.local)?);
        let mfa = serde_json::to_string(&pool.mfa)?;
        let mut kept = self.pools.write().unwrap_or_else(PoisonError::into_inner);
        self.write(|db| {
            db.execute(
                "INSERT INTO pools (id, name, settings, mfa, local, secret, created, modified)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT DO UPDATE SET name = ?2, settings = ?3, mfa = ?4, local = ?5, secret = ?6, created = ?7,
                                           modified = ?8",
                params![pool.id, pool.name, settings, mfa, local, pool.secret, pool.created_ms, pool.modified_ms],
            )?;
            Ok(())
        })?;
        kept.remove(&pool.id);
        Ok(())
    }

    pub fn delete_pool(&self, id: &str) -> Outcome<()> {
        let mut kept_pools = self.pools.write().unwrap_or_else(PoisonError::into_inner);
        let mut kept_clients = self.clients.write().unwrap_or_else(PoisonError::into_inner);
        self.write(|db| Ok(db.execute("DELETE FROM pools WHERE id = ?1", [id])?))?;
        kept_pools.remove(id);
        kept_clients.retain(|_, client| client.pool_id != id);
        Ok(())
    }

    pub fn client(&self, id: &str) -> Outcome<Arc<Client>> {
        if let Some(client) = self.clients.read().unwrap_or_else(PoisonError::into_inner).get(id) {
            return Ok(Arc::clone(client));
        }
        let mut kept = self.clients.write().unwrap_or_else(PoisonError::into_inner);
        let found = self.read(|db| {
            let mut statement = db.prepare_cached("SELECT * FROM clients WHERE id = ?1")?;
            Ok(statement.query_row([id], client_from).optional()?)
        })?;
        let client = Arc::new(found.ok_or_else(|| no_such_client(id))?);
        kept.insert(id.to_owned(), Arc::clone(&client));
        Ok(client)
    }

    /// The clients of a pool, oldest first.
    pub fn clients(&self, pool_id: &str) -> Outcome<Vec<Client>> {
        self.read(|db| {
            let mut statement = db.prepare_cached("SELECT * FROM clients WHERE pool_id = ?1 ORDER BY created, id")?;
            let rows = statement.query_map([pool_id], client_from)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    pub fn put_client(&self, client: &Client) -> Outcome<()> {
        let settings = serde_json::to_string(&client.settings)?;
        let mut kept = self.clients.write().unwrap_or_else(PoisonError::into_inner);
        self.write(|db| {
            db.execute(
                "INSERT INTO clients (id, pool_id, secret, settings, created, modified) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT DO UPDATE SET pool_id = ?2, secret = ?3, settings = ?4, created = ?5, modified = ?6",
                params![client.id, client.pool_id, client.secret, settings, client.created_ms, client.modified_ms],
            )?;
            Ok(())
        })?;
        kept.remove(&client.id);
        Ok(())
    }

    pub fn delete_client(&self, id: &str) -> Outcome<()> {
        let mut kept = self.clients.write().unwrap_or_else(PoisonError::into_inner);
        self.write(|db| Ok(db.execute("DELETE FROM clients WHERE id = ?1", [id])?))?;
        kept.remove(id);
        Ok(())
    }
}

pub(crate) fn no_such_client(id: &str) -> ServiceError {
    ServiceError::resource_not_found(format!("User pool client {id} does not exist."))
}

fn no_such_pool(id: &str) -> ServiceError {
    ServiceError::resource_not_found(format!("User pool {id} does not exist."))
}

fn select_pool(db: &Connection, condition: &str, value: &str) -> rusqlite::Result<Option<Pool>> {
    let mut statement =
        db.prepare_cached(&format!("SELECT * FROM pools WHERE {condition} ORDER BY created LIMIT 1"))?;
    statement.query_row([value], pool_from).optional()
}

fn pool_from(row: &Row<'_>) -> rusqlite::Result<Pool> {
    Ok(Pool {
        id: row.get("id")?,
        name: row.get("name")?,
        settings: super::json_column(row, "settings")?,
        mfa: super::json_column(row, "mfa")?,
        local: super::json_column(row, "local")?,
        secret: row.get("secret")?,
        created_ms: row.get("created")?,
        modified_ms: row.get("modified")?,
    })
}

fn client_from(row: &Row<'_>) -> rusqlite::Result<Client> {
    Ok(Client {
        id: row.get("id")?,
        pool_id: row.get("pool_id")?,
        secret: row.get("secret")?,
        settings: super::json_column(row, "settings")?,
        created_ms: row.get("created")?,
        modified_ms: row.get("modified")?,
    })
}
