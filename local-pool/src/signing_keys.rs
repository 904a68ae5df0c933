//! A pool's two signing keys, made when first needed.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::{Value, json};

use crate::crypto::key_stock;
use crate::crypto::signing::SigningKey;
use crate::error::{Outcome, ServiceError};
use crate::store::{Store, signing_keys};

/// Cognito signs id tokens and access tokens with different keys.
#[derive(Debug)]
pub(crate) struct PoolKeys {
    pub id: SigningKey,
    pub access: SigningKey,
}

#[derive(Default)]
pub(crate) struct Keys {
    loaded: RwLock<HashMap<String, Arc<PoolKeys>>>,
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

    pub fn forget(&self, pool_id: &str) {
        self.loaded.write().unwrap_or_else(PoisonError::into_inner).remove(pool_id);
    }

    fn cached(&self, pool_id: &str) -> Option<Arc<PoolKeys>> {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner).get(pool_id).cloned()
    }
}

async fn load_or_make(store: &Store, pool_id: &str, token_use: &str) -> Outcome<SigningKey> {
    let unusable = || ServiceError::internal("local-pool could not make a signing key");
    let der = match store.read(|db| signing_keys::find(db, pool_id, token_use))? {
        Some(der) => der,
        None => {
            let taken = tokio::task::spawn_blocking(key_stock::take).await.ok().flatten();
            let der = taken.ok_or_else(unusable)?;
            store.write(|db| signing_keys::insert(db, pool_id, token_use, &der))?;
            der
        }
    };
    SigningKey::from_der(&der).ok_or_else(unusable)
}
