//! The keys of OpenID Connect issuers elsewhere, found as OpenID Connect Discovery 1.0 says, and kept for a while.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::{Client, Url};
use serde_json::Value;

use crate::crypto::jws::PublicKey;

const TIME: Duration = Duration::from_secs(5);
const MOST_BYTES: usize = 256 * 1024;
/// How long keys are taken for those of the issuer.
const KEPT_MS: i64 = 300_000;
/// How often an issuer is asked for a key that it did not have.
const AGAIN_MS: i64 = 10_000;
const MOST_ISSUERS: usize = 100;

/// Why an issuer's keys are not to be had. For developers; clients are told less.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unreachable(pub String);

#[derive(Default)]
pub(crate) struct Discovery {
    kept: Mutex<HashMap<String, Kept>>,
}

#[derive(Clone)]
struct Kept {
    keys: Vec<PublicKey>,
    at_ms: i64,
}

impl Discovery {
    /// The keys of an issuer that may have signed under this id; all where a token names none.
    pub async fn keys(&self, issuer: &str, kid: Option<&str>, now_ms: i64) -> Result<Vec<PublicKey>, Unreachable> {
        let fitting = |keys: &[PublicKey]| -> Vec<PublicKey> {
            keys.iter().filter(|key| kid.is_none() || key.kid.is_none() || key.kid.as_deref() == kid).cloned().collect()
        };
        if let Some(kept) = self.kept(issuer) {
            let found = fitting(&kept.keys);
            let age = (now_ms - kept.at_ms).abs();
            if age < AGAIN_MS || !found.is_empty() && age < KEPT_MS {
                return Ok(found);
            }
        }
        let keys = tokio::time::timeout(TIME, discover(issuer))
            .await
            .map_err(|_| Unreachable(format!("{issuer} took too long")))??;
        let found = fitting(&keys);
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_ISSUERS {
            all.clear();
        }
        all.insert(issuer.to_owned(), Kept { keys, at_ms: now_ms });
        Ok(found)
    }

    fn kept(&self, issuer: &str) -> Option<Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(issuer).cloned()
    }
}

/// An issuer's `openid-configuration`.
pub(crate) async fn configuration(issuer: &str) -> Result<Value, Unreachable> {
    let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let took_too_long = |_| Unreachable(format!("{issuer} took too long"));
    tokio::time::timeout(TIME, document(&url)).await.map_err(took_too_long)?
}

/// Why a request to an issuer has no answer.
#[derive(Debug)]
pub(crate) struct Unanswered {
    pub timed_out: bool,
    pub text: String,
}

/// Sends a form; the answer's status and JSON.
pub(crate) async fn post_form(url: &str, form: &[(&str, &str)]) -> Result<(u16, Value), Unanswered> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = |client: Client, url: Url| {
        client.post(url).header("content-type", "application/x-www-form-urlencoded").body(body)
    };
    answer_to(url, request).await
}

/// Asks with a bearer token; the answer's status and JSON.
pub(crate) async fn get_with(url: &str, token: &str) -> Result<(u16, Value), Unanswered> {
    answer_to(url, |client, url| client.get(url).header("authorization", format!("Bearer {token}"))).await
}

async fn answer_to(
    url: &str,
    request: impl FnOnce(Client, Url) -> reqwest::RequestBuilder,
) -> Result<(u16, Value), Unanswered> {
    let failed = |error: Unreachable| Unanswered { timed_out: false, text: error.0 };
    let (client, parsed) = client_for(url).map_err(failed)?;
    let exchange = async {
        let response = request(client, parsed).send().await.map_err(|error| Unreachable(error.to_string()))?;
        let status = response.status().as_u16();
        let body = limited(url, response).await?;
        Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
    };
    match tokio::time::timeout(TIME, exchange).await {
        Ok(answer) => answer.map_err(failed),
        Err(_) => Err(Unanswered { timed_out: true, text: format!("{url} took too long") }),
    }
}

async fn discover(issuer: &str) -> Result<Vec<PublicKey>, Unreachable> {
    let document = configuration(issuer).await?;
    let jwks_uri = document.get("jwks_uri").and_then(Value::as_str);
    let jwks_uri = jwks_uri.ok_or_else(|| Unreachable(format!("{issuer} names no jwks_uri")))?;
    Ok(PublicKey::of_set(&self::document(jwks_uri).await?))
}

/// Takes `https` anywhere, plain `http` only on the loopback.
fn client_for(url: &str) -> Result<(Client, Url), Unreachable> {
    let failed = |what: &dyn std::fmt::Display| Unreachable(format!("{url}: {what}"));
    let parsed = Url::parse(url).map_err(|error| failed(&error))?;
    let builder = match parsed.scheme() {
        "https" => Client::builder(),
        "http" if is_loopback(&parsed) => Client::builder().no_proxy(),
        _ => return Err(failed(&"it is neither https nor http on the loopback")),
    };
    // Another part of the process may have chosen a provider already; either will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = builder.redirect(reqwest::redirect::Policy::none()).build().map_err(|error| failed(&error))?;
    Ok((client, parsed))
}

async fn document(url: &str) -> Result<Value, Unreachable> {
    let failed = |what: &dyn std::fmt::Display| Unreachable(format!("{url}: {what}"));
    let (client, parsed) = client_for(url)?;
    let response = client.get(parsed).send().await.map_err(|error| failed(&error))?;
    if !response.status().is_success() {
        return Err(failed(&response.status()));
    }
    let body = limited(url, response).await?;
    serde_json::from_slice(&body).map_err(|error| failed(&error))
}

async fn limited(url: &str, mut response: reqwest::Response) -> Result<Vec<u8>, Unreachable> {
    let failed = |what: &dyn std::fmt::Display| Unreachable(format!("{url}: {what}"));
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
        if body.len() + chunk.len() > MOST_BYTES {
            return Err(failed(&"the document is too long"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Whether an address is on this machine for certain.
pub(crate) fn is_loopback_url(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| is_loopback(&url))
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(is_loopback_host)
}

/// Whether a host is this machine for certain.
pub(crate) fn is_loopback_host(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
