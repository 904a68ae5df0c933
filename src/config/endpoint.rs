//! Where the service is.

use url::{Host, Url};

use super::json::wrong;
use crate::error::Error;
use crate::support::web_url;

/// How the services are called in host names.
pub(super) const USER_POOLS: &str = "cognito-idp";
pub(super) const IDENTITY_POOLS: &str = "cognito-identity";

/// A service's public endpoint in a region, whose name has been checked.
pub(super) fn of_region(service: &str, key: &str, region: &str) -> Result<Url, Error> {
    // The DNS suffixes of the partitions, from the endpoint rules of the AWS SDKs.
    let suffix = match region {
        _ if region.starts_with("cn-") => "amazonaws.com.cn",
        _ if region.starts_with("eusc-") => "amazonaws.eu",
        _ if region.starts_with("us-iso-") => "c2s.ic.gov",
        _ if region.starts_with("us-isob-") => "sc2s.sgov.gov",
        _ if region.starts_with("us-isof-") => "csp.hci.ic.gov",
        _ if region.starts_with("eu-isoe-") => "cloud.adc-e.uk",
        _ => "amazonaws.com",
    };
    web_url::parse(&format!("https://{service}.{region}.{suffix}/"))
        .ok_or_else(|| wrong(key, "should be an AWS region, for example eu-west-1"))
}

/// An endpoint that the app names. Plain http reaches only this machine: tokens must not cross a network unprotected.
pub(super) fn parse(key: &str, text: &str) -> Result<Url, Error> {
    let url = web_url::parse(text)
        .ok_or_else(|| wrong(key, "should be a URL in ASCII, for example https://auth.example.org"))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(wrong(key, "should begin with https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(key, "should be a URL without a user name or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong(key, "should be a URL without a query or fragment"));
    }
    if url.scheme() == "http" && !is_this_machine(&url) {
        return Err(wrong(key, "should begin with https: plain http is allowed to this machine only"));
    }
    Ok(url)
}

/// Whether what is sent there crosses no network.
pub(crate) fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// A label of the service's host name.
pub(super) fn is_region(text: &str) -> bool {
    text.len() <= 63
        && !text.starts_with('-')
        && !text.ends_with('-')
        && is_made_of(text, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

pub(super) fn is_made_of(text: &str, allowed: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(allowed)
}
