//! The client: wires configuration, transport, store and clock into the features, and is what callers hold.

mod attributes;
mod auth_session;
mod auto_sign_in;
#[cfg(feature = "aws-sdk")]
mod aws_sdk;
mod credentials;
mod device_confirmation;
mod devices;
mod hosted_ui;
#[cfg(feature = "loopback")]
mod loopback;
mod mfa;
mod passkeys;
mod password;
mod session;
mod sign_in;
mod sign_up;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub use self::auth_session::{AuthSession, SessionIdentity};
use self::auto_sign_in::AutoSignIn;
#[cfg(feature = "aws-sdk")]
pub use self::aws_sdk::AwsCredentialsProvider;
use self::device_confirmation::DeviceConfirmation;
use crate::account::Accounts;
use crate::config::AuthConfiguration;
use crate::credentials::{Federation, Identities};
use crate::devices::Devices;
use crate::error::{AuthError, Error, Result as Internal};
use crate::events::{AuthState, EventStream, Hub};
use crate::hosted_ui::HostedUi;
use crate::mfa::SecondFactors;
use crate::passkeys::Passkeys;
use crate::protocol::identity_pool::IdentityPool;
use crate::protocol::token_endpoint::TokenEndpoint;
use crate::protocol::user_pool::UserPool;
use crate::protocol::{Transport, default_transport};
use crate::session::SessionManager;
use crate::sign_in::Attempts;
use crate::storage::{ExistingSession, MemoryStore, RecordStore, SecureStore};
use crate::support::clock::{Clock, ServiceClock, SystemClock};
use crate::support::deadline;
use crate::support::random::{Random, SystemRandom};
use crate::support::shown::shows;
use crate::support::task::{Anything, BoxFuture, detached_erased, erased, given, spawn};
use crate::threat_protection::{ClientData, DeviceFacts};

/// A client of one user pool and app client. Cheap to clone; the clones share one session.
///
/// Nothing is global: a process may hold any number of clients. The constructor does no I/O; the stored session is read
/// by the first asynchronous call. Calls must be made inside a tokio runtime. Dropping a call's future stops the waiting,
/// not the work: what has been sent to the service runs to its end and is stored.
///
/// # Errors
/// - Every call may give `cancelled`, `client_closed`, `internal` and `timeout`.
/// - "What every call may give" is, where it asks the service, also `bad_response`, `client_secret_mismatch`, `forbidden`,
///   `invalid_parameter`, `lambda_failed`, `limit_exceeded`, `misconfigured`, `network`, `not_authorized`,
///   `resource_not_found`, `service_unavailable`, `storage_busy`, `storage_corrupt`, `storage_failed`, `storage_locked`,
///   `throttled`, `unsupported` and `validation_failed`.
/// - In the signed-in user's name it is also `not_signed_in`, `session_expired`, `password_reset_required`,
///   `user_disabled`, `user_not_confirmed` and `user_not_found`.
#[derive(Clone, Debug)]
pub struct AuthClient {
    inner: Arc<ClientInner>,
    /// How long a call may take.
    timeout: Duration,
}

#[derive(Debug)]
struct ClientInner {
    configuration: Arc<AuthConfiguration>,
    hub: Arc<Hub>,
    sessions: Arc<SessionManager>,
    attempts: Attempts,
    accounts: Accounts,
    devices: Arc<Devices>,
    device_confirmation: Arc<DeviceConfirmation>,
    auto_sign_in: AutoSignIn,
    /// What the latest sign-in does with the session of another user.
    existing_session: Mutex<ExistingSession>,
    second_factors: SecondFactors,
    passkeys: Passkeys,
    identities: Arc<Identities>,
    federation: Arc<Federation>,
    hosted_ui: HostedUi,
    clock: Arc<ServiceClock>,
    closed: AtomicBool,
}

/// Builds an [`AuthClient`]; whatever is not given has a default.
pub struct AuthClientBuilder {
    configuration: AuthConfiguration,
    store: Arc<dyn SecureStore>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    transport: Option<Arc<dyn Transport>>,
    device_name: Option<String>,
    device_facts: Option<Arc<dyn DeviceFacts>>,
}
shows!(AuthClientBuilder { configuration, store, clock, random, transport, device_facts });

impl AuthClientBuilder {
    /// Where the session is kept. Default: in memory, so it ends with the process.
    #[must_use]
    pub fn store(mut self, store: Arc<dyn SecureStore>) -> Self {
        self.store = store;
        self
    }

    /// The wall clock. Default: the device's.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The source of randomness. Default: the operating system's.
    #[must_use]
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// What carries requests to the service. Default: HTTP/1.1 over TLS, made at the first call.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// What the service shows for this device in the user's list of devices, for example its model. Default: nothing.
    #[must_use]
    pub fn device_name(mut self, name: impl Into<String>) -> Self {
        self.device_name = Some(name.into()).filter(|name| !name.is_empty());
        self
    }

    /// What is known about the device, for Cognito's threat protection. Asked only if the configuration wants
    /// [`threat_protection`](AuthConfiguration::threat_protection). Default: nothing but an id of this installation.
    #[must_use]
    pub fn device_facts(mut self, facts: Arc<dyn DeviceFacts>) -> Self {
        self.device_facts = Some(facts);
        self
    }

    /// The client.
    #[must_use]
    pub fn build(self) -> AuthClient {
        let configuration = Arc::new(self.configuration);
        let transport = self.transport.unwrap_or_else(|| default_transport(&configuration));
        let clock = Arc::new(ServiceClock::new(self.clock));
        let hub = Hub::new();
        let (pool_id, client_id) = configuration.scope();
        let records = RecordStore::new(self.store, pool_id, client_id, self.random.clone());
        let identity_pool = configuration
            .identity_pool()
            .map(|pool| IdentityPool::new(&configuration, pool, transport.clone(), clock.clone(), self.random.clone()));
        let identities =
            Identities::new(configuration.clone(), identity_pool, records.clone(), clock.clone(), hub.clone());
        let federation = Federation::new(identities.clone(), records.clone(), clock.clone(), hub.clone());
        let endpoint = configuration
            .hosted_ui()
            .map(|pages| TokenEndpoint::new(&configuration, pages, transport.clone(), clock.clone()));
        let (kept, drawn) = (records.clone(), self.random.clone());
        let hosted_ui = HostedUi::new(configuration.clone(), endpoint, kept, clock.clone(), drawn, hub.clone());
        let mut pool = UserPool::new(&configuration, transport, clock.clone(), self.random.clone());
        let (random, facts) = (self.random.clone(), self.device_facts);
        if let Some(data) = ClientData::wanted_by(&configuration, records.clone(), clock.clone(), random, facts) {
            pool = pool.with_context(Arc::new(data));
        }
        let pool = Arc::new(pool);
        let devices = Arc::new(Devices::new(pool.clone(), records.clone(), self.random.clone(), self.device_name));
        let random = self.random.clone();
        let sessions =
            SessionManager::new(configuration.clone(), pool.clone(), records, clock.clone(), random, hub.clone());
        let device_confirmation = DeviceConfirmation::new(sessions.clone(), devices.clone(), hub.clone());
        let attempts = Attempts::new(pool.clone(), clock.clone(), self.random);
        let accounts = Accounts::new(configuration.clone(), pool.clone(), hub.clone());
        let (second_factors, passkeys) = (SecondFactors::new(pool.clone()), Passkeys::new(pool));
        AuthClient {
            timeout: configuration.total_timeout(),
            inner: Arc::new(ClientInner {
                configuration,
                hub,
                sessions,
                attempts,
                accounts,
                devices,
                device_confirmation,
                auto_sign_in: AutoSignIn::default(),
                existing_session: Mutex::default(),
                second_factors,
                passkeys,
                identities,
                federation,
                hosted_ui,
                clock,
                closed: AtomicBool::new(false),
            }),
        }
    }
}

impl AuthClient {
    /// A client with this configuration and the defaults for everything else.
    #[must_use]
    pub fn new(configuration: AuthConfiguration) -> Self {
        Self::builder(configuration).build()
    }

    /// A builder, to give the client a store, for example.
    #[must_use]
    pub fn builder(configuration: AuthConfiguration) -> AuthClientBuilder {
        AuthClientBuilder {
            configuration,
            store: Arc::new(MemoryStore::default()),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            transport: None,
            device_name: None,
            device_facts: None,
        }
    }

    /// The configuration; its secrets are not printed.
    #[must_use]
    pub fn configuration(&self) -> &AuthConfiguration {
        &self.inner.configuration
    }

    /// Whether somebody is signed in, from memory. [`AuthState::Unknown`] before the first asynchronous call has read
    /// the store.
    #[must_use]
    pub fn state(&self) -> AuthState {
        self.inner.hub.state()
    }

    /// Reads the stored session, if that has not been done yet, so that [`state`](Self::state) knows.
    ///
    /// # Errors
    /// `storage_locked`, `storage_failed`, `storage_corrupt`.
    pub async fn load(&self) -> Result<AuthState, AuthError> {
        self.run(|inner| async move {
            inner.sessions.load().await?;
            inner.federation.load().await?;
            Ok(inner.hub.state())
        })
        .await
    }

    /// The same without waiting for it; a failure is an event and the state. Must be called inside a runtime.
    pub(crate) fn load_later(&self) {
        let client = self.clone();
        spawn(async move { drop(client.load().await) });
    }

    /// The events from now on; the first is the current state.
    #[must_use]
    pub fn events(&self) -> EventStream {
        self.inner.hub.subscribe()
    }

    /// Ends the event streams and abandons an unfinished sign-in; later calls give `client_closed`. The stored session
    /// stays, and work that has been sent to the service runs to its end.
    pub fn close(&self) {
        self.inner.closed.store(true, Ordering::Release);
        self.cancel_sign_in();
        self.inner.device_confirmation.close();
        self.inner.hub.close();
    }

    /// The service's time, as far as it is known from its answers.
    #[must_use]
    pub fn service_time(&self) -> std::time::SystemTime {
        self.inner.clock.now()
    }

    /// The same client, whose calls may take so long: 1 ms to 10 min, everything included (requests, retries, the store).
    /// Default: the configuration's `total_timeout`. Work that has been sent to the service runs to its end all the same.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        let timeout = timeout.clamp(Duration::from_millis(1), Duration::from_secs(600));
        Self { inner: self.inner.clone(), timeout }
    }

    /// The parts of a call stop a little earlier than the call, so that what they found out is still in time.
    fn parts_limit(&self) -> Duration {
        self.timeout - (self.timeout / 8).min(Duration::from_millis(500))
    }

    /// Runs the work as a task of its own: the caller may stop waiting at any point, and does so when the call's time is
    /// up.
    fn run<T, F>(&self, work: impl FnOnce(Arc<ClientInner>) -> F) -> impl Future<Output = Result<T, AuthError>>
    where
        T: Send + 'static,
        F: Future<Output = Internal<T>> + Send + 'static,
    {
        self.run_typed(erased(work(self.inner.clone())))
    }

    /// One code for each type of result.
    async fn run_typed<T: 'static>(&self, work: BoxFuture<'static, Internal<Anything>>) -> Result<T, AuthError> {
        self.run_erased(work).await.and_then(given).map_err(AuthError::from)
    }

    /// The one code for all calls.
    async fn run_erased(&self, work: BoxFuture<'static, Internal<Anything>>) -> Internal<Anything> {
        if self.inner.closed.load(Ordering::Acquire) {
            return Err(Error::Closed);
        }
        let inner = self.inner.clone();
        let limit = self.parts_limit();
        let done = detached_erased(Box::pin(async move {
            let result = deadline::within(limit, work).await;
            inner.device_confirmation.settle_later();
            result
        }));
        tokio::time::timeout(self.timeout, done).await.unwrap_or(Err(Error::DeadlinePassed))
    }
}
