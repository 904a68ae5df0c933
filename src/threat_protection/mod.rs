//! What Cognito's threat protection and analytics are told about the device, with the requests that are made before
//! somebody is signed in. Collecting it fails no call, and holds none up for more than 250 ms: what is not there in time
//! is left out.

mod collector;
mod encoded_data;
mod facts;

use std::sync::Arc;

pub use facts::{DeviceFacts, DeviceFactsUnavailable};

use self::collector::Collector;
use self::encoded_data::{Subject, encoded_data};
use crate::config::AuthConfiguration;
use crate::protocol::BoxFuture;
use crate::protocol::user_pool::{AnalyticsMetadata, ClientContext, RequestContext, UserContextData};
use crate::storage::RecordStore;
use crate::support::clock::ServiceClock;
use crate::support::random::Random;

/// The client data of one client.
#[derive(Debug)]
pub(crate) struct ClientData {
    configuration: Arc<AuthConfiguration>,
    clock: Arc<ServiceClock>,
    /// Absent when threat protection is off.
    collector: Option<Collector>,
}

impl ClientData {
    /// None if the configuration wants no client data.
    pub fn wanted_by(
        configuration: &Arc<AuthConfiguration>,
        records: RecordStore,
        clock: Arc<ServiceClock>,
        random: Arc<dyn Random>,
        facts: Option<Arc<dyn DeviceFacts>>,
    ) -> Option<Self> {
        let collector =
            configuration.threat_protection().then(|| Collector::new(records, clock.clone(), random, facts));
        let wanted = collector.is_some() || configuration.analytics_endpoint_id().is_some();
        wanted.then(|| Self { configuration: configuration.clone(), clock, collector })
    }

    async fn user_context_data(&self, username: &str) -> Option<UserContextData> {
        let facts = self.collector.as_ref()?.facts().await?;
        let subject = Subject {
            username,
            user_pool_id: self.configuration.user_pool_id(),
            client_id: self.configuration.client_id(),
            now: self.clock.now(),
        };
        Some(UserContextData { encoded_data: encoded_data(&facts, &subject) })
    }
}

impl RequestContext for ClientData {
    fn about<'a>(&'a self, username: &'a str) -> BoxFuture<'a, ClientContext> {
        Box::pin(async move {
            let id = self.configuration.analytics_endpoint_id().map(str::to_owned);
            ClientContext {
                analytics_metadata: id.map(|analytics_endpoint_id| AnalyticsMetadata { analytics_endpoint_id }),
                user_context_data: self.user_context_data(username).await,
            }
        })
    }
}
