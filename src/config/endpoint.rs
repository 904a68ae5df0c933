//! Where the service is.

use std::net::IpAddr;

use url::{Host, Url};

use crate::error::Error;

/// The public endpoint of a region.
pub(super) fn of_region(region: &str) -> Result<Url, Error> {
    let suffix = match region {
        _ if region.starts_with("cn-") => "amazonaws.com.cn",
        _ if region.starts_with("us-iso-") => "c2s.ic.gov",
        _ if region.starts_with("us-isob-") => "sc2s.sgov.gov",
        _ => "amazonaws.com",
    };
    let well_formed = !region.is_empty() && region.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let parsed = well_formed.then(|| Url::parse(&format!("https://cognito-idp.{region}.{suffix}/")).ok());
    parsed.flatten().ok_or_else(|| wrong("region", "should be an AWS region, for example eu-west-1"))
}

/// An endpoint that the app names. Plain http reaches only this machine: tokens must not cross a network unprotected.
pub(super) fn parse(key: &str, text: &str) -> Result<Url, Error> {
    let url = Url::parse(text).map_err(|_| wrong(key, "should be a URL, for example https://auth.example.org"))?;
    if url.cannot_be_a_base() || !url.username().is_empty() || url.password().is_some() {
        return Err(wrong(key, "should be a URL with a host and without a user name or password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong(key, "should be a URL without a query or fragment"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_this_machine(&url) => Ok(url),
        "http" => Err(wrong(key, "should begin with https: plain http is allowed to this machine only")),
        _ => Err(wrong(key, "should begin with https")),
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn wrong(key: &str, problem: &str) -> Error {
    Error::Configuration { key: key.to_owned(), problem: problem.to_owned() }
}
