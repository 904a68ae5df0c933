//! What a server starts with: in Rust, or from `pool.toml`.

mod amplify_outputs;
mod apply;
mod apply_factors;
mod apply_identity_pool;
mod apply_providers;
mod identity_pool;
mod limits;
mod pool;
mod server;
mod toml_file;

pub use self::identity_pool::{
    IdentityPoolConfig, OidcProviderConfig, RoleMappingConfig, RoleRuleConfig, UserPoolClientConfig,
};
pub use self::limits::Limits;
pub use self::pool::{
    ClientConfig, CustomAttribute, DeviceConfig, GroupConfig, IdentityProviderConfig, PasswordPolicy, PoolConfig,
    ResourceServerConfig, UserConfig,
};
pub use self::server::{ServerConfig, TlsConfig};
pub use self::toml_file::ConfigError;
pub(crate) use self::{
    amplify_outputs::amplify_outputs,
    apply::{add_user, apply},
    apply_identity_pool::{apply as apply_identity_pool, oidc_providers},
};
