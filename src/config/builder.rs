//! The configuration in code, and the checks that every configuration passes.

use std::time::Duration;

use super::{AuthConfiguration, AuthFlow, endpoint};
use crate::error::{AuthError, Error};
use crate::support::secret::Secret;

const LONGEST: Duration = Duration::from_secs(600);

/// Builds an [`AuthConfiguration`].
#[derive(Clone, Debug)]
pub struct AuthConfigurationBuilder {
    user_pool_id: String,
    client_id: String,
    region: Option<String>,
    client_secret: Option<Secret>,
    endpoint: Option<String>,
    auth_flow: AuthFlow,
    client_metadata: std::collections::BTreeMap<String, String>,
    connect_timeout: Duration,
    total_timeout: Duration,
    warnings: Vec<String>,
    pub(super) keys: Keys,
}

/// What the values are called where they came from, so that an error names the right key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keys {
    pub user_pool_id: &'static str,
    pub client_id: &'static str,
    pub region: &'static str,
    pub endpoint: &'static str,
}

impl AuthConfigurationBuilder {
    pub(super) fn new(user_pool_id: String, client_id: String) -> Self {
        Self {
            user_pool_id,
            client_id,
            region: None,
            client_secret: None,
            endpoint: None,
            auth_flow: AuthFlow::default(),
            client_metadata: std::collections::BTreeMap::new(),
            connect_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(30),
            warnings: Vec::new(),
            keys: Keys { user_pool_id: "user_pool_id", client_id: "client_id", region: "region", endpoint: "endpoint" },
        }
    }

    pub(super) fn from_configuration(configuration: &AuthConfiguration) -> Self {
        let AuthConfiguration { user_pool_id, client_id, .. } = configuration.clone();
        Self {
            region: Some(configuration.region.clone()),
            client_secret: configuration.client_secret.clone(),
            endpoint: Some(configuration.endpoint.to_string()),
            auth_flow: configuration.auth_flow,
            client_metadata: configuration.client_metadata.clone(),
            connect_timeout: configuration.connect_timeout,
            total_timeout: configuration.total_timeout,
            warnings: configuration.warnings.clone(),
            ..Self::new(user_pool_id, client_id)
        }
    }

    /// The pool's region. Default: the part of the pool id before `_`.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The app client's secret. An empty one counts as none.
    #[must_use]
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.client_secret = Some(Secret::new(secret)).filter(|secret| !secret.is_empty());
        self
    }

    /// The URL of the user-pool service, for a proxy or local-pool. Plain http is allowed to this machine only.
    #[must_use]
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// How `sign_in` works unless a call says otherwise. Default: [`AuthFlow::UserSrp`].
    #[must_use]
    pub const fn auth_flow(mut self, flow: AuthFlow) -> Self {
        self.auth_flow = flow;
        self
    }

    /// `ClientMetadata` of every call, under what a call gives.
    #[must_use]
    pub fn client_metadata(mut self, metadata: impl IntoIterator<Item = (String, String)>) -> Self {
        self.client_metadata = metadata.into_iter().collect();
        self
    }

    /// How long making a connection may take: 1 ms to 10 min. Default: 10 s.
    #[must_use]
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long one request may take, its repetitions included: 1 ms to 10 min. Default: 30 s.
    #[must_use]
    pub const fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    pub(super) fn warn(mut self, warning: impl Into<String>) -> Self {
        self.warnings.push(warning.into());
        self
    }

    /// The configuration.
    ///
    /// # Errors
    /// `configuration_invalid`; its `field` names the key, its text says what the key should be.
    pub fn build(self) -> Result<AuthConfiguration, AuthError> {
        let Keys { user_pool_id, client_id, region, endpoint: endpoint_key } = self.keys;
        let Some((prefix, _)) = self.user_pool_id.split_once('_').filter(|parts| is_pool_id(*parts)) else {
            return Err(wrong(user_pool_id, "should be a user pool id, for example eu-west-1_AbCdEfGh1"));
        };
        if self.client_id.is_empty() || !self.client_id.chars().all(|c| c.is_ascii_alphanumeric() || "_+".contains(c)) {
            return Err(wrong(client_id, "should be an app client id: letters and digits"));
        }
        let region_name = self.region.unwrap_or_else(|| prefix.to_owned());
        let endpoint = match &self.endpoint {
            Some(url) => endpoint::parse(endpoint_key, url)?,
            None => endpoint::of_region(&region_name).map_err(|error| match error {
                Error::Configuration { problem, .. } => Error::Configuration { key: region.to_owned(), problem },
                other => other,
            })?,
        };
        for (key, timeout) in [("connect_timeout", self.connect_timeout), ("total_timeout", self.total_timeout)] {
            if timeout < Duration::from_millis(1) || timeout > LONGEST {
                return Err(wrong(key, "should be between 1 ms and 10 min"));
            }
        }
        Ok(AuthConfiguration {
            user_pool_id: self.user_pool_id,
            region: region_name,
            client_id: self.client_id,
            client_secret: self.client_secret,
            endpoint,
            auth_flow: self.auth_flow,
            client_metadata: self.client_metadata,
            connect_timeout: self.connect_timeout.min(self.total_timeout),
            total_timeout: self.total_timeout,
            warnings: self.warnings,
        })
    }
}

fn is_pool_id((region, name): (&str, &str)) -> bool {
    let word = |text: &str, more: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    word(region, "-") && word(name, "")
}

fn wrong(key: &str, problem: &str) -> AuthError {
    Error::Configuration { key: key.to_owned(), problem: problem.to_owned() }.into()
}
