//! The handle of a running server.

mod errors;
mod pages;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use tokio::sync::oneshot;

pub use self::errors::{PoolError, Refused, StartError};
use crate::authenticator::Authenticator;
use crate::clock::Clock;
use crate::config::{self, ServerConfig, UserConfig};
use crate::crypto::key_stock;
use crate::error::{Outcome, ServiceError};
use crate::faults::Faults;
use crate::feed::Feed;
use crate::model::sent_message::SentMessage;
use crate::model::trigger_kind::TriggerKind;
use crate::objects::Objects;
use crate::oidc_providers::OidcProviders;
use crate::pools::Pool;
use crate::providers::{self, IdpToken, Login};
use crate::random::Random;
use crate::server::{self, Access, App, Counters, Running};
use crate::service::Service;
use crate::signing_keys::Keys;
use crate::store::Store;
use crate::store::outbox;
use crate::turns::Turns;
use crate::users::control;
use crate::wire::request;

/// A running server. Dropping it stops the server and closes its connections.
///
/// Methods about "the" pool and client mean the first of the configuration.
pub struct LocalPool {
    app: App,
    pools: Vec<ConfiguredPool>,
    identity_pools: Vec<String>,
    running: Running,
}

/// The ids of a pool of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfiguredPool {
    pub pool_id: String,
    /// In the order of the configuration; never empty.
    pub client_ids: Vec<String>,
}

impl LocalPool {
    /// Starts a server for a [`crate::PoolConfig`] or a whole [`ServerConfig`]. It has its own threads and runs
    /// whatever the caller's runtime does.
    pub async fn start(config: impl Into<ServerConfig>) -> Result<Self, StartError> {
        let config = config.into();
        let (done, started) = oneshot::channel();
        // Opening files and hashing passwords of configured users is no work for an async thread.
        std::thread::Builder::new().name("local-pool-start".into()).spawn(move || {
            // A caller who has gone away wants no server.
            drop(done.send(Self::start_blocking(config)));
        })?;
        started.await.unwrap_or_else(|_| Err(std::io::Error::other("the starting thread ended early").into()))
    }

    /// As [`LocalPool::start`], for callers without an async runtime.
    pub fn start_blocking(config: impl Into<ServerConfig>) -> Result<Self, StartError> {
        let config = config.into();
        config.check()?;
        let bound = server::bind(config.listen)?;
        let store = Store::open(config.data.as_deref()).map_err(|error| {
            let reason = error.to_string();
            match config.data.clone() {
                Some(path) => StartError::DataFile { path, reason },
                None => StartError::Memory { reason },
            }
        })?;
        let tls = config.tls.as_ref().map(|tls| {
            let mut names =
                vec!["localhost".to_owned(), "127.0.0.1".into(), "::1".into(), bound.address.ip().to_string()];
            names.extend(config.allow_hosts.iter().cloned());
            names.sort_unstable();
            names.dedup();
            server::certificate(tls, config.data.as_deref(), &names)
        });
        let tls = tls.transpose().map_err(StartError::Tls)?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let random = Random::seeded(config.seed, store.starts);
        let service = Service {
            store,
            feed: Feed::new(config.clock.clone()),
            clock: config.clock,
            random,
            turns: Turns::default(),
            triggers: config.triggers,
            keys: Keys::default(),
            oidc_providers: OidcProviders::new(config::oidc_providers(&config.identity_pools)),
            region: config.region,
            endpoint: format!("{scheme}://{}", bound.address),
        };
        let mut pools = Vec::new();
        for pool in &config.pools {
            let applied = config::apply(&service, pool).map_err(|error| StartError::SetUp(error.into()))?;
            pools.push(ConfiguredPool { pool_id: applied.0, client_ids: applied.1 });
        }
        let first_client = pools.first().and_then(|pool| pool.client_ids.first()).map(String::as_str);
        let identity_pools = config
            .identity_pools
            .iter()
            .map(|pool| config::apply_identity_pool(&service, pool, first_client))
            .collect::<Outcome<Vec<_>>>()
            .map_err(|error| StartError::SetUp(error.into()))?;
        let counters = Arc::new(Counters::default());
        let app = App {
            service: Arc::new(service),
            faults: Faults::default(),
            counters,
            access: Arc::new(
                Access::new(bound.address, &config.allow_hosts, &config.allow_origins).over_tls(tls.is_some()),
            ),
            tls,
            limits: config.limits,
            watching: server::seats(),
            authenticator: Authenticator::new(),
            objects: Objects::default(),
            first_pool: pools.first().map(|pool| pool.pool_id.clone()),
            first_identity_pool: identity_pools.first().cloned(),
        };
        let running = server::run(bound, app.clone())?;
        key_stock::warm();
        Ok(Self { app, pools, identity_pools, running })
    }

    /// `http://127.0.0.1:PORT`, or `https` with [`ServerConfig::tls`].
    pub fn endpoint(&self) -> String {
        self.app.service.endpoint.clone()
    }

    /// The pools of the configuration.
    pub fn pools(&self) -> &[ConfiguredPool] {
        &self.pools
    }

    /// The pool's id; empty when none was configured.
    pub fn pool_id(&self) -> &str {
        self.pools.first().map_or("", |pool| &pool.pool_id)
    }

    /// The client's id; empty when no pool was configured.
    pub fn client_id(&self) -> &str {
        self.pools.first().and_then(|pool| pool.client_ids.first()).map_or("", String::as_str)
    }

    /// The client's secret, if it has one.
    pub fn client_secret(&self) -> Option<String> {
        self.app.service.store.client(self.client_id()).ok()?.secret.clone()
    }

    /// The ids of the identity pools of the configuration.
    pub fn identity_pools(&self) -> &[String] {
        &self.identity_pools
    }

    /// The identity pool's id; empty when none was configured.
    pub fn identity_pool_id(&self) -> &str {
        self.identity_pools.first().map_or("", String::as_str)
    }

    /// A token of a provider that this server plays, to be sent among the `Logins`.
    pub async fn idp_token(&self, order: &IdpToken) -> Result<Login, PoolError> {
        let (service, order) = (Arc::clone(&self.app.service), order.clone());
        let run = self.running.spawn(async move { providers::hand_out(&service, &order).await });
        Ok(run.await.unwrap_or_else(|_| Err(ServiceError::internal("local-pool failed on this request")))?)
    }

    /// The `iss` claim of the pool's tokens.
    pub fn issuer(&self) -> String {
        self.pool().map(|pool| self.app.service.issuer(&pool)).unwrap_or_default()
    }

    /// The text of the `amplify_outputs.json` to use, its endpoint under `custom.portcullis.user_pool_endpoint`.
    /// Empty when no pool was configured.
    pub fn amplify_outputs(&self) -> String {
        self.amplify_outputs_of(self.client_id()).unwrap_or_default()
    }

    /// As [`LocalPool::amplify_outputs`], for any client.
    pub fn amplify_outputs_of(&self, client_id: &str) -> Result<String, PoolError> {
        let (client, pool) = self.app.service.client_and_pool(client_id)?;
        let identity_pool = self.app.identity_pool()?;
        let outputs = config::amplify_outputs(&pool, &client, identity_pool.as_ref(), &self.app.service.endpoint);
        Ok(format!("{outputs:#}"))
    }

    /// The server's clock.
    pub fn clock(&self) -> Clock {
        self.app.service.clock.clone()
    }

    /// The authenticator behind `/_local/authenticator`, without passkeys at first.
    pub fn authenticator(&self) -> Authenticator {
        self.app.authenticator.clone()
    }

    /// The fault switches.
    pub fn faults(&self) -> &Faults {
        &self.app.faults
    }

    /// How many requests of an operation came in, those with a fault too.
    pub fn requests(&self, operation: &str) -> u64 {
        self.app.counters.requests().get(operation).copied().unwrap_or(0)
    }

    /// How many requests of each operation came in.
    pub fn all_requests(&self) -> BTreeMap<String, u64> {
        self.app.counters.requests()
    }

    /// How many TCP connections were accepted.
    pub fn connections(&self) -> u64 {
        self.app.counters.connections()
    }

    /// Starts counting requests and connections anew.
    pub fn reset_counters(&self) {
        self.app.counters.reset();
    }

    /// Runs a closure for a trigger, in every pool. It gets the event and gives the whole event back, or the text of
    /// the error to throw.
    pub fn set_trigger(
        &self,
        kind: TriggerKind,
        closure: impl Fn(Value) -> Result<Value, String> + Send + Sync + 'static,
    ) {
        self.app.service.triggers.on(kind, closure);
    }

    /// Takes a closure away again.
    pub fn remove_trigger(&self, kind: TriggerKind) {
        self.app.service.triggers.remove(kind);
    }

    /// Adds a confirmed user and returns the internal user name: the given one, or the sub where e-mail addresses or
    /// phone numbers are the user names. No trigger runs, no policy is asked.
    pub fn create_user(
        &self,
        username: &str,
        password: &str,
        attributes: &[(&str, &str)],
    ) -> Result<String, PoolError> {
        self.add(username, password, attributes, false)
    }

    /// As [`LocalPool::create_user`], with a password that has to be changed at the first sign-in.
    pub fn create_user_with_temporary_password(
        &self,
        username: &str,
        password: &str,
        attributes: &[(&str, &str)],
    ) -> Result<String, PoolError> {
        self.add(username, password, attributes, true)
    }

    /// Sets a permanent password.
    pub fn set_password(&self, username: &str, password: &str) -> Result<(), PoolError> {
        Ok(control::set_password(&self.app.service, &*self.pool()?, username, password)?)
    }

    /// Makes a user confirm their password reset: `RESET_REQUIRED`.
    pub fn require_password_reset(&self, username: &str) -> Result<(), PoolError> {
        Ok(control::require_password_reset(&self.app.service, &*self.pool()?, username)?)
    }

    /// Disables a user and signs them out everywhere.
    pub fn disable_user(&self, username: &str) -> Result<(), PoolError> {
        Ok(control::disable(&self.app.service, &*self.pool()?, username)?)
    }

    pub fn enable_user(&self, username: &str) -> Result<(), PoolError> {
        Ok(control::enable(&self.app.service, &*self.pool()?, username)?)
    }

    pub fn delete_user(&self, username: &str) -> Result<(), PoolError> {
        Ok(control::delete(&self.app.service, &*self.pool()?, username)?)
    }

    /// Revokes all tokens of a user, as GlobalSignOut does.
    pub fn revoke_tokens(&self, username: &str) -> Result<(), PoolError> {
        Ok(control::revoke_tokens(&self.app.service, &*self.pool()?, username)?)
    }

    /// Makes the refresh tokens of a user expire now; access tokens live on.
    pub fn expire_refresh_tokens(&self, username: &str) -> Result<(), PoolError> {
        Ok(control::expire_refresh_tokens(&self.app.service, &*self.pool()?, username)?)
    }

    /// Forgets every device of a user; tokens that were issued to them cannot be refreshed any more.
    pub fn forget_devices(&self, username: &str) -> Result<(), PoolError> {
        Ok(control::forget_devices(&self.app.service, &*self.pool()?, username)?)
    }

    /// Runs an operation of the service in this process: neither a fault switch nor a counter sees it, and triggers do.
    /// `UserPoolId` is filled in where the operation takes one, the request has none and there is exactly one pool;
    /// `IdentityPoolId` by the first of the configuration.
    /// Operations without output answer null.
    pub async fn call(&self, operation: &str, request: Value) -> Result<Value, Refused> {
        let body = request::object(request.to_string().as_bytes())?;
        let (app, operation) = (self.app.clone(), operation.to_owned());
        // On the server's own runtime, as a request would be: the caller's may stand still.
        let run = self.running.spawn(async move { server::call(&app, &operation, body).await });
        Ok(run.await.unwrap_or_else(|_| Err(ServiceError::internal("local-pool failed on this request")))?)
    }

    /// The messages sent in all pools, oldest first; `user` is a user name, an alias or a destination.
    pub fn outbox(&self, user: Option<&str>, kind: Option<&str>) -> Vec<SentMessage> {
        let filter = outbox::Filter { pool: None, user, kind };
        self.app.service.store.read(|db| outbox::list(db, &filter)).unwrap_or_default()
    }

    /// The code last sent to a user.
    pub fn last_code(&self, user: &str) -> Option<String> {
        self.outbox(Some(user), None).pop().map(|message| message.code)
    }

    fn pool(&self) -> Result<Arc<Pool>, PoolError> {
        Ok(self.app.pool(None)?)
    }

    fn add(
        &self,
        username: &str,
        password: &str,
        attributes: &[(&str, &str)],
        temporary_password: bool,
    ) -> Result<String, PoolError> {
        let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (username, password) = (username.into(), password.into());
        let user = UserConfig { username, password, temporary_password, attributes, ..UserConfig::default() };
        Ok(config::add_user(&self.app.service, &*self.pool()?, &user)?.username)
    }
}

impl std::fmt::Debug for LocalPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LocalPool")
            .field("endpoint", &self.endpoint())
            .field("pools", &self.pools)
            .finish_non_exhaustive()
    }
}
