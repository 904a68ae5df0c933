//! `amplifyconfiguration.json` (Amplify Gen 1, native), and `awsconfiguration.json` of the SDKs before it, which has the
//! same inner blocks at the top.

use serde_json::Value;

use super::AuthFlow;
use super::builder::{AuthConfigurationBuilder, Keys};
use super::json::{At, CLIENT_ID, POOL_ID, wrong};
use crate::error::Error;

const PLUGIN: &str = "/auth/plugins/awsCognitoAuthPlugin";

pub(super) fn recognises(document: &Value) -> bool {
    document.pointer(PLUGIN).is_some() || document.get("CognitoUserPool").is_some()
}

pub(super) fn read(document: &Value) -> Result<AuthConfigurationBuilder, Error> {
    let root = At::root(document);
    let plugin = root.key("auth").key("plugins").key("awsCognitoAuthPlugin");
    let (base, keys) = if plugin.exists() { (plugin, IN_PLUGIN) } else { (root, AT_TOP) };
    let pool = base.key("CognitoUserPool").key("Default");
    if !pool.exists() {
        return Err(wrong(pool.path(), "is missing: it should describe the user pool"));
    }
    let pool_id = pool.key("PoolId").needed(POOL_ID)?;
    let client_id = pool.key("AppClientId").needed(CLIENT_ID)?;
    let mut builder = AuthConfigurationBuilder::new(pool_id.to_owned(), client_id.to_owned());
    builder.keys = keys;
    if let Some(region) = pool.key("Region").text()? {
        builder = builder.region(region);
    }
    if let Some(secret) = pool.key("AppClientSecret").text()? {
        builder = builder.client_secret(secret);
    }
    let endpoint = pool.key("Endpoint");
    if let Some(host) = endpoint.text()? {
        if host.contains("://") || host.contains('/') {
            return Err(wrong(endpoint.path(), "should be a host name without scheme and path, for example auth.example.org"));
        }
        builder = builder.endpoint(format!("https://{host}/"));
    }
    let flow = base.key("Auth").key("Default").key("authenticationFlowType");
    if let Some(name) = flow.text()? {
        builder = builder.auth_flow(AuthFlow::from_name(flow.path(), name)?);
    } else if pool.key("MigrationEnabled").flag()? == Some(true) {
        builder = builder.auth_flow(AuthFlow::UserPassword);
    }
    Ok(builder)
}

const IN_PLUGIN: Keys = Keys {
    user_pool_id: "auth.plugins.awsCognitoAuthPlugin.CognitoUserPool.Default.PoolId",
    client_id: "auth.plugins.awsCognitoAuthPlugin.CognitoUserPool.Default.AppClientId",
    region: "auth.plugins.awsCognitoAuthPlugin.CognitoUserPool.Default.Region",
    endpoint: "auth.plugins.awsCognitoAuthPlugin.CognitoUserPool.Default.Endpoint",
};

const AT_TOP: Keys = Keys {
    user_pool_id: "CognitoUserPool.Default.PoolId",
    client_id: "CognitoUserPool.Default.AppClientId",
    region: "CognitoUserPool.Default.Region",
    endpoint: "CognitoUserPool.Default.Endpoint",
};
