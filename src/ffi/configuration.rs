//! The configuration, for the facades.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::config::{self, AuthConfiguration, AuthFlow, SignUpVerification};
use crate::error::AuthError;
use crate::support::shown::shows;

/// A configuration written out in code. Only the first two are needed; both are empty where there is an identity pool and
/// no user pool.
#[derive(Clone, uniffi::Record)]
pub struct ConfigurationSettings {
    /// The user pool's id, for example `eu-west-1_AbCdEfGh1`.
    pub user_pool_id: String,
    /// The app client's id.
    pub client_id: String,
    /// The pool's region; absent: the part of the pool id before `_`.
    #[uniffi(default = None)]
    pub region: Option<String>,
    /// The app client's secret, if it has one.
    #[uniffi(default = None)]
    pub client_secret: Option<String>,
    /// The URL of the user-pool service, for a proxy or local-pool; plain http only to this machine.
    #[uniffi(default = None)]
    pub endpoint: Option<String>,
    /// How `signIn` works unless a call says otherwise; absent: `userSRP`.
    #[uniffi(default = None)]
    pub auth_flow: Option<AuthFlow>,
    /// `ClientMetadata` of every call, under what a call gives.
    #[uniffi(default)]
    pub client_metadata: HashMap<String, String>,
    /// How the pool confirms new accounts; absent: with a code.
    #[uniffi(default = None)]
    pub sign_up_verification: Option<SignUpVerification>,
    /// Whether requests carry data about the device for Cognito's threat protection; absent: not.
    #[uniffi(default = None)]
    pub threat_protection: Option<bool>,
    /// The id of the Amazon Pinpoint endpoint that the service's analytics are attributed to.
    #[uniffi(default = None)]
    pub analytics_endpoint_id: Option<String>,
    /// The identity pool that gives out AWS credentials.
    #[uniffi(default = None)]
    pub identity_pool_id: Option<String>,
    /// The identity pool's region; absent: the part of its id before `:`.
    #[uniffi(default = None)]
    pub identity_pool_region: Option<String>,
    /// The URL of the service of identity pools, for a proxy or local-pool; plain http only to this machine.
    #[uniffi(default = None)]
    pub identity_pool_endpoint: Option<String>,
    /// Whether somebody who is not signed in gets the credentials of a guest; absent: yes.
    #[uniffi(default = None)]
    pub guest_access: Option<bool>,
    /// Whether a guest who signs in keeps their identity, which Cognito cannot undo; absent: not.
    #[uniffi(default = None)]
    pub merge_guest_identity: Option<bool>,
    /// Where the pool's hosted pages are: their domain, or a URL; plain http only to this machine.
    #[uniffi(default = None)]
    pub hosted_ui_domain: Option<String>,
    /// The scopes that a sign-in on the hosted pages asks for; empty: all of the app client.
    #[uniffi(default)]
    pub hosted_ui_scopes: Vec<String>,
    /// Where the hosted pages send people back to after a sign-in.
    #[uniffi(default)]
    pub sign_in_redirect_uris: Vec<String>,
    /// Where they send people back to after a sign-out.
    #[uniffi(default)]
    pub sign_out_redirect_uris: Vec<String>,
    /// How long making a connection may take; absent: 10 s.
    #[uniffi(default = None)]
    pub connect_timeout: Option<Duration>,
    /// How long one request may take, its repetitions included; absent: 30 s.
    #[uniffi(default = None)]
    pub total_timeout: Option<Duration>,
}
shows!(ConfigurationSettings { user_pool_id, client_id, region, endpoint, auth_flow });

/// What a configuration says of an identity pool.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct IdentityPoolConfiguration {
    /// The identity pool's id.
    pub id: String,
    /// Its region.
    pub region: String,
    /// The URL of the service of identity pools.
    pub endpoint: String,
    /// Whether somebody who is not signed in gets the credentials of a guest.
    pub allows_guests: bool,
    /// Whether a guest who signs in keeps their identity.
    pub merges_guests: bool,
}
shows!(IdentityPoolConfiguration { id, region, endpoint, allows_guests, merges_guests });

impl From<&config::IdentityPoolConfiguration> for IdentityPoolConfiguration {
    fn from(pool: &config::IdentityPoolConfiguration) -> Self {
        Self {
            id: pool.id().to_owned(),
            region: pool.region().to_owned(),
            endpoint: pool.endpoint().to_string(),
            allows_guests: pool.allows_guests(),
            merges_guests: pool.merges_guests(),
        }
    }
}

/// What a configuration says of the pool's hosted pages.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct HostedUiConfiguration {
    /// The URL below which the pages are.
    pub endpoint: String,
    /// The scopes that a sign-in asks for; empty: all of the app client.
    pub scopes: Vec<String>,
    /// Where people come back to after a sign-in.
    pub sign_in_redirect_uris: Vec<String>,
    /// Where people come back to after a sign-out.
    pub sign_out_redirect_uris: Vec<String>,
}
shows!(HostedUiConfiguration { endpoint, scopes, sign_in_redirect_uris, sign_out_redirect_uris });

impl From<&config::HostedUiConfiguration> for HostedUiConfiguration {
    fn from(pages: &config::HostedUiConfiguration) -> Self {
        Self {
            endpoint: pages.endpoint().to_string(),
            scopes: pages.scopes().to_vec(),
            sign_in_redirect_uris: pages.sign_in_redirect_uris().to_vec(),
            sign_out_redirect_uris: pages.sign_out_redirect_uris().to_vec(),
        }
    }
}

/// A configuration that has been checked.
#[derive(Debug, uniffi::Object)]
pub struct ConfigurationCore {
    pub(super) configuration: AuthConfiguration,
}

impl From<AuthConfiguration> for ConfigurationCore {
    fn from(configuration: AuthConfiguration) -> Self {
        Self { configuration }
    }
}

#[uniffi::export]
impl ConfigurationCore {
    /// From JSON text in any of the formats that Amplify's tools write; which one is found out.
    #[uniffi::constructor]
    pub fn from_json(text: String) -> Result<Arc<Self>, AuthError> {
        AuthConfiguration::from_json(&text).map(|made| Arc::new(made.into()))
    }

    /// From the text of an `amplify_outputs.json` (Amplify Gen 2).
    #[uniffi::constructor]
    pub fn from_amplify_outputs(text: String) -> Result<Arc<Self>, AuthError> {
        AuthConfiguration::from_amplify_outputs(&text).map(|made| Arc::new(made.into()))
    }

    /// From the text of an `amplifyconfiguration.json` (Amplify Gen 1).
    #[uniffi::constructor]
    pub fn from_amplify_configuration(text: String) -> Result<Arc<Self>, AuthError> {
        AuthConfiguration::from_amplify_configuration(&text).map(|made| Arc::new(made.into()))
    }

    /// From the object of an `aws-exports` file, or a manual `Auth` object, as JSON.
    #[uniffi::constructor]
    pub fn from_aws_exports(text: String) -> Result<Arc<Self>, AuthError> {
        AuthConfiguration::from_aws_exports(&text).map(|made| Arc::new(made.into()))
    }

    /// From settings written out in code.
    #[uniffi::constructor]
    pub fn from_settings(settings: ConfigurationSettings) -> Result<Arc<Self>, AuthError> {
        let mut builder = AuthConfiguration::builder(settings.user_pool_id, settings.client_id);
        builder = builder.client_metadata(settings.client_metadata);
        if let Some(region) = settings.region {
            builder = builder.region(region);
        }
        if let Some(secret) = settings.client_secret {
            builder = builder.client_secret(secret);
        }
        if let Some(endpoint) = settings.endpoint {
            builder = builder.endpoint(endpoint);
        }
        if let Some(flow) = settings.auth_flow {
            builder = builder.auth_flow(flow);
        }
        if let Some(verification) = settings.sign_up_verification {
            builder = builder.sign_up_verification(verification);
        }
        if let Some(wanted) = settings.threat_protection {
            builder = builder.threat_protection(wanted);
        }
        if let Some(id) = settings.analytics_endpoint_id {
            builder = builder.analytics_endpoint_id(id);
        }
        if let Some(id) = settings.identity_pool_id {
            builder = builder.identity_pool_id(id);
        }
        if let Some(region) = settings.identity_pool_region {
            builder = builder.identity_pool_region(region);
        }
        if let Some(endpoint) = settings.identity_pool_endpoint {
            builder = builder.identity_pool_endpoint(endpoint);
        }
        if let Some(allowed) = settings.guest_access {
            builder = builder.guest_access(allowed);
        }
        if let Some(wanted) = settings.merge_guest_identity {
            builder = builder.merge_guest_identity(wanted);
        }
        if let Some(domain) = settings.hosted_ui_domain {
            builder = builder.hosted_ui_domain(domain);
        }
        builder = builder.hosted_ui_scopes(settings.hosted_ui_scopes);
        builder = builder.sign_in_redirect_uris(settings.sign_in_redirect_uris);
        builder = builder.sign_out_redirect_uris(settings.sign_out_redirect_uris);
        if let Some(timeout) = settings.connect_timeout {
            builder = builder.connect_timeout(timeout);
        }
        if let Some(timeout) = settings.total_timeout {
            builder = builder.total_timeout(timeout);
        }
        builder.build().map(|made| Arc::new(made.into()))
    }

    /// The same with other client data than the file says: whether requests carry data about the device for Cognito's
    /// threat protection, and the id of the Amazon Pinpoint endpoint that the service's analytics are attributed to.
    /// What is absent stays as it is.
    pub fn with_client_data(
        &self,
        threat_protection: Option<bool>,
        analytics_endpoint_id: Option<String>,
    ) -> Result<Arc<Self>, AuthError> {
        let mut builder = self.configuration.to_builder();
        if let Some(wanted) = threat_protection {
            builder = builder.threat_protection(wanted);
        }
        if let Some(id) = analytics_endpoint_id {
            builder = builder.analytics_endpoint_id(id);
        }
        builder.build().map(|made| Arc::new(made.into()))
    }

    /// Whether requests carry data about the device for Cognito's threat protection.
    pub fn threat_protection(&self) -> bool {
        self.configuration.threat_protection()
    }

    /// The identity pool, if there is one.
    pub fn identity_pool(&self) -> Option<IdentityPoolConfiguration> {
        self.configuration.identity_pool().map(IdentityPoolConfiguration::from)
    }

    /// The pool's hosted pages, if the configuration names them.
    pub fn hosted_ui(&self) -> Option<HostedUiConfiguration> {
        self.configuration.hosted_ui().map(HostedUiConfiguration::from)
    }

    /// The user pool's id; empty without a user pool.
    pub fn user_pool_id(&self) -> String {
        self.configuration.user_pool_id().to_owned()
    }

    /// The app client's id; empty without a user pool.
    pub fn client_id(&self) -> String {
        self.configuration.client_id().to_owned()
    }

    /// The pool's region.
    pub fn region(&self) -> String {
        self.configuration.region().to_owned()
    }

    /// The URL of the user-pool service.
    pub fn endpoint(&self) -> String {
        self.configuration.endpoint().to_string()
    }

    /// How `signIn` works unless a call says otherwise.
    pub fn auth_flow(&self) -> AuthFlow {
        self.configuration.auth_flow().clone()
    }

    /// What was read but has no effect, for the developer.
    pub fn warnings(&self) -> Vec<String> {
        self.configuration.warnings().to_vec()
    }
}
