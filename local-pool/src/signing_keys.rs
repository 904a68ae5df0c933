//! A pool's two signing keys, and those of the server itself, made when first needed.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::{Value, json};

use crate::crypto::key_stock;
use crate::crypto::signing::SigningKey;
use crate::error::{Outcome, ServiceError};
use crate::random::Random;
use crate::store::{Store, server_keys, signing_keys};

/// Cognito signs id tokens and access tokens with different keys.
#[derive(Debug)]
pub(crate) struct PoolKeys {
    pub id: SigningKey,
    pub access: SigningKey,
}

/// What a key of the server itself is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ServerKey {
    /// Tokens of the built-in providers.
    Providers,
    /// OpenID tokens of identity pools.
    OpenIdTokens,
}

#[derive(Default)]
pub(crate) struct Keys {
    loaded: RwLock<HashMap<String, Arc<PoolKeys>>>,
    of_server: RwLock<HashMap<ServerKey, Arc<SigningKey>>>,
    /// Held while keys are read or made, so that a pool never gets two pairs.
    loading: tokio::sync::Mutex<()>,
}

impl PoolKeys {
    /// `jwks.json`
    pub fn jwks(&self) -> Value {
        json!({ "keys": [self.id.jwk(), self.access.jwk()] })
    }
}

impl Keys {
    /// The keys of a pool.
    pub async fn of_pool(&self, store: &Store, pool_id: &str) -> Outcome<Arc<PoolKeys>> {
        if let Some(keys) = self.cached(pool_id) {
            return Ok(keys);
        }
        let _one_at_a_time = self.loading.lock().await;
        if let Some(keys) = self.cached(pool_id) {
            return Ok(keys);
        }
        let id = load_or_make(store, pool_id, "id").await?;
        let access = load_or_make(store, pool_id, "access").await?;
        let keys = Arc::new(PoolKeys { id, access });
        self.loaded.write().unwrap_or_else(PoisonError::into_inner).insert(pool_id.to_owned(), Arc::clone(&keys));
        Ok(keys)
    }

    /// A key of the server itself.
    pub async fn of_server(&self, store: &Store, purpose: ServerKey) -> Outcome<Arc<SigningKey>> {
        let cached = || self.of_server.read().unwrap_or_else(PoisonError::into_inner).get(&purpose).cloned();
        if let Some(key) = cached() {
            return Ok(key);
        }
        let _one_at_a_time = self.loading.lock().await;
        if let Some(key) = cached() {
            return Ok(key);
        }
        let name = purpose.name();
        let found = store.read(|db| server_keys::find(db, name))?;
        let der = match found {
            Some(der) => der,
            None => {
                let der = new_key().await?;
                store.write(|db| server_keys::insert(db, name, &der))?;
                der
            }
        };
        let key = Arc::new(SigningKey::from_der(&der).ok_or_else(unusable)?);
        self.of_server.write().unwrap_or_else(PoisonError::into_inner).insert(purpose, Arc::clone(&key));
        Ok(key)
    }

    pub fn forget(&self, pool_id: &str) {
        self.loaded.write().unwrap_or_else(PoisonError::into_inner).remove(pool_id);
    }

    fn cached(&self, pool_id: &str) -> Option<Arc<PoolKeys>> {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner).get(pool_id).cloned()
    }
}

impl ServerKey {
    fn name(self) -> &'static str {
        match self {
            Self::Providers => "providers",
            Self::OpenIdTokens => "open id tokens",
        }
    }
}

/// What secrets of the server are derived from: it is made once and stays.
pub(crate) fn server_secret(store: &Store, random: &Random) -> Outcome<Vec<u8>> {
    const NAME: &str = "secret";
    if let Some(secret) = store.read(|db| server_keys::find(db, NAME))? {
        return Ok(secret);
    }
    store.write(|db| match server_keys::find(db, NAME)? {
        Some(secret) => Ok(secret),
        None => {
            let secret = random.bytes::<32>().to_vec();
            server_keys::insert(db, NAME, &secret)?;
            Ok(secret)
        }
    })
}

async fn load_or_make(store: &Store, pool_id: &str, token_use: &str) -> Outcome<SigningKey> {
    let der = match store.read(|db| signing_keys::find(db, pool_id, token_use))? {
        Some(der) => der,
        None => {
            let der = new_key().await?;
            store.write(|db| signing_keys::insert(db, pool_id, token_use, &der))?;
            der
        }
    };
    SigningKey::from_der(&der).ok_or_else(unusable)
}

async fn new_key() -> Outcome<Vec<u8>> {
    let taken = tokio::task::spawn_blocking(key_stock::take).await.ok().flatten();
    taken.ok_or_else(unusable)
}

fn unusable() -> ServiceError {
    ServiceError::internal("local-pool could not make a signing key")
}
