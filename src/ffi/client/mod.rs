//! The client as the bridge exports it: what is made and what is known at once here, its calls in the files beside, a row
//! each.

mod attributes;
mod credentials;
mod devices;
mod hosted_ui;
mod mfa;
mod passkeys;
mod password;
mod session;
mod sign_in;
mod table;

use std::sync::Arc;
use std::time::Duration;

use super::configuration::ConfigurationCore;
use super::device_facts::{BridgedFacts, DeviceFacts};
use super::events::{AuthEventListener, EventQueue, SubscriptionCore, listen};
use super::runtime::runtime;
use super::session::CoreSession;
use super::store::{Bridged, BuiltInStorage, CoreStore};
use crate::client::AuthClient;
use crate::error::{AuthError, Error};
use crate::events::{AuthState, AuthUser};
use crate::sign_in::PendingSignIn;
use crate::storage::{self, FileStore, MemoryStore};
use crate::support::shown::shows;

/// What only the platform knows.
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct PlatformDetails {
    /// What the service shows for this device in the user's list of devices.
    #[uniffi(default = None)]
    pub device_name: Option<String>,
}
shows!(PlatformDetails {});

/// The client behind the facades' `AuthClient`.
#[derive(Debug, uniffi::Object)]
pub struct AuthCore {
    client: AuthClient,
}

#[uniffi::export]
impl AuthCore {
    /// A client that keeps its session in one of the core's own stores. Reads the stored session in the background.
    #[uniffi::constructor(default(device_facts = None))]
    pub fn with_built_in_storage(
        configuration: Arc<ConfigurationCore>,
        storage: BuiltInStorage,
        platform: PlatformDetails,
        device_facts: Option<Arc<dyn DeviceFacts>>,
    ) -> Result<Arc<Self>, AuthError> {
        let store: Arc<dyn storage::SecureStore> = match storage {
            BuiltInStorage::Memory => Arc::new(MemoryStore::default()),
            BuiltInStorage::File { directory } => Arc::new(FileStore::new(directory)),
            BuiltInStorage::Keychain { access_group, previous_access_group } => {
                keychain(access_group, previous_access_group)?
            }
        };
        Self::begin(&configuration, store, platform, device_facts)
    }

    /// A client that keeps its session in a store of the platform or the app. Reads the stored session in the
    /// background.
    #[uniffi::constructor(default(device_facts = None))]
    pub fn with_store(
        configuration: Arc<ConfigurationCore>,
        store: Arc<dyn CoreStore>,
        platform: PlatformDetails,
        device_facts: Option<Arc<dyn DeviceFacts>>,
    ) -> Result<Arc<Self>, AuthError> {
        Self::begin(&configuration, Arc::new(Bridged(store)), platform, device_facts)
    }

    /// Whether somebody is signed in, from memory.
    pub fn state(&self) -> AuthState {
        self.client.state()
    }

    /// The same client, whose calls may take so long, everything included.
    pub fn with_timeout(&self, timeout: Duration) -> Arc<Self> {
        Arc::new(Self { client: self.client.with_timeout(timeout) })
    }

    /// The accounts that are signed in here, the current one first, from memory.
    pub fn accounts(&self) -> Vec<AuthUser> {
        self.client.accounts()
    }

    /// The sign-in that waits for an answer, if there is one.
    pub fn pending_sign_in(&self) -> Option<PendingSignIn> {
        self.client.pending_sign_in()
    }

    /// Abandons the unfinished sign-in, if there is one.
    pub fn cancel_sign_in(&self) {
        self.client.cancel_sign_in();
    }

    /// The number of the session that memory can give at once, fresh: `fresh_session` gives it. Another number is another
    /// session. 0: there is none, `fetch_auth_session` has to be called.
    pub fn fresh_session_number(&self) -> u64 {
        self.client.fresh_session_number().unwrap_or(0)
    }

    /// The session with that number, if it is still the one that memory can give.
    pub fn fresh_session(&self, number: u64) -> Option<CoreSession> {
        self.client.fresh_auth_session(number).map(CoreSession::from)
    }

    /// A stream of events; its first is the current state.
    pub fn events(&self) -> Arc<EventQueue> {
        Arc::new(EventQueue::new(self.client.events()))
    }

    /// Tells a listener every event; the first is the current state.
    pub fn listen(&self, listener: Arc<dyn AuthEventListener>) -> Result<Arc<SubscriptionCore>, AuthError> {
        let subscription = listen(self.client.events(), listener, runtime()?);
        subscription.map(Arc::new).map_err(|_| Error::internal("the listener's thread could not be started").into())
    }

    /// Ends the events and abandons an unfinished sign-in. The stored session stays.
    pub fn shutdown(&self) {
        self.client.close();
    }
}

impl AuthCore {
    fn begin(
        configuration: &ConfigurationCore,
        store: Arc<dyn storage::SecureStore>,
        platform: PlatformDetails,
        device_facts: Option<Arc<dyn DeviceFacts>>,
    ) -> Result<Arc<Self>, AuthError> {
        let mut builder = AuthClient::builder(configuration.configuration.clone()).store(store);
        if let Some(name) = platform.device_name {
            builder = builder.device_name(name);
        }
        if let Some(facts) = device_facts {
            builder = builder.device_facts(Arc::new(BridgedFacts(facts)));
        }
        let client = builder.build();
        let _inside = runtime()?.enter();
        client.load_later();
        Ok(Arc::new(Self { client }))
    }
}

#[cfg(target_vendor = "apple")]
fn keychain(group: Option<String>, before: Option<String>) -> Result<Arc<dyn storage::SecureStore>, AuthError> {
    let store = storage::KeychainStore::new(group.clone());
    if group == before {
        return Ok(Arc::new(store));
    }
    Ok(Arc::new(storage::MovingStore::new(storage::KeychainStore::new(before), store)))
}

#[cfg(not(target_vendor = "apple"))]
fn keychain(_group: Option<String>, _before: Option<String>) -> Result<Arc<dyn storage::SecureStore>, AuthError> {
    let problem = "there is no keychain on this system: choose another store";
    Err(Error::Configuration { key: "storage".to_owned(), problem: problem.to_owned() }.into())
}
