//! `aws-exports.js` as JSON, and the manual `Auth` object of Amplify JS in its older and newer words.

use serde_json::Value;

use super::AuthFlow;
use super::builder::{AuthConfigurationBuilder, Keys};
use super::json::{At, CLIENT_ID, POOL_ID};
use crate::error::Error;

pub(super) fn read(document: &Value) -> Result<AuthConfigurationBuilder, Error> {
    let root = At::root(document);
    let auth = root.key("Auth");
    if auth.exists() {
        let newer = auth.key("Cognito");
        return if newer.exists() { manual(&newer, &NEWER) } else { manual(&auth, &MANUAL) };
    }
    if root.key("userPoolId").exists() {
        return manual(&root, &BARE);
    }
    exports(&root)
}

fn exports(root: &At<'_>) -> Result<AuthConfigurationBuilder, Error> {
    let pool = root.key("aws_user_pools_id").needed(POOL_ID)?;
    let client = root.key("aws_user_pools_web_client_id").needed(CLIENT_ID)?;
    let mut builder = AuthConfigurationBuilder::new(pool.to_owned(), client.to_owned());
    builder.keys = Keys {
        user_pool_id: "aws_user_pools_id",
        client_id: "aws_user_pools_web_client_id",
        region: "aws_cognito_region",
        endpoint: "aws_user_pools_endpoint",
    };
    if let Some(region) = root.key("aws_cognito_region").text()? {
        builder = builder.region(region);
    }
    Ok(builder)
}

fn manual(auth: &At<'_>, keys: &Keys) -> Result<AuthConfigurationBuilder, Error> {
    let pool = auth.key("userPoolId").needed(POOL_ID)?;
    let (older, newer) = (auth.key("userPoolWebClientId"), auth.key("userPoolClientId"));
    let client = if newer.exists() { newer.needed(CLIENT_ID)? } else { older.needed(CLIENT_ID)? };
    let mut builder = AuthConfigurationBuilder::new(pool.to_owned(), client.to_owned());
    builder.keys = *keys;
    if let Some(region) = auth.key("region").text()? {
        builder = builder.region(region);
    }
    for key in ["endpoint", "userPoolEndpoint"] {
        if let Some(endpoint) = auth.key(key).text()? {
            builder = builder.endpoint(endpoint);
        }
    }
    let flow = auth.key("authenticationFlowType");
    if let Some(name) = flow.text()? {
        builder = builder.auth_flow(AuthFlow::from_name(flow.path(), name)?);
    }
    builder = builder.client_metadata(auth.key("clientMetadata").texts()?);
    for key in ["cookieStorage", "storage"] {
        if auth.key(key).exists() {
            builder = builder.warn(format!("{key} has no effect on phones: the client's secure store is used"));
        }
    }
    Ok(builder)
}

const MANUAL: Keys = Keys {
    user_pool_id: "Auth.userPoolId",
    client_id: "Auth.userPoolWebClientId",
    region: "Auth.region",
    endpoint: "Auth.endpoint",
};

const NEWER: Keys = Keys {
    user_pool_id: "Auth.Cognito.userPoolId",
    client_id: "Auth.Cognito.userPoolClientId",
    region: "Auth.Cognito.region",
    endpoint: "Auth.Cognito.userPoolEndpoint",
};

const BARE: Keys =
    Keys { user_pool_id: "userPoolId", client_id: "userPoolWebClientId", region: "region", endpoint: "endpoint" };
