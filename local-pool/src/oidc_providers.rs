//! OpenID Connect providers, which at AWS belong to the account (IAM) and not to an identity pool.

use std::collections::HashMap;

use crate::discovery::{Discovery, is_loopback_host};
use crate::model::pool::ACCOUNT_ID;

/// What is known of the providers.
#[derive(Default)]
pub(crate) struct OidcProviders {
    /// By the names in their ARNs.
    configured: HashMap<String, OidcProvider>,
    pub discovery: Discovery,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OidcProvider {
    /// With its scheme, as in its tokens.
    pub issuer: String,
    /// Empty: tokens for all of them are taken.
    pub client_ids: Vec<String>,
    /// Whether it is asked for its keys; otherwise this server plays it.
    pub discover: bool,
}

impl OidcProviders {
    pub fn new(configured: impl IntoIterator<Item = OidcProvider>) -> Self {
        let by_name = |provider: OidcProvider| (name_of(&provider.issuer).to_owned(), provider);
        Self { configured: configured.into_iter().map(by_name).collect(), discovery: Discovery::default() }
    }

    /// One that no configuration knows is played by this server, unless it is on this machine.
    pub fn by_arn(&self, arn: &str) -> OidcProvider {
        let name = name_in(arn).unwrap_or_default();
        if let Some(provider) = self.configured.get(name) {
            return provider.clone();
        }
        let authority = name.split('/').next().unwrap_or_default();
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        let discover = is_loopback_host(host);
        let scheme = if discover { "http" } else { "https" };
        OidcProvider { issuer: format!("{scheme}://{name}"), client_ids: Vec::new(), discover }
    }
}

/// The ARN of the provider with this issuer.
pub(crate) fn arn_of(issuer: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT_ID}:oidc-provider/{}", name_of(issuer))
}

fn name_of(issuer: &str) -> &str {
    issuer.split_once("://").map_or(issuer, |(_, rest)| rest).trim_end_matches('/')
}

/// Host and path of the issuer in an ARN, which is also its name among logins.
pub(crate) fn name_in(arn: &str) -> Option<&str> {
    Some(arn.split_once(":oidc-provider/")?.1.trim_end_matches('/'))
}
