//! The `Auth` object that apps with Amplify for JavaScript write by hand: in v5's words, alone or within a whole
//! configuration, and in v6's (`Auth.Cognito`).

use serde_json::Value;

use super::aws_exports;
use super::builder::AuthConfigurationBuilder;
use super::hosted_ui::{V5, V6};
use super::json::{At, Notes};
use super::{AuthFlow, SignUpVerification};
use crate::error::Error;

pub(super) fn recognises(document: &Value) -> bool {
    let bare = || ["userPoolId", "identityPoolId"].iter().any(|key| document.get(key).is_some());
    document.get("Auth").is_some_and(Value::is_object) || bare()
}

pub(super) fn read(document: &Value) -> Result<AuthConfigurationBuilder, Error> {
    let notes = Notes::default();
    let root = At::root(document, &notes);
    let auth = root.object("Auth")?;
    let place = auth.object("Cognito")?.or(auth).or(root.clone());
    // An app may add an `Auth` object to the generated file, to override some of it.
    let mut builder = AuthConfigurationBuilder::from_keys(
        &place.key("userPoolId").or(root.key(aws_exports::POOL_ID)),
        &place.key("userPoolClientId").or(place.key("userPoolWebClientId")).or(root.key(aws_exports::CLIENT_ID)),
        &place.key("region").or(root.key(aws_exports::REGION)),
        &place.key("identityPoolId").or(root.key(aws_exports::IDENTITY_POOL_ID)),
    )?;
    builder = builder.identity_pool_at(&place.key("identityPoolRegion"), &place.key("identityPoolEndpoint"))?;
    // v5 asks for a sign-in, v6 allows guests.
    let is_sign_in_mandatory = place.key("mandatorySignIn").flag();
    let allows_guests = place.key("allowGuestAccess").flag().or(is_sign_in_mandatory.map(|mandatory| !mandatory));
    builder = builder.guest_access(allows_guests.unwrap_or(true));
    let endpoint = place.key("userPoolEndpoint").or(place.key("endpoint"));
    if let Some(url) = endpoint.text()? {
        builder = builder.endpoint_at(endpoint.path(), url);
    }
    if let Some(flow) = AuthFlow::read(&place.key("authenticationFlowType"))? {
        builder = builder.auth_flow(flow);
    }
    if let Some(verification) = SignUpVerification::read(&place.key("signUpVerificationMethod"))? {
        builder = builder.sign_up_verification(verification);
    }
    // v5 once put it one deeper, for other providers beside it.
    let older = place.hints("oauth");
    let older = older.hints("awsCognito").or(older).or(root.hints("oauth"));
    let newer = place.hints("loginWith").hints("oauth");
    builder = if newer.exists() {
        builder.hosted_ui_at(&newer, &V6, None)?
    } else {
        builder.hosted_ui_at(&older, &V5, None)?
    };
    if let Some(wanted) = aws_exports::threat_protection(&place.hints("oauth")) {
        builder = builder.threat_protection(wanted);
    }
    builder = builder.client_metadata(place.key("clientMetadata").texts()?);
    for key in ["cookieStorage", "storage"] {
        let ignored = place.key(key);
        if ignored.exists() {
            builder =
                builder.warn(format!("{} has no effect: sessions are kept in the client's store", ignored.path()));
        }
    }
    Ok(builder.noting(&notes))
}
