//! An embedded user pool that speaks Amazon Cognito's API: for tests in the same process, and as a server of its own.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use local_pool::{LocalPool, PoolConfig};
//!
//! let pool = LocalPool::start(PoolConfig::default()).await?;
//! pool.create_user("ann", "Correct-Horse-9", &[("email", "ann@example.com")])?;
//! let configuration = pool.amplify_outputs();
//! # Ok(())
//! # }
//! ```

mod authenticator;
mod aws;
mod blocking;
mod browser;
mod clock;
mod config;
mod crypto;
mod devices;
mod discovery;
mod error;
mod events;
mod faults;
mod federation;
mod feed;
mod groups;
mod hosted;

mod identities;
mod identity_operations;
mod local_pool;
mod logins;
mod model;
mod oauth;
mod objects;
mod oidc_providers;
mod operations;
mod paging;
mod passkeys;
mod pools;
mod providers;
mod random;
mod server;
mod service;
mod sign_in;
mod signing_keys;
mod store;
mod sts;
mod tokens;
pub mod triggers;
mod turns;
mod users;
mod wire;

pub use self::authenticator::{Authenticator, AuthenticatorError};
pub use self::browser::{Browser, BrowserError, Form, Landing};
pub use self::clock::Clock;
pub use self::config::{
    ClientConfig, ConfigError, CustomAttribute, DeviceConfig, GroupConfig, IdentityPoolConfig, IdentityProviderConfig,
    Limits, OidcProviderConfig, PasswordPolicy, PoolConfig, ResourceServerConfig, RoleMappingConfig, RoleRuleConfig,
    ServerConfig, TlsConfig, UserConfig, UserPoolClientConfig,
};
pub use self::crypto::totp::totp_code;
pub use self::faults::{Fault, Faults};
pub use self::identity_operations::IDENTITY_OPERATIONS;
pub use self::local_pool::{ConfiguredPool, LocalPool, PoolError, Refused, StartError};
pub use self::model::sent_message::SentMessage;
pub use self::model::trigger_kind::TriggerKind;
pub use self::operations::OPERATIONS;
pub use self::providers::{IdpToken, Login, WrongToken};
pub use self::sts::STS_OPERATIONS;
pub use self::triggers::Triggers;
