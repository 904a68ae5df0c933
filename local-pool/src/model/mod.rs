//! The plain types that the store reads and writes, with what follows from them alone.

pub(crate) mod client;
pub(crate) mod client_oauth;
pub(crate) mod device;
pub(crate) mod domain;
pub(crate) mod group;
pub(crate) mod hosted;
pub(crate) mod identity;
pub(crate) mod identity_pool;
pub(crate) mod identity_provider;
pub(crate) mod mfa;
pub(crate) mod passkey;
pub(crate) mod password_policy;
pub(crate) mod pool;
pub(crate) mod pool_mfa;
pub(crate) mod resource_server;
pub(crate) mod role_mapping;
pub(crate) mod schema;
pub(crate) mod sent_message;
pub(crate) mod sign_in_names;
pub(crate) mod software_token;
pub(crate) mod timestamp;
pub(crate) mod trigger_kind;
pub(crate) mod user;
