//! What every operation works on.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use crate::clock::Clock;
use crate::error::Outcome;
use crate::feed::Feed;
use crate::model::client::Client;
use crate::model::pool::Pool;
use crate::oidc_providers::OidcProviders;
use crate::random::Random;
use crate::signing_keys::Keys;
use crate::store::Store;
use crate::store::pools::no_such_client;
use crate::triggers::Triggers;
use crate::turns::Turns;

pub(crate) struct Service {
    pub store: Store,
    pub clock: Clock,
    pub random: Random,
    /// Who tries a password or a code at a name.
    pub turns: Turns,
    pub triggers: Triggers,
    pub keys: Keys,
    pub oidc_providers: OidcProviders,
    pub feed: Feed,
    pub region: String,
    /// `http://127.0.0.1:PORT`
    pub endpoint: String,
}

/// One request on its way through an operation.
pub(crate) struct Call {
    pub service: Arc<Service>,
    /// The SDK the client says it is, for `callerContext.awsSdkVersion`.
    pub sdk: String,
    /// Where the request came from.
    pub peer: IpAddr,
}

impl Call {
    /// A call that no client made.
    pub fn in_process(service: Arc<Service>) -> Self {
        Self { service, sdk: "aws-sdk-unknown-unknown".into(), peer: Ipv4Addr::LOCALHOST.into() }
    }
}

impl Service {
    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    pub fn client_and_pool(&self, client_id: &str) -> Outcome<(Arc<Client>, Arc<Pool>)> {
        let client = self.store.client(client_id)?;
        let pool = self.store.pool(&client.pool_id)?;
        Ok((client, pool))
    }

    /// A client by its id and its pool's.
    pub fn client_of(&self, pool_id: &str, client_id: &str) -> Outcome<Arc<Client>> {
        let pool = self.store.pool(pool_id)?;
        let client = self.store.client(client_id)?;
        if client.pool_id == pool.id { Ok(client) } else { Err(no_such_client(client_id)) }
    }

    /// The `iss` claim of a pool's tokens, under which its keys are served.
    pub fn issuer(&self, pool: &Pool) -> String {
        pool.local.issuer.clone().unwrap_or_else(|| format!("{}/{}", self.endpoint, pool.id))
    }
}
