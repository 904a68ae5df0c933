//! What the app tells us, checked once: from a builder, or from the files that Amplify's tools write.

mod amplify_configuration;
mod amplify_outputs;
mod aws_exports;
mod builder;
mod endpoint;
mod flow;
mod hosted_ui;
mod identity_pool;
mod json;
mod manual_auth;
mod sign_up_verification;

use std::collections::BTreeMap;
use std::time::Duration;

use url::Url;

pub use builder::AuthConfigurationBuilder;
pub(crate) use endpoint::is_this_machine;
pub use flow::AuthFlow;
pub use hosted_ui::HostedUiConfiguration;
pub use identity_pool::IdentityPoolConfiguration;
pub use sign_up_verification::SignUpVerification;

use crate::error::AuthError;
use crate::support::secret::Secret;
use crate::support::shown::shows;

const UNKNOWN_FORMAT: &str = "should be the text of an amplify_outputs.json (with auth.user_pool_id), an \
    amplifyconfiguration.json (with auth.plugins.awsCognitoAuthPlugin), an aws-exports.js (with aws_user_pools_id) or a \
    manual Auth object (with Auth.userPoolId); for an identity pool alone, with its id in the same place";

/// The configuration of one user pool and app client, of an identity pool, or of both. Every value has been checked.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthConfiguration {
    user_pool_id: String,
    region: String,
    client_id: String,
    client_secret: Option<Secret>,
    endpoint: Url,
    auth_flow: AuthFlow,
    client_metadata: BTreeMap<String, String>,
    sign_up_verification: SignUpVerification,
    threat_protection: bool,
    analytics_endpoint_id: Option<String>,
    identity_pool: Option<IdentityPoolConfiguration>,
    hosted_ui: Option<HostedUiConfiguration>,
    connect_timeout: Duration,
    total_timeout: Duration,
    warnings: Vec<String>,
}
shows!(AuthConfiguration { user_pool_id, client_id, endpoint: text, auth_flow });

impl AuthConfiguration {
    /// A builder; everything but these two has a default.
    #[must_use]
    pub fn builder(user_pool_id: impl Into<String>, client_id: impl Into<String>) -> AuthConfigurationBuilder {
        AuthConfigurationBuilder::new(user_pool_id.into(), client_id.into())
    }

    /// A builder for an app that has an identity pool and no user pool: guests, and federation with other providers.
    /// Calls that need a user pool then give `configuration_invalid`.
    #[must_use]
    pub fn for_identity_pool(identity_pool_id: impl Into<String>) -> AuthConfigurationBuilder {
        AuthConfigurationBuilder::new(String::new(), String::new()).identity_pool_id(identity_pool_id)
    }

    /// From the text of any of the files that Amplify's tools write, or of a manual `Auth` object; which one is found out.
    ///
    /// # Errors
    /// `configuration_invalid`; its `field` names the key, its text says what the key should be. For broken JSON, and for
    /// JSON in no known format, the field is `json`.
    pub fn from_json(text: &str) -> Result<Self, AuthError> {
        let document = json::parse_script(text)?;
        let read = [
            (amplify_outputs::recognises(&document), amplify_outputs::read as fn(&_) -> _),
            (amplify_configuration::recognises(&document), amplify_configuration::read),
            (manual_auth::recognises(&document), manual_auth::read),
            (aws_exports::recognises(&document), aws_exports::read),
        ]
        .into_iter()
        .find_map(|(recognised, read)| recognised.then_some(read))
        .ok_or_else(|| json::wrong("json", UNKNOWN_FORMAT))?;
        read(&document)?.build()
    }

    /// From the text of an `amplify_outputs.json` (Amplify Gen 2). The format has no place for an endpoint; the URL is
    /// taken from `custom.portcullis.user_pool_endpoint`, if the app's outputs have it.
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json).
    pub fn from_amplify_outputs(text: &str) -> Result<Self, AuthError> {
        amplify_outputs::read(&json::parse(text)?)?.build()
    }

    /// From the text of an `amplifyconfiguration.json` (Amplify Gen 1), or of an older `awsconfiguration.json`.
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json).
    pub fn from_amplify_configuration(text: &str) -> Result<Self, AuthError> {
        amplify_configuration::read(&json::parse(text)?)?.build()
    }

    /// From the object of an `aws-exports.js`, or a manual `Auth` object, as JSON. The whole JavaScript file is taken
    /// too, if the object in it is written as JSON (the CLI does so).
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json).
    pub fn from_aws_exports(text: &str) -> Result<Self, AuthError> {
        let document = json::parse_script(text)?;
        let manual = manual_auth::recognises(&document);
        if manual { manual_auth::read(&document) } else { aws_exports::read(&document) }?.build()
    }

    /// A builder with these values, to change some.
    #[must_use]
    pub fn to_builder(&self) -> AuthConfigurationBuilder {
        AuthConfigurationBuilder::from_configuration(self)
    }

    /// Whether there is a user pool, and not an identity pool alone.
    #[must_use]
    pub const fn has_user_pool(&self) -> bool {
        !self.user_pool_id.is_empty()
    }

    /// The identity pool, if there is one.
    #[must_use]
    pub const fn identity_pool(&self) -> Option<&IdentityPoolConfiguration> {
        self.identity_pool.as_ref()
    }

    /// The user pool's hosted pages, if the configuration names them.
    #[must_use]
    pub const fn hosted_ui(&self) -> Option<&HostedUiConfiguration> {
        self.hosted_ui.as_ref()
    }

    /// The user pool's id, for example `eu-west-1_AbCdEfGh1`; empty without a user pool.
    #[must_use]
    pub fn user_pool_id(&self) -> &str {
        &self.user_pool_id
    }

    /// The part of the user pool's id after the first `_`.
    #[must_use]
    pub fn pool_name(&self) -> &str {
        self.user_pool_id.split_once('_').map_or("", |(_, name)| name)
    }

    /// The user pool's region, for example `eu-west-1`; without a user pool the identity pool's.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The app client's id; empty without a user pool.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Whether the app client has a secret.
    #[must_use]
    pub const fn has_client_secret(&self) -> bool {
        self.client_secret.is_some()
    }

    /// What the records of this configuration's clients are filed under: two clients that differ in it never meet.
    pub(crate) fn scope(&self) -> (&str, &str) {
        match &self.identity_pool {
            Some(pool) if !self.has_user_pool() => (pool.id(), "identity-pool"),
            _ => (&self.user_pool_id, &self.client_id),
        }
    }

    pub(crate) const fn client_secret(&self) -> Option<&Secret> {
        self.client_secret.as_ref()
    }

    /// The URL of the user-pool service.
    #[must_use]
    pub const fn endpoint(&self) -> &Url {
        &self.endpoint
    }

    /// How `sign_in` works unless a call says otherwise.
    #[must_use]
    pub const fn auth_flow(&self) -> &AuthFlow {
        &self.auth_flow
    }

    /// How the pool confirms new accounts.
    #[must_use]
    pub const fn sign_up_verification(&self) -> SignUpVerification {
        self.sign_up_verification
    }

    /// The `ClientMetadata` of one call: what it gives, over the configured one.
    pub(crate) fn client_metadata_under(
        &self,
        per_call: impl IntoIterator<Item = (String, String)>,
    ) -> BTreeMap<String, String> {
        let mut metadata = self.client_metadata.clone();
        metadata.extend(per_call);
        metadata
    }

    /// `ClientMetadata` of every call, under what a call gives.
    #[must_use]
    pub const fn client_metadata(&self) -> &BTreeMap<String, String> {
        &self.client_metadata
    }

    /// Whether requests carry data about the device for Cognito's threat protection.
    #[must_use]
    pub const fn threat_protection(&self) -> bool {
        self.threat_protection
    }

    /// The Amazon Pinpoint endpoint that the service's analytics are attributed to.
    #[must_use]
    pub fn analytics_endpoint_id(&self) -> Option<&str> {
        self.analytics_endpoint_id.as_deref()
    }

    /// How long making a connection may take; 10 s by default.
    #[must_use]
    pub const fn connect_timeout(&self) -> Duration {
        self.connect_timeout
    }

    /// How long one request may take, its repetitions included; 30 s by default.
    #[must_use]
    pub const fn total_timeout(&self) -> Duration {
        self.total_timeout
    }

    /// What was read but has no effect, for the developer.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

#[cfg(test)]
mod client_data_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
