use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use serde::Deserialize;

use super::identity_pool::IdentityPoolConfig;
use super::limits::Limits;
use super::pool::PoolConfig;
use crate::clock::Clock;
use crate::triggers::Triggers;

/// A whole server: where it listens, where it keeps its state, and the pools it has from the start.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Default: a free port of 127.0.0.1.
    pub listen: SocketAddr,
    /// The SQLite file to keep the state in; made if missing. Default: in memory.
    pub data: Option<PathBuf>,
    /// The region in pool ids and events. Default `us-east-1`.
    pub region: String,
    /// Names and addresses beside the loopback's and `listen` that clients may know this server by. A request for any
    /// other host is refused: it comes from a page that has let its own name point to this machine.
    pub allow_hosts: Vec<String>,
    /// Origins of web pages, as `http://localhost:3000`, that may do all that administrators and tests may; `*` is every
    /// page there is. What users do is open to every page anyway, as at the service.
    pub allow_origins: Vec<String>,
    /// Whether it speaks https, and with which certificate. Default: plain HTTP.
    pub tls: Option<TlsConfig>,
    pub pools: Vec<PoolConfig>,
    pub identity_pools: Vec<IdentityPoolConfig>,
    /// Makes ids, codes and secrets the same on every run. RSA keys are not.
    pub seed: Option<u64>,
    /// How much and how long clients may take.
    #[serde(skip)]
    pub limits: Limits,
    /// The triggers of all pools.
    #[serde(skip)]
    pub triggers: Triggers,
    #[serde(skip)]
    pub clock: Clock,
}

/// The certificate of a server that speaks https. Without files it makes one itself, for its own names; beside the data it is
/// kept for the next start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TlsConfig {
    /// PEM, with what it was issued by.
    pub certificate: Option<PathBuf>,
    /// PEM.
    pub key: Option<PathBuf>,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            data: None,
            region: "us-east-1".into(),
            allow_hosts: Vec::new(),
            allow_origins: Vec::new(),
            tls: None,
            pools: Vec::new(),
            identity_pools: Vec::new(),
            seed: None,
            limits: Limits::default(),
            triggers: Triggers::default(),
            clock: Clock::default(),
        }
    }
}

impl ServerConfig {
    /// The same server with an identity pool more.
    pub fn with_identity_pool(mut self, pool: IdentityPoolConfig) -> Self {
        self.identity_pools.push(pool);
        self
    }
}

impl PoolConfig {
    /// A server with this user pool and an identity pool.
    pub fn with_identity_pool(self, pool: IdentityPoolConfig) -> ServerConfig {
        ServerConfig::from(self).with_identity_pool(pool)
    }
}

impl From<PoolConfig> for ServerConfig {
    fn from(pool: PoolConfig) -> Self {
        Self { pools: vec![pool], ..Self::default() }
    }
}
