//! The object of an `aws-exports.js` (Amplify Gen 1 for JavaScript).

use serde_json::Value;

use super::builder::AuthConfigurationBuilder;
use super::hosted_ui::V5;
use super::json::{At, Notes};
use crate::error::Error;

pub(super) const POOL_ID: &str = "aws_user_pools_id";
pub(super) const CLIENT_ID: &str = "aws_user_pools_web_client_id";
pub(super) const REGION: &str = "aws_cognito_region";
pub(super) const IDENTITY_POOL_ID: &str = "aws_cognito_identity_pool_id";
const MANDATORY_SIGN_IN: &str = "aws_mandatory_sign_in";

pub(super) fn recognises(document: &Value) -> bool {
    let marks = [POOL_ID, CLIENT_ID, "aws_project_region", IDENTITY_POOL_ID];
    marks.iter().any(|key| document.get(key).is_some())
}

pub(super) fn read(document: &Value) -> Result<AuthConfigurationBuilder, Error> {
    let notes = Notes::default();
    let root = At::root(document, &notes);
    let mut builder = AuthConfigurationBuilder::from_keys(
        &root.key(POOL_ID),
        &root.key(CLIENT_ID),
        &root.key(REGION),
        &root.key(IDENTITY_POOL_ID),
    )?;
    builder = builder.guest_access(root.key(MANDATORY_SIGN_IN).text()? != Some("enable"));
    builder = builder.hosted_ui_at(&root.hints("oauth"), &V5, None)?;
    let wanted = threat_protection(&root.hints("oauth"));
    Ok(builder.threat_protection(wanted.unwrap_or_default()).noting(&notes))
}

/// What Amplify for JavaScript calls threat protection, among the options of its `oauth` object.
pub(super) fn threat_protection(oauth: &At<'_>) -> Option<bool> {
    oauth.hints("options").key("AdvancedSecurityDataCollectionFlag").flag()
}
