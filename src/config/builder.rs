//! The configuration in code, and the checks that every configuration passes.

use std::collections::BTreeMap;
use std::time::Duration;

use super::hosted_ui;
use super::identity_pool::Unchecked;
use super::json::{At, Notes, wrong};
use super::{AuthConfiguration, AuthFlow, SignUpVerification, endpoint};
use crate::error::{AuthError, Error};
use crate::support::ordered::ordered;
use crate::support::secret::Secret;
use crate::support::shown::shows;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(30);
const LONGEST_TIMEOUT: Duration = Duration::from_secs(600);

const POOL_ID: &str = "a user pool id, for example eu-west-1_AbCdEfGh1";
const CLIENT_ID: &str = "an app client id: letters and digits";

/// Builds an [`AuthConfiguration`].
#[derive(Clone)]
pub struct AuthConfigurationBuilder {
    user_pool_id: String,
    client_id: String,
    region: Option<String>,
    client_secret: Option<Secret>,
    endpoint: Option<String>,
    auth_flow: AuthFlow,
    client_metadata: BTreeMap<String, String>,
    sign_up_verification: SignUpVerification,
    threat_protection: bool,
    analytics_endpoint_id: Option<String>,
    identity_pool: Unchecked,
    pub(super) hosted_ui: hosted_ui::Unchecked,
    connect_timeout: Option<Duration>,
    total_timeout: Duration,
    warnings: Vec<String>,
    keys: Keys,
}
shows!(AuthConfigurationBuilder { user_pool_id, client_id });

/// What the values are called where they came from, so that an error names the right key.
#[derive(Clone)]
struct Keys {
    user_pool_id: String,
    client_id: String,
    region: String,
    endpoint: String,
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
            client_metadata: BTreeMap::new(),
            sign_up_verification: SignUpVerification::default(),
            threat_protection: false,
            analytics_endpoint_id: None,
            identity_pool: Unchecked::default(),
            hosted_ui: hosted_ui::Unchecked::default(),
            connect_timeout: None,
            total_timeout: TOTAL_TIMEOUT,
            warnings: Vec::new(),
            keys: Keys {
                user_pool_id: "user_pool_id".to_owned(),
                client_id: "client_id".to_owned(),
                region: "region".to_owned(),
                endpoint: "endpoint".to_owned(),
            },
        }
    }

    /// What every file has: the first two are needed, unless it names an identity pool and no user pool.
    pub(super) fn from_keys(
        user_pool_id: &At<'_>,
        client_id: &At<'_>,
        region: &At<'_>,
        identity_pool_id: &At<'_>,
    ) -> Result<Self, Error> {
        let identity_pool = identity_pool_id.text()?;
        let mut builder = if identity_pool.is_some() && !user_pool_id.exists() && !client_id.exists() {
            Self::new(String::new(), String::new())
        } else {
            Self::new(user_pool_id.needed_text(POOL_ID)?.to_owned(), client_id.needed_text(CLIENT_ID)?.to_owned())
        };
        builder.identity_pool.id = identity_pool.map(str::to_owned);
        identity_pool_id.path().clone_into(&mut builder.identity_pool.id_key);
        builder.region = region.text()?.map(str::to_owned);
        builder.keys.user_pool_id = user_pool_id.path().to_owned();
        builder.keys.client_id = client_id.path().to_owned();
        builder.keys.region = region.path().to_owned();
        Ok(builder)
    }

    /// What follows from other values is left out, so that it follows again after a change.
    pub(super) fn from_configuration(configuration: &AuthConfiguration) -> Self {
        let AuthConfiguration {
            user_pool_id,
            region,
            client_id,
            client_secret,
            endpoint,
            auth_flow,
            client_metadata,
            sign_up_verification,
            threat_protection,
            analytics_endpoint_id,
            identity_pool,
            hosted_ui,
            connect_timeout,
            total_timeout,
            warnings,
        } = configuration.clone();
        let derived_endpoint = endpoint::of_region(endpoint::USER_POOLS, "region", &region).ok();
        Self {
            endpoint: Some(endpoint).filter(|url| Some(url) != derived_endpoint.as_ref()).map(String::from),
            region: Some(region).filter(|region| *region != region_of(&user_pool_id) && !user_pool_id.is_empty()),
            identity_pool: identity_pool.map(Unchecked::from).unwrap_or_default(),
            hosted_ui: hosted_ui.map(hosted_ui::Unchecked::from).unwrap_or_default(),
            connect_timeout: Some(connect_timeout).filter(|timeout| *timeout != CONNECT_TIMEOUT.min(total_timeout)),
            client_secret,
            auth_flow,
            client_metadata,
            sign_up_verification,
            threat_protection,
            analytics_endpoint_id,
            total_timeout,
            warnings,
            ..Self::new(user_pool_id, client_id)
        }
    }

    /// The pool's region. Default: the part of the pool id before the first `_`.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into()).filter(|region| !region.is_empty());
        self
    }

    /// The app client's secret. An empty one counts as none.
    #[must_use]
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.client_secret = Some(Secret::new(secret)).filter(|secret| !secret.is_empty());
        self
    }

    /// The URL of the user-pool service, for a proxy or local-pool; without user name, query and fragment. Plain http
    /// is allowed to this machine only. Default: the region's public endpoint.
    #[must_use]
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// How `sign_in` works unless a call says otherwise. Default: [`AuthFlow::UserSrp`].
    #[must_use]
    pub fn auth_flow(mut self, flow: AuthFlow) -> Self {
        self.auth_flow = flow;
        self
    }

    /// How the pool confirms new accounts. Default: with a code.
    #[must_use]
    pub const fn sign_up_verification(mut self, verification: SignUpVerification) -> Self {
        self.sign_up_verification = verification;
        self
    }

    /// `ClientMetadata` of every call, under what a call gives.
    #[must_use]
    pub fn client_metadata(mut self, metadata: impl IntoIterator<Item = (String, String)>) -> Self {
        self.client_metadata = ordered(metadata);
        self
    }

    /// Whether the requests that sign somebody in or up, or reset a password, carry data about the device for Cognito's
    /// threat protection (`UserContextData`): what the client's [`DeviceFacts`](crate::DeviceFacts) say, and an id of this
    /// installation. Default: not.
    #[must_use]
    pub const fn threat_protection(mut self, wanted: bool) -> Self {
        self.threat_protection = wanted;
        self
    }

    /// The id of the Amazon Pinpoint endpoint that the service attributes the same requests to (`AnalyticsMetadata`). It
    /// is one installation's and not the Pinpoint application's. An empty one counts as none.
    #[must_use]
    pub fn analytics_endpoint_id(mut self, id: impl Into<String>) -> Self {
        self.analytics_endpoint_id = Some(id.into()).filter(|id| !id.is_empty());
        self
    }

    /// The identity pool that gives out AWS credentials. An empty id counts as none. Default: none.
    #[must_use]
    pub fn identity_pool_id(mut self, id: impl Into<String>) -> Self {
        self.identity_pool.id = Some(id.into()).filter(|id| !id.is_empty());
        self
    }

    /// The identity pool's region, if it is another than its id begins with.
    #[must_use]
    pub fn identity_pool_region(mut self, region: impl Into<String>) -> Self {
        self.identity_pool.region = Some(region.into()).filter(|region| !region.is_empty());
        self
    }

    /// The URL of the service of identity pools, under the same rules as [`endpoint`](Self::endpoint).
    #[must_use]
    pub fn identity_pool_endpoint(mut self, url: impl Into<String>) -> Self {
        self.identity_pool.endpoint = Some(url.into());
        self
    }

    /// Whether somebody who is not signed in gets the credentials of a guest. Default: yes; the identity pool may refuse
    /// it all the same. Amplify's `mandatorySignIn` means no.
    #[must_use]
    pub const fn guest_access(mut self, allowed: bool) -> Self {
        self.identity_pool.allows_guests = allowed;
        self
    }

    /// Whether a guest who signs in keeps their identity, so that what they stored under it becomes the user's. Cognito
    /// cannot undo it. Default: not; the user has an identity of their own, and the guest's waits for the next guest.
    #[must_use]
    pub const fn merge_guest_identity(mut self, wanted: bool) -> Self {
        self.identity_pool.merges_guests = wanted;
        self
    }

    /// How long making a connection may take: 1 ms to 10 min, not longer than the total. Default: 10 s, or the total
    /// if that is shorter.
    #[must_use]
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// How long one request may take, its repetitions included: 1 ms to 10 min. Default: 30 s.
    #[must_use]
    pub const fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// An endpoint that a file names under that key.
    pub(super) fn endpoint_at(mut self, key: &str, url: impl Into<String>) -> Self {
        key.clone_into(&mut self.keys.endpoint);
        self.endpoint(url)
    }

    /// The identity pool's endpoint and region that a file names.
    pub(super) fn identity_pool_at(mut self, region: &At<'_>, endpoint: &At<'_>) -> Result<Self, Error> {
        if let Some(text) = region.text()? {
            region.path().clone_into(&mut self.identity_pool.region_key);
            self = self.identity_pool_region(text);
        }
        if let Some(url) = endpoint.text()? {
            endpoint.path().clone_into(&mut self.identity_pool.endpoint_key);
            self = self.identity_pool_endpoint(url);
        }
        Ok(self)
    }

    /// With the warnings that reading a file gave.
    pub(super) fn noting(self, notes: &Notes) -> Self {
        notes.take().into_iter().fold(self, Self::warn)
    }

    pub(super) fn warn(mut self, warning: String) -> Self {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
        self
    }

    /// The configuration.
    ///
    /// # Errors
    /// `configuration_invalid`; its `field` names the key, its text says what the key should be.
    pub fn build(mut self) -> Result<AuthConfiguration, AuthError> {
        let identity_pool = std::mem::take(&mut self.identity_pool).check()?;
        let hosted_ui = std::mem::take(&mut self.hosted_ui).check()?;
        if let (Some(pool), true, true) = (&identity_pool, self.user_pool_id.is_empty(), self.client_id.is_empty()) {
            // Without a user pool only the identity pool's region and endpoint count.
            self.region = Some(pool.region().to_owned());
        } else if !is_pool_id(&self.user_pool_id) {
            return Err(wrong(&self.keys.user_pool_id, &format!("should be {POOL_ID}")).into());
        }
        let has_user_pool = !self.user_pool_id.is_empty();
        if has_user_pool && !is_client_id(&self.client_id) {
            return Err(wrong(&self.keys.client_id, &format!("should be {CLIENT_ID}")).into());
        }
        let derived_region = region_of(&self.user_pool_id).to_owned();
        let (region, region_key) = match self.region.take() {
            Some(region) => (region, &self.keys.region),
            None => (derived_region.clone(), &self.keys.user_pool_id),
        };
        if !endpoint::is_region(&region) {
            return Err(wrong(region_key, "should give an AWS region, for example eu-west-1").into());
        }
        let endpoint = match &self.endpoint {
            Some(url) => endpoint::parse(&self.keys.endpoint, url)?,
            None => endpoint::of_region(endpoint::USER_POOLS, region_key, &region)?,
        };
        if has_user_pool && self.endpoint.is_none() && region != derived_region {
            let warning = format!("is {region}, though the user pool's id begins with {derived_region}");
            // A configuration that was read and is changed has it already, under the name that the file gave the key.
            if !self.warnings.iter().any(|known| known.ends_with(&warning)) {
                let key = region_key.clone();
                self = self.warn(format!("{key} {warning}"));
            }
        }
        let connect_timeout = self.connect_timeout.unwrap_or_else(|| CONNECT_TIMEOUT.min(self.total_timeout));
        for (key, timeout) in [("total_timeout", self.total_timeout), ("connect_timeout", connect_timeout)] {
            if timeout < Duration::from_millis(1) || timeout > LONGEST_TIMEOUT {
                return Err(wrong(key, "should be between 1 ms and 10 min").into());
            }
        }
        if connect_timeout > self.total_timeout {
            return Err(wrong("connect_timeout", "should not be longer than total_timeout").into());
        }
        Ok(AuthConfiguration {
            user_pool_id: self.user_pool_id,
            region,
            client_id: self.client_id,
            client_secret: self.client_secret,
            endpoint,
            auth_flow: self.auth_flow,
            client_metadata: self.client_metadata,
            sign_up_verification: self.sign_up_verification,
            threat_protection: self.threat_protection,
            analytics_endpoint_id: self.analytics_endpoint_id,
            identity_pool,
            hosted_ui,
            connect_timeout,
            total_timeout: self.total_timeout,
            warnings: self.warnings,
        })
    }
}

/// `[\w-]+_[0-9a-zA-Z]+`, at most 55 characters (`UserPoolIdType` of the service model).
fn is_pool_id(text: &str) -> bool {
    text.len() <= 55
        && text.rsplit_once('_').is_some_and(|(prefix, name)| {
            endpoint::is_made_of(prefix, |c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
                && endpoint::is_made_of(name, |c| c.is_ascii_alphanumeric())
        })
}

/// `[\w+]+`, at most 128 characters (`ClientIdType` of the service model).
fn is_client_id(text: &str) -> bool {
    text.len() <= 128 && endpoint::is_made_of(text, |c| c.is_ascii_alphanumeric() || c == '_' || c == '+')
}

fn region_of(user_pool_id: &str) -> &str {
    user_pool_id.split_once('_').map_or("", |(region, _)| region)
}
