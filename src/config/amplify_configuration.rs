//! `amplifyconfiguration.json` (Amplify Gen 1, native), and `awsconfiguration.json` of the SDKs before it, which has the
//! same inner blocks at the top.

use serde_json::Value;

use super::AuthFlow;
use super::builder::AuthConfigurationBuilder;
use super::hosted_ui::GEN_1;
use super::json::{At, Notes, wrong};
use crate::error::Error;

pub(super) fn recognises(document: &Value) -> bool {
    document.pointer("/auth/plugins/awsCognitoAuthPlugin").is_some()
        || ["CognitoUserPool", "CredentialsProvider"].iter().any(|key| document.get(key).is_some())
}

pub(super) fn read(document: &Value) -> Result<AuthConfigurationBuilder, Error> {
    let notes = Notes::default();
    let root = At::root(document, &notes);
    let plugin = root.object("auth")?.object("plugins")?.object("awsCognitoAuthPlugin")?;
    let is_older = root.key("CognitoUserPool").exists() || root.key("CredentialsProvider").exists();
    let base = if !plugin.exists() && is_older { root } else { plugin };
    let pool = base.object("CognitoUserPool")?.object("Default")?;
    let identity_pool = base.object("CredentialsProvider")?.object("CognitoIdentity")?.object("Default")?;
    if !pool.exists() && !identity_pool.exists() {
        return Err(wrong(pool.path(), "is missing: it should describe the user pool"));
    }
    let mut builder = AuthConfigurationBuilder::from_keys(
        &pool.key("PoolId"),
        &pool.key("AppClientId"),
        &pool.key("Region"),
        &identity_pool.key("PoolId"),
    )?;
    builder = builder.identity_pool_at(&identity_pool.key("Region"), &identity_pool.key("Endpoint"))?;
    if let Some(secret) = pool.key("AppClientSecret").text()? {
        builder = builder.client_secret(secret);
    }
    let endpoint = pool.key("Endpoint");
    if let Some(host) = endpoint.text()? {
        if host.contains('/') {
            let problem = "should be a host name without scheme and path, for example auth.example.org";
            return Err(wrong(endpoint.path(), problem));
        }
        builder = builder.endpoint_at(endpoint.path(), format!("https://{host}/"));
    }
    let analytics = pool.key("PinpointAppId");
    if analytics.exists() {
        // An application is not an endpoint: as one, it would be the same for all its users.
        builder = builder.warn(format!("{} has no effect: give the id of the endpoint in code", analytics.path()));
    }
    builder = builder.hosted_ui_at(&base.hints("Auth").hints("Default").object("OAuth")?, &GEN_1, None)?;
    let flow = base.hints("Auth").hints("Default").key("authenticationFlowType");
    let named = AuthFlow::read(&flow)?;
    // As in Amplify Swift: a pool that migrates users needs the password itself, whatever the flow says.
    let migrating = pool.key("MigrationEnabled").flag() == Some(true);
    builder = builder.auth_flow(if migrating { AuthFlow::UserPassword } else { named.unwrap_or_default() });
    Ok(builder.noting(&notes))
}
