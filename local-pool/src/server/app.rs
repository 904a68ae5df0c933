use std::sync::Arc;

use super::counters::Counters;
use crate::authenticator::Authenticator;
use crate::error::{Outcome, ServiceError};
use crate::faults::Faults;
use crate::model::pool::Pool;
use crate::service::Service;
use crate::wire::answer::Stamp;

/// What requests are answered from.
#[derive(Clone)]
pub(crate) struct App {
    pub service: Arc<Service>,
    pub faults: Faults,
    pub counters: Arc<Counters>,
    /// What `/_local/authenticator` uses.
    pub authenticator: Authenticator,
    /// The id of the first pool of the configuration, if it has any.
    pub first_pool: Option<String>,
}

impl App {
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

pub(super) fn stamp(app: &App) -> Stamp {
    Stamp { request_id: app.service.random.uuid(), now_ms: app.service.now_ms() }
}
