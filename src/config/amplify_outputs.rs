//! `amplify_outputs.json` (Amplify Gen 2).

use serde_json::Value;

use super::builder::{AuthConfigurationBuilder, Keys};
use super::json::{At, CLIENT_ID, POOL_ID, wrong};
use crate::error::Error;

/// A top-level `version` that begins with 1, and an `auth` object in the Gen 2 form.
pub(super) fn recognises(document: &Value) -> bool {
    let version = document.get("version").and_then(Value::as_str).is_some_and(|version| version.starts_with('1'));
    version || document.pointer("/auth/user_pool_id").is_some()
}

pub(super) fn read(document: &Value) -> Result<AuthConfigurationBuilder, Error> {
    let root = At::root(document);
    let auth = root.key("auth");
    if !auth.exists() {
        return Err(wrong("auth", "is missing: amplify_outputs.json should have an auth object"));
    }
    let pool = auth.key("user_pool_id").needed(POOL_ID)?;
    let client = auth.key("user_pool_client_id").needed(CLIENT_ID)?;
    let mut builder = AuthConfigurationBuilder::new(pool.to_owned(), client.to_owned());
    if let Some(region) = auth.key("aws_region").text()? {
        builder = builder.region(region);
    }
    // The format has no place for an endpoint; custom outputs are the app's own.
    if let Some(endpoint) = root.key("custom").key("portcullis").key("user_pool_endpoint").text()? {
        builder = builder.endpoint(endpoint);
    }
    builder.keys = Keys {
        user_pool_id: "auth.user_pool_id",
        client_id: "auth.user_pool_client_id",
        region: "auth.aws_region",
        endpoint: "custom.portcullis.user_pool_endpoint",
    };
    Ok(builder)
}
