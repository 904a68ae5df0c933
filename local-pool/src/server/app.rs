//! What requests are answered from.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::access::Access;
use super::counters::Counters;
use super::tls::Certificate;
use crate::authenticator::Authenticator;
use crate::config::Limits;
use crate::error::{Outcome, ServiceError};
use crate::faults::Faults;
use crate::identities::IdentityPool;
use crate::objects::Objects;
use crate::pools::Pool;
use crate::service::Service;
use crate::store::identity_pools;
use crate::wire::answer::Stamp;

/// How many may watch the events at the same time.
pub(super) const MOST_WATCHING: usize = 32;

#[derive(Clone)]
pub(crate) struct App {
    pub service: Arc<Service>,
    pub faults: Faults,
    pub counters: Arc<Counters>,
    pub access: Arc<Access>,
    pub limits: Limits,
    /// Where it speaks https.
    pub tls: Option<Certificate>,
    /// A seat for everyone who watches the events.
    pub watching: Arc<Semaphore>,
    /// What `/_local/authenticator` uses.
    pub authenticator: Authenticator,
    /// What `/_local/s3` keeps.
    pub objects: Objects,
    /// The id of the first pool of the configuration, if it has any.
    pub first_pool: Option<String>,
    /// The id of the first identity pool of the configuration, if it has any.
    pub first_identity_pool: Option<String>,
}

impl App {
    pub fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    /// The first identity pool of the configuration, unless it was deleted.
    pub fn identity_pool(&self) -> Outcome<Option<IdentityPool>> {
        let Some(id) = &self.first_identity_pool else { return Ok(None) };
        self.service.store.read(|db| Ok(identity_pools::list(db)?.into_iter().find(|pool| pool.id == *id)))
    }

    /// The pool with this id; by default the first of the configuration, or the only one there is.
    pub fn pool(&self, id: Option<&str>) -> Outcome<Arc<Pool>> {
        let store = &self.service.store;
        if let Some(id) = id.or(self.first_pool.as_deref()) {
            return store.pool(id);
        }
        match store.pools()?.as_slice() {
            [only] => store.pool(&only.id),
            pools => {
                let text =
                    format!("The configuration names no pool and there are {}: name one by its id.", pools.len());
                Err(ServiceError::resource_not_found(text))
            }
        }
    }
}

pub(crate) fn seats() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(MOST_WATCHING))
}

pub(super) fn stamp(app: &App) -> Stamp {
    Stamp { request_id: app.service.random.uuid(), now: app.service.clock.now() }
}
