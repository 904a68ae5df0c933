//! A request of a browser or an app, and what it is answered.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::ServiceError;
use crate::oauth::parameters::Parameters;

/// What came in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Visit {
    /// `GET`, `POST` and so on; HEAD is a GET.
    pub method: String,
    pub query: Parameters,
    /// None: the body is no form.
    pub form: Option<Parameters>,
    pub cookies: BTreeMap<String, String>,
    /// `http://127.0.0.1:PORT`, as the request calls this server.
    pub base: String,
    pub origin: Option<String>,
    pub fetch_site: Option<String>,
    pub authorization: Option<String>,
    /// The pool whose domain was called: nothing of another pool is there.
    pub domain_of: Option<String>,
}

/// What is answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub status: u16,
    pub location: Option<String>,
    pub cookies: Vec<Cookie>,
    pub body: Body,
    /// Other headers.
    pub headers: Vec<(&'static str, String)>,
    /// What is behind a refusal, for developers.
    pub told: Option<ServiceError>,
}

#[derive(Debug)]
pub(crate) enum Body {
    Empty,
    Json(Value),
    Page(Html),
}

/// A page with what its policy has to know.
#[derive(Debug)]
pub(crate) struct Html {
    pub text: String,
    /// Of its style sheet and, where it has one, its script.
    pub nonce: String,
    pub has_script: bool,
    /// Where the redirects that answer its forms may lead to.
    pub form_targets: Vec<String>,
}

/// A cookie that only this server reads.
#[derive(Debug)]
pub(crate) struct Cookie {
    pub name: String,
    /// Empty: it is taken away.
    pub value: String,
    pub seconds: Option<i64>,
}

impl Visit {
    pub fn is_post(&self) -> bool {
        self.method == "POST"
    }

    pub fn is_secure(&self) -> bool {
        self.base.starts_with("https:")
    }

    /// Whether something of this pool can be had here.
    pub fn is_at(&self, pool_id: &str) -> bool {
        self.domain_of.as_deref().is_none_or(|domain_of| domain_of == pool_id)
    }

    /// A field of the form.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.form.as_ref()?.get(name)
    }

    /// An address of this server with the parameters that came with this request.
    pub fn here(&self, path: &str) -> String {
        format!("{path}?{}", self.query.encoded())
    }
}

impl Reply {
    fn new(status: u16, body: Body) -> Self {
        Self { status, location: None, cookies: Vec::new(), body, headers: Vec::new(), told: None }
    }

    pub fn to(location: String) -> Self {
        Self { location: Some(location), ..Self::new(302, Body::Empty) }
    }

    pub fn page(status: u16, html: Html) -> Self {
        Self::new(status, Body::Page(html))
    }

    pub fn json(status: u16, body: Value) -> Self {
        Self::new(status, Body::Json(body))
    }

    pub fn empty(status: u16) -> Self {
        Self::new(status, Body::Empty)
    }

    pub fn cookie(mut self, cookie: Cookie) -> Self {
        self.cookies.push(cookie);
        self
    }

    pub fn header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    pub fn telling(mut self, error: ServiceError) -> Self {
        self.told = Some(error);
        self
    }
}

impl Cookie {
    /// Other sites' requests take it along only where they open a page here.
    pub fn header(&self, is_secure: bool) -> String {
        let age = match (self.value.is_empty(), self.seconds) {
            (true, _) => "; Max-Age=0".to_owned(),
            (false, Some(seconds)) => format!("; Max-Age={seconds}"),
            (false, None) => String::new(),
        };
        let secure = if is_secure { "; Secure" } else { "" };
        format!("{}={}; Path=/; HttpOnly; SameSite=Lax{age}{secure}", self.name, self.value)
    }
}

/// The cookies of a request by their names. Of two with one name the first counts, as browsers send the more exact first.
pub(crate) fn cookies<'a>(headers: impl Iterator<Item = &'a str>) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for pair in headers.flat_map(|header| header.split(';')) {
        if let Some((name, value)) = pair.trim().split_once('=') {
            all.entry(name.to_owned()).or_insert_with(|| value.trim_matches('"').to_owned());
        }
    }
    all
}
