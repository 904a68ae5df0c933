//! A plain HTTP request to an AWS service that is to be signed: what it is made of, and what cannot be signed.

use std::collections::HashMap;

use crate::config::is_this_machine;
use crate::error::InputError;
use crate::support::shown::shows;
use crate::support::web_url;

/// A plain HTTP request to an AWS service, to be signed with the AWS credentials of whoever uses the app
/// (`signAWSRequest`). It has to be sent exactly as it is given here, with the headers that signing gives besides.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct AwsRequest {
    /// The HTTP method in capitals, for example `GET`.
    pub method: String,
    /// Where it goes, percent-encoded as it is sent: `https`, plain `http` to this machine only. A blank in a query is
    /// `%20` and a plus sign `%2B`, since services differ about `+`.
    pub url: String,
    /// The service's region, for example `eu-west-1`.
    pub region: String,
    /// What the service signs its requests by, for example `execute-api`, `s3` or `sts`.
    pub service: String,
    /// The headers that are sent with it. All of them are signed but those that change on the way, as `User-Agent` does.
    /// `Host` is the URL's unless it is given. If `X-Amz-Content-Sha256` is given, it counts for the body's hash, so that
    /// a file need not be read into memory; S3 takes `UNSIGNED-PAYLOAD` there.
    #[uniffi(default)]
    pub headers: HashMap<String, String>,
    /// The body, as it is sent.
    #[uniffi(default)]
    pub body: Vec<u8>,
}
shows!(AwsRequest { method, region, service, headers: names });

impl AwsRequest {
    /// A request without headers or a body.
    #[must_use]
    pub fn new(
        method: impl Into<String>,
        url: impl Into<String>,
        region: impl Into<String>,
        service: impl Into<String>,
    ) -> Self {
        let (method, url, region, service) = (method.into(), url.into(), region.into(), service.into());
        Self { method, url, region, service, headers: HashMap::new(), body: Vec::new() }
    }

    /// Adds a header, or takes the place of one.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }

    /// The body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Whether it can be signed.
    pub(crate) fn check(&self) -> Result<(), InputError> {
        self.checked().map(drop)
    }

    /// The parts that are signed, if every HTTP client sends them as they stand here.
    pub(super) fn checked(&self) -> Result<Checked<'_>, InputError> {
        let of = |text: &str, allowed: fn(&u8) -> bool| !text.is_empty() && text.bytes().all(|byte| allowed(&byte));
        if !of(&self.method, u8::is_ascii_uppercase) {
            return Err(InputError::new("method", "should be an HTTP method in capitals, for example GET"));
        }
        for (field, name) in [("region", &self.region), ("service", &self.service)] {
            if !of(name, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) {
                return Err(InputError::new(field, "should be letters, digits and hyphens"));
            }
        }
        let (host, path, query) = address(&self.url)?;
        // Some clients follow dots, and to S3 they are a part of the name.
        let is_dots = |segment: &str| matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
        let is_plain = |segment: &str| !segment.contains('%') && !is_s3(&self.service);
        if path.split('/').any(|segment| is_dots(segment) && !is_plain(segment)) {
            return Err(InputError::new("url", "holds . or .. as a part of its path"));
        }
        let mut headers: Vec<(String, &str)> = Vec::with_capacity(self.headers.len() + 3);
        for (name, value) in &self.headers {
            if !of(name, |byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte)) {
                return Err(InputError::new("headers", "a header's name holds a character that it cannot"));
            }
            let name = name.to_ascii_lowercase();
            if !value.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) {
                return Err(InputError::new("headers", format!("the value of {name} should be visible ASCII")));
            }
            if headers.iter().any(|(known, _)| *known == name) {
                return Err(InputError::new("headers", format!("{name} is there twice")));
            }
            headers.push((name, value));
        }
        Ok(Checked { host, path, query, headers })
    }
}

/// `s3`, `s3express`, `s3-outposts` and the like.
pub(super) fn is_s3(service: &str) -> bool {
    service.strip_prefix("s3").is_some_and(|rest| rest.is_empty() || rest == "express" || rest.starts_with('-'))
}

/// What of a request is signed.
pub(super) struct Checked<'a> {
    pub host: String,
    /// As it stands in the URL.
    pub path: &'a str,
    /// As it stands in the URL, without the question mark.
    pub query: &'a str,
    /// Names in small letters.
    pub headers: Vec<(String, &'a str)>,
}

const NO_URL: &str = "should be a whole URL, for example https://sts.amazonaws.com/";

/// The host with the port that clients send, the path and the query. These two as they are written, since a parser would
/// put right what a client sends as it is.
fn address(text: &str) -> Result<(String, &str, &str), InputError> {
    let wrong = |problem: &str| Err(InputError::new("url", problem));
    if !text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte)) {
        return wrong("should be percent-encoded: it holds a character that a URL cannot");
    }
    let Some(url) = web_url::parse(text) else { return wrong(NO_URL) };
    if url.scheme() != "https" && !(url.scheme() == "http" && is_this_machine(&url)) {
        return wrong("should begin with https: plain http is allowed to this machine only");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("should be a URL without a user name or password");
    }
    let Some(host) = url.host_str() else { return wrong("should name a host") };
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let text = text.split('#').next().unwrap_or_default();
    let (before, query) = text.split_once('?').unwrap_or((text, ""));
    let Some((_, rest)) = before.split_once("://") else { return wrong(NO_URL) };
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
    let is_whole = |rest: &str| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    let escapes = |part: &str| part.split('%').skip(1).all(is_whole);
    if !escapes(path) || !escapes(query) {
        return wrong("holds a % that is not followed by two hexadecimal digits");
    }
    if query.contains('+') {
        return wrong("holds a + in its query, of which services make different things: write %20 or %2B");
    }
    Ok((host, path, query))
}
