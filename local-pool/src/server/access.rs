//! Who may talk to the server. Web pages reach a developer's machine from the browser that runs there: by a name of
//! theirs that they let point to it (DNS rebinding), or by requests across origins.

use std::net::{IpAddr, SocketAddr};

use axum::body::Body;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header, request};
use serde_json::json;

use crate::error::ServiceError;
use crate::hosted::Page;
use crate::wire::answer::{self, Stamp};
use crate::wire::request::Api;
use crate::wire::{model, request as wire_request, shortened};

const EXPOSED: HeaderValue = HeaderValue::from_static("x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date");
const ANY: HeaderValue = HeaderValue::from_static("*");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// How much of a foreign name is repeated.
const SHOWN: usize = 100;

/// The names the server goes by, and the pages that may administer it.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    listens_at: IpAddr,
    hosts: Vec<String>,
    origins: Vec<String>,
    /// Of the server's own pages.
    scheme: &'static str,
}

/// What a page may see of an answer.
pub(super) enum Cors {
    /// Every page sees it, as at the service.
    Everyone,
    Origin(HeaderValue),
    Nobody,
}

pub(super) struct Refusal {
    code: &'static str,
    text: String,
}

impl Access {
    pub fn new(listens_at: SocketAddr, hosts: &[String], origins: &[String]) -> Self {
        let lower = |names: &[String]| names.iter().map(|name| name.to_ascii_lowercase()).collect();
        Self { listens_at: listens_at.ip(), hosts: lower(hosts), origins: lower(origins), scheme: "http" }
    }

    /// The same where the server speaks https.
    pub fn over_tls(self, tls: bool) -> Self {
        Self { scheme: if tls { "https" } else { "http" }, ..self }
    }

    /// Judges a request by its head alone.
    /// `is_domain` says whether a host is the domain of a user pool, under which there are pages and nothing else.
    pub(super) fn judge(&self, request: &request::Parts, is_domain: impl Fn(&str) -> bool) -> Result<Cors, Refusal> {
        let is_page = Page::of(request.uri.path()).is_some();
        let host = self.own_host(request, |host| is_page && is_domain(host))?;
        let Some(what) = for_administrators(request) else { return Ok(Cors::Everyone) };
        let any = self.origins.iter().any(|allowed| allowed == "*");
        let Some(origin) = request.headers.get(header::ORIGIN) else {
            let site = request.headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes);
            if !any && matches!(site, Some(b"cross-site" | b"same-site")) {
                return Err(foreign_origin("another site", &what, "ORIGIN"));
            }
            return Ok(Cors::Nobody);
        };
        // An origin that is no text is nobody's.
        let name = origin.to_str().unwrap_or_default().to_ascii_lowercase();
        if any {
            return Ok(Cors::Origin(ANY));
        }
        if self.origins.contains(&name) {
            return Ok(Cors::Origin(origin.clone()));
        }
        if name == format!("{}://{host}", self.scheme) {
            return Ok(Cors::Nobody);
        }
        let name = shortened(&name, SHOWN);
        Err(foreign_origin(&format!("`{name}`"), &what, &name))
    }

    /// The host that the request is for, in small letters; it has to be one of this server's.
    fn own_host(&self, request: &request::Parts, is_domain: impl Fn(&str) -> bool) -> Result<String, Refusal> {
        let mut hosts = request.headers.get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Err(foreign_host("A request names one host, in one Host header; this one does not.", None));
        };
        let host = host.to_str().unwrap_or_default().to_ascii_lowercase();
        let written = request.uri.authority().map(|authority| authority.as_str().to_ascii_lowercase());
        for name in std::iter::once(&host).chain(&written) {
            let authority = name.parse::<Authority>().ok().filter(|_| !name.contains('@'));
            if !authority.as_ref().is_some_and(|of| self.is_own(of.host()) || is_domain(of.host())) {
                let name = shortened(name, SHOWN);
                let text = format!("The host `{name}` is none of this server's.");
                return Err(foreign_host(&text, authority.as_ref().map(Authority::host)));
            }
        }
        Ok(host)
    }

    fn is_own(&self, host: &str) -> bool {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host == "localhost" || self.hosts.iter().any(|own| own == host) {
            return true;
        }
        // Nobody can let an address point elsewhere; where the server listens at all of its machine's, any may be one.
        host.parse::<IpAddr>().is_ok_and(|address| {
            address.is_loopback() || address == self.listens_at || self.listens_at.is_unspecified()
        })
    }
}

/// What a request is for, if it is for administrators only: at the service such requests need a signature, which no page
/// of a stranger can make.
fn for_administrators(request: &request::Parts) -> Option<String> {
    let path = request.uri.path();
    // A provider's page is for people, who come from wherever the app is.
    let is_page = path.starts_with("/_local/idp/") && path.ends_with("/authorize");
    if !is_page && (path == "/_local" || path.starts_with("/_local/")) {
        return Some(shortened(path, SHOWN));
    }
    let (_, operation) = operation_of(&request.headers).filter(|_| request.method == Method::POST)?;
    model::needs_signature(operation).then(|| operation.to_owned())
}

/// The operation of one of these services that the headers name, known or not.
pub(super) fn operation_of(headers: &HeaderMap) -> Option<(Api, &str)> {
    wire_request::operation(headers.get("x-amz-target")?.to_str().ok()?)
}

/// Whether a browser asks in advance whether a page may send a request to these routes.
pub(super) fn is_preflight(request: &request::Parts) -> bool {
    request.method == Method::OPTIONS && request.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

impl Cors {
    pub fn mark(&self, response: &mut Response<Body>) {
        let origin = match self {
            Self::Everyone => ANY,
            Self::Origin(origin) => origin.clone(),
            Self::Nobody => return,
        };
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        if matches!(self, Self::Origin(_)) {
            headers.insert(header::VARY, HeaderValue::from_static("Origin"));
        }
    }
}

impl Refusal {
    /// In the service's form and in that of `/_local`: SDKs and tests both show the text.
    pub fn answer(&self, stamp: &Stamp) -> Response<Body> {
        let error =
            ServiceError { name: "ForbiddenException", status: 403, ..ServiceError::not_authorized(&self.text) };
        let body = json!({ "__type": error.name, "message": self.text, "error": self.code });
        let mut response = answer::document(&body, stamp);
        *response.status_mut() = StatusCode::FORBIDDEN;
        response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static("ForbiddenException:"));
        response.extensions_mut().insert(error);
        response
    }
}

fn foreign_host(what: &str, name: Option<&str>) -> Refusal {
    let name = name.map_or_else(|| "NAME".into(), |name| shortened(name, SHOWN));
    let text = format!(
        "{what} Use 127.0.0.1, localhost or [::1]; if the name is your own, start the server with `--allow-host {name}` \
         (allow_hosts in its configuration)."
    );
    Refusal { code: "foreign_host", text }
}

fn foreign_origin(who: &str, what: &str, origin: &str) -> Refusal {
    let text = format!(
        "Pages of {who} cannot use {what}, which is for administrators and tests. Call it from your test or your \
         backend; if the page may do all that an administrator may, start the server with `--allow-origin {origin}` \
         (allow_origins in its configuration)."
    );
    Refusal { code: "foreign_origin", text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(listen: &str) -> Access {
        Access::new(listen.parse().unwrap(), &["Pool".into(), "pool.test.example".into()], &[])
    }

    fn head(uri: &str, hosts: &[&str]) -> request::Parts {
        let mut request = axum::http::Request::get(uri);
        for host in hosts {
            request = request.header("host", *host);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn is_taken(listen: &str, uri: &str, hosts: &[&str]) -> bool {
        access(listen).judge(&head(uri, hosts), |host| host == "a.auth.us-east-1.amazoncognito.com").is_ok()
    }

    #[test]
    fn only_names_of_the_server_are_taken() {
        let own =
            ["127.0.0.1:9229", "127.0.0.9", "[::1]:9229", "LocalHost", "localhost:1", "pool:80", "POOL.test.example"];
        for host in own {
            assert!(is_taken("127.0.0.1:9229", "/", &[host]), "{host}");
        }
        let foreign = [
            "",
            "evil.example:9229",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "a b",
            "10.0.2.2",
            "0.0.0.0",
            "ann@localhost",
            "localhost@evil.example",
            "localhost,evil.example",
            "[fe80::1]",
            "localhost.",
        ];
        for host in foreign {
            assert!(!is_taken("127.0.0.1:9229", "/", &[host]), "{host}");
        }
    }

    #[test]
    fn a_domain_has_pages_and_nothing_else() {
        let domain = "a.auth.us-east-1.amazoncognito.com";
        assert!(is_taken("127.0.0.1:9229", "/login", &[domain]));
        assert!(
            !is_taken("127.0.0.1:9229", "/", &[domain]) && !is_taken("127.0.0.1:9229", "/_local/outbox", &[domain])
        );
        assert!(!is_taken("127.0.0.1:9229", "/login", &["b.auth.us-east-1.amazoncognito.com"]));
    }

    #[test]
    fn the_address_it_listens_at_is_taken() {
        assert!(is_taken("192.168.1.7:80", "/", &["192.168.1.7"]));
        assert!(!is_taken("192.168.1.7:80", "/", &["192.168.1.8"]));
        assert!(is_taken("0.0.0.0:80", "/", &["192.168.1.8:80"]));
        assert!(!is_taken("0.0.0.0:80", "/", &["evil.example"]));
    }

    #[test]
    fn there_is_one_host_and_a_written_one_counts_too() {
        assert!(!is_taken("127.0.0.1:80", "/", &[]));
        assert!(!is_taken("127.0.0.1:80", "/", &["localhost", "evil.example"]));
        assert!(!is_taken("127.0.0.1:80", "http://evil.example/", &["localhost"]));
        assert!(!is_taken("127.0.0.1:80", "http://localhost/", &["evil.example"]));
        assert!(is_taken("127.0.0.1:80", "http://localhost/", &["localhost"]));
    }
}
