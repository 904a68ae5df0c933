//! AWS Signature Version 4 in headers ("Create a signed AWS API request" in the IAM user guide). AWS's published examples
//! are the tests.

use std::collections::HashMap;
use std::time::SystemTime;

use zeroize::Zeroizing;

use super::aws_credentials::AwsCredentials;
use super::aws_request::{AwsRequest, Checked, is_s3};
use crate::error::InputError;
use crate::srp::bytes::{hmac_sha256, sha256};
use crate::support::calendar::civil;
use crate::support::clock::unix_seconds;
use crate::support::hex;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const AUTHORIZATION: &str = "Authorization";
const DATE: &str = "X-Amz-Date";
const TOKEN: &str = "X-Amz-Security-Token";
const BODY_HASH: &str = "X-Amz-Content-Sha256";
/// What clients and proxies change on the way.
const UNSIGNED: [&str; 5] = ["connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id"];

/// How a service writes a path before it signs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PathRule {
    /// S3: encoded once and otherwise as it is, since `a//b` and `a/../b` are names of objects.
    AsItIs,
    /// All others: without dots and empty segments, and what was sent is encoded once more.
    Normalized,
}

impl PathRule {
    fn of(service: &str) -> Self {
        if is_s3(service) { Self::AsItIs } else { Self::Normalized }
    }
}

/// The headers that a request needs besides its own, at this moment by the service's clock.
pub(crate) fn sign(
    request: &AwsRequest,
    credentials: &AwsCredentials,
    now: SystemTime,
) -> Result<HashMap<String, String>, InputError> {
    let checked = request.checked()?;
    let time = time(now);
    let given = checked.headers.iter().find(|(name, _)| *name == BODY_HASH.to_ascii_lowercase());
    let hash = given.map_or_else(|| hex::lower(&*sha256(&[&request.body])), |(_, hash)| (*hash).to_owned());
    let mut added = vec![(DATE, time.clone()), (TOKEN, credentials.session_token().to_owned())];
    if given.is_none() && is_s3(&request.service) {
        added.push((BODY_HASH, hash.clone()));
    }
    let headers = signed_headers(&checked, &added);
    let canonical = canonical(&request.method, &checked, PathRule::of(&request.service), &headers, &hash);
    let scope = Scope { time: &time, region: &request.region, service: &request.service };
    let signature = scope.signature(&canonical, credentials.secret_access_key());
    let authorization = scope.authorization(credentials.access_key_id(), &headers, &signature);
    added.push((AUTHORIZATION, authorization));
    Ok(added.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Those of the request and those that are added, by their names in small letters, in order.
fn signed_headers(request: &Checked<'_>, added: &[(&str, String)]) -> Vec<(String, String)> {
    let added = added.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    let mut headers: Vec<_> = added.collect();
    let is_ours = |name: &str| name == "authorization" || headers.iter().any(|(ours, _)| ours == name);
    let is_signed = |name: &str| !is_ours(name) && !UNSIGNED.contains(&name);
    let own = request.headers.iter().filter(|(name, _)| is_signed(name));
    let own: Vec<_> = own.map(|(name, value)| (name.clone(), folded(value))).collect();
    headers.extend(own);
    if headers.iter().all(|(name, _)| name != "host") {
        headers.push(("host".to_owned(), request.host.clone()));
    }
    // Stable: several of one name stay in their order.
    headers.sort_by(|one, other| one.0.cmp(&other.0));
    headers
}

/// Without blanks around it, and with one for several within.
fn folded(value: &str) -> String {
    value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

fn canonical(method: &str, request: &Checked<'_>, rule: PathRule, headers: &[(String, String)], hash: &str) -> String {
    let (path, query) = (canonical_path(request.path, rule), canonical_query(request.query));
    let names = names(headers);
    let mut lines = String::new();
    let mut last = "";
    for (name, value) in headers {
        // Several of one name are one line, as they were one header with commas.
        let begin = if name == last { ",".to_owned() } else { format!("\n{name}:") };
        lines.push_str(&begin);
        lines.push_str(value);
        last = name;
    }
    format!("{method}\n{path}\n{query}{lines}\n\n{names}\n{hash}")
}

fn names(headers: &[(String, String)]) -> String {
    let mut names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    names.dedup();
    names.join(";")
}

fn canonical_path(path: &str, rule: PathRule) -> String {
    if rule == PathRule::AsItIs {
        return path.split('/').map(|segment| encoded(&decoded(segment))).collect::<Vec<_>>().join("/");
    }
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            other => segments.push(other),
        }
    }
    let mut normalized: String = segments.iter().map(|segment| format!("/{}", encoded(segment.as_bytes()))).collect();
    // What ended with a slash, or with a dot behind one, still does.
    if segments.is_empty() || ["/", "/.", "/.."].iter().any(|end| path.ends_with(end)) {
        normalized.push('/');
    }
    normalized
}

fn canonical_query(query: &str) -> String {
    let parts = query.split('&').filter(|part| !part.is_empty()).map(|part| part.split_once('=').unwrap_or((part, "")));
    let mut pairs: Vec<_> = parts.map(|(name, value)| (encoded(&decoded(name)), encoded(&decoded(value)))).collect();
    pairs.sort_unstable();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// What stands behind percent signs, as bytes.
fn decoded(text: &str) -> Vec<u8> {
    let digit =
        |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16)).and_then(|it| u8::try_from(it).ok());
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match (first, digit(after.first()), digit(after.get(1))) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(high << 4 | low);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => bytes.push(*first),
        }
    }
    bytes
}

/// All but the unreserved characters of RFC 3986 as percent signs and digits in capitals.
fn encoded(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(char::from(byte)),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

/// `20150830T123600Z`
fn time(now: SystemTime) -> String {
    let seconds = unix_seconds(now).max(0).unsigned_abs();
    let (year, month, day) = civil(seconds / 86_400);
    let (hour, minute, second) = (seconds % 86_400 / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}{:02}{day:02}T{hour:02}{minute:02}{second:02}Z", month + 1)
}

/// When, where and for what a signature is good.
struct Scope<'a> {
    time: &'a str,
    region: &'a str,
    service: &'a str,
}

impl Scope<'_> {
    fn date(&self) -> &str {
        self.time.split('T').next().unwrap_or_default()
    }

    fn text(&self) -> String {
        format!("{}/{}/{}/aws4_request", self.date(), self.region, self.service)
    }

    fn signature(&self, canonical: &str, secret: &str) -> String {
        let hash = hex::lower(&*sha256(&[canonical.as_bytes()]));
        let to_sign = format!("{ALGORITHM}\n{}\n{}\n{hash}", self.time, self.text());
        let first = Zeroizing::new(format!("AWS4{secret}"));
        let mut key = hmac_sha256(first.as_bytes(), &[self.date().as_bytes()]);
        for part in [self.region, self.service, "aws4_request", &to_sign] {
            key = hmac_sha256(&*key, &[part.as_bytes()]);
        }
        hex::lower(&*key)
    }

    fn authorization(&self, access_key_id: &str, headers: &[(String, String)], signature: &str) -> String {
        let (scope, names) = (self.text(), names(headers));
        format!("{ALGORITHM} Credential={access_key_id}/{scope}, SignedHeaders={names}, Signature={signature}")
    }
}

#[cfg(test)]
#[path = "signing_tests.rs"]
mod tests;
