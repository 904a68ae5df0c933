//! `amplify_outputs.json` (Amplify Gen 2).

use serde_json::Value;

use super::builder::AuthConfigurationBuilder;
use super::hosted_ui::GEN_2;
use super::json::{At, Notes, wrong};
use crate::error::Error;

/// A top-level `version` that begins with 1, or an `auth` object with Gen 2's words.
pub(super) fn recognises(document: &Value) -> bool {
    let version = document.get("version").and_then(Value::as_str).is_some_and(|version| version.starts_with('1'));
    version || ["/auth/user_pool_id", "/auth/identity_pool_id"].iter().any(|key| document.pointer(key).is_some())
}

pub(super) fn read(document: &Value) -> Result<AuthConfigurationBuilder, Error> {
    let notes = Notes::default();
    let root = At::root(document, &notes);
    let auth = root.object("auth")?;
    if !auth.exists() {
        return Err(wrong("auth", "is missing: amplify_outputs.json should have an auth object"));
    }
    let mut builder = AuthConfigurationBuilder::from_keys(
        &auth.key("user_pool_id"),
        &auth.key("user_pool_client_id"),
        &auth.key("aws_region"),
        &auth.key("identity_pool_id"),
    )?;
    builder = builder.guest_access(auth.key("unauthenticated_identities_enabled").flag().unwrap_or(true));
    // The format has no place for these; the custom part is the app's own.
    let own = root.hints("custom").hints("portcullis");
    builder = builder.threat_protection(own.key("threat_protection").flag().unwrap_or_default());
    builder = builder.identity_pool_at(&own.key("identity_pool_region"), &own.key("identity_pool_endpoint"))?;
    builder = builder.hosted_ui_at(&auth.object("oauth")?, &GEN_2, Some(&own.key("hosted_ui_endpoint")))?;
    let endpoint = own.key("user_pool_endpoint");
    if let Some(url) = endpoint.text()? {
        builder = builder.endpoint_at(endpoint.path(), url);
    }
    Ok(builder.noting(&notes))
}
