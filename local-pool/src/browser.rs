//! A browser without a window, for tests of the hosted pages: it keeps cookies, follows redirects on the server it was made
//! for, and fills in forms. It reads this server's pages, not any page there is.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Certificate, Client, redirect};

/// Redirects in a row; pages that need more go in a circle.
const MOST_REDIRECTS: usize = 20;

/// One person's browser.
#[derive(Clone, Debug)]
pub struct Browser {
    endpoint: String,
    /// What the server shows where it speaks https.
    certificate: Option<String>,
    cookies: BTreeMap<String, String>,
}

/// Where a request has led.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Landing {
    /// Away from the server: the app's callback address, with all that was added to it.
    Left(String),
    /// A page of the server.
    Page { status: u16, url: String, html: String },
}

/// A form of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// What it has been filled in with already, the hidden fields among it; no buttons.
    pub fields: Vec<(String, String)>,
    /// Its buttons, by name and value.
    pub buttons: Vec<(String, String)>,
}

/// Why a browser did not get where it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrowserError {
    #[error("the server does not answer: {0}")]
    NoAnswer(String),
    #[error("the pages lead in a circle")]
    Circle,
    #[error("{url} is not an address of this server")]
    Elsewhere { url: String },
    /// A page came where none should have, or not the one that was to come.
    #[error("{url} answers {status}: {text}")]
    Page { status: u16, url: String, text: String },
    #[error("the server has stopped")]
    Stopped,
}

impl Browser {
    pub(crate) fn new(endpoint: &str, certificate: Option<String>) -> Self {
        Self { endpoint: endpoint.to_owned(), certificate, cookies: BTreeMap::new() }
    }

    /// The cookies it has, by name.
    pub fn cookies(&self) -> &BTreeMap<String, String> {
        &self.cookies
    }

    /// Keeps a cookie, or takes one away with an empty value.
    pub fn set_cookie(&mut self, name: &str, value: &str) {
        match value {
            "" => drop(self.cookies.remove(name)),
            _ => drop(self.cookies.insert(name.to_owned(), value.to_owned())),
        }
    }

    /// Opens an address of the server and follows where it leads.
    pub async fn open(&mut self, url: &str) -> Result<Landing, BrowserError> {
        self.request(url, None).await
    }

    /// Sends a form, with these fields in place of those it has, and follows where that leads.
    pub async fn submit(&mut self, form: &Form, fields: &[(&str, &str)]) -> Result<Landing, BrowserError> {
        let named = |name: &str| fields.iter().any(|(other, _)| *other == name);
        let kept = form.fields.iter().filter(|(name, _)| !named(name));
        let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<(&str, &str)> = kept.chain(fields.iter().copied()).collect();
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish();
        self.request(&form.action, Some(body)).await
    }

    /// Opens an address of `/oauth2/authorize` and signs in with a password, where that is asked for. Gives the address
    /// that the pages lead back to.
    pub async fn sign_in(&mut self, url: &str, username: &str, password: &str) -> Result<String, BrowserError> {
        let page = match self.open(url).await? {
            Landing::Left(callback) => return Ok(callback),
            page => page,
        };
        let form = page.form_with("password").ok_or_else(|| page.unexpected())?;
        match self.submit(&form, &[("username", username), ("password", password)]).await? {
            Landing::Left(callback) => Ok(callback),
            page => Err(page.unexpected()),
        }
    }

    /// Opens an address of `/oauth2/authorize` that leads to an identity provider played by the server, says there who one
    /// is, and gives the address that the pages lead back to.
    pub async fn sign_in_elsewhere(
        &mut self,
        url: &str,
        subject: &str,
        claims: &serde_json::Value,
    ) -> Result<String, BrowserError> {
        let page = match self.open(url).await? {
            Landing::Left(callback) => return Ok(callback),
            page => page,
        };
        let form = page.form_with("cancel").ok_or_else(|| page.unexpected())?;
        match self.submit(&form, &[("subject", subject), ("claims", &claims.to_string())]).await? {
            Landing::Left(callback) => Ok(callback),
            page => Err(page.unexpected()),
        }
    }

    async fn request(&mut self, url: &str, mut body: Option<String>) -> Result<Landing, BrowserError> {
        let client = client(self.certificate.as_deref()).map_err(|error| BrowserError::NoAnswer(error.to_string()))?;
        let mut url = self.absolute(url);
        for _ in 0..MOST_REDIRECTS {
            if !self.is_here(&url) {
                return Err(BrowserError::Elsewhere { url });
            }
            let request = match body.take() {
                None => client.get(&url),
                Some(form) => client
                    .post(&url)
                    .header("content-type", "application/x-www-form-urlencoded")
                    .header("origin", &self.endpoint)
                    .body(form),
            };
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let request = if cookies.is_empty() { request } else { request.header(COOKIE, cookies.join("; ")) };
            let no_answer = |error: reqwest::Error| BrowserError::NoAnswer(error.to_string());
            let response = request.send().await.map_err(no_answer)?;
            for cookie in response.headers().get_all(SET_COOKIE) {
                self.keep(cookie.to_str().unwrap_or_default());
            }
            let status = response.status().as_u16();
            let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
            match location.filter(|_| response.status().is_redirection()).map(|location| self.absolute(location)) {
                None => {
                    let html = response.text().await.map_err(no_answer)?;
                    return Ok(Landing::Page { status, url, html });
                }
                Some(location) if self.is_here(&location) => url = location,
                Some(location) => return Ok(Landing::Left(location)),
            }
        }
        Err(BrowserError::Circle)
    }

    fn absolute(&self, url: &str) -> String {
        if url.starts_with('/') { format!("{}{url}", self.endpoint) } else { url.to_owned() }
    }

    fn is_here(&self, url: &str) -> bool {
        url.strip_prefix(&self.endpoint).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    }

    fn keep(&mut self, cookie: &str) {
        let mut parts = cookie.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        let value = if parts.any(|part| part.eq_ignore_ascii_case("max-age=0")) { "" } else { value };
        self.set_cookie(name, value);
    }
}

impl Landing {
    /// The address away from the server; None: it is a page.
    pub fn left(&self) -> Option<&str> {
        match self {
            Self::Left(url) => Some(url),
            Self::Page { .. } => None,
        }
    }

    /// The forms of a page.
    pub fn forms(&self) -> Vec<Form> {
        let Self::Page { html, .. } = self else { return Vec::new() };
        html.split("<form").skip(1).filter_map(|part| Some(form(part.split("</form>").next()?))).collect()
    }

    /// The first form with a field or a button of this name.
    pub fn form_with(&self, name: &str) -> Option<Form> {
        let has = |form: &Form| form.fields.iter().chain(&form.buttons).any(|(known, _)| known == name);
        self.forms().into_iter().find(has)
    }

    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> Option<String> {
        let form = self.form_with(name)?;
        form.fields.into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Where the links of a page lead.
    pub fn links(&self) -> Vec<String> {
        let Self::Page { html, .. } = self else { return Vec::new() };
        html.split("<a ").skip(1).filter_map(|tag| attribute(tag.split('>').next()?, "href")).collect()
    }

    /// What a page says went wrong.
    pub fn alert(&self) -> Option<String> {
        let Self::Page { html, .. } = self else { return None };
        let (_, rest) = html.split_once("role=\"alert\"")?;
        let text = rest.split_once('>')?.1.split('<').next()?;
        Some(unescaped(text))
    }

    fn unexpected(&self) -> BrowserError {
        match self {
            Self::Left(url) => BrowserError::Elsewhere { url: url.clone() },
            Self::Page { status, url, html } => {
                let text = self.alert().unwrap_or_else(|| text_of(html));
                BrowserError::Page { status: *status, url: url.clone(), text }
            }
        }
    }
}

fn client(certificate: Option<&str>) -> Result<Client, reqwest::Error> {
    // Another part of the process may have chosen a provider already; either will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder().no_proxy().redirect(redirect::Policy::none());
    match certificate {
        Some(pem) => builder.tls_certs_only(Certificate::from_pem_bundle(pem.as_bytes())?).build(),
        None => builder.build(),
    }
}

fn form(text: &str) -> Form {
    let opening = text.split('>').next().unwrap_or_default();
    let mut form = Form { action: attribute(opening, "action").unwrap_or_default(), ..Form::default() };
    for tag in text.split('<').skip(1).filter_map(|part| part.split('>').next()) {
        let Some(name) = attribute(tag, "name") else { continue };
        let value = attribute(tag, "value").unwrap_or_default();
        match tag.split_whitespace().next() {
            Some("input") => form.fields.push((name, value)),
            Some("button") => form.buttons.push((name, value)),
            _ => {}
        }
    }
    form
}

/// An attribute of a tag, whose values are all between double quotes.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag
        .split_once(&format!(" {name}=\""))
        .or_else(|| tag.strip_prefix(&format!("{name}=\"")).map(|rest| ("", rest)))?;
    Some(unescaped(rest.split('"').next()?))
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let entity = after.split_once(';').map(|(entity, _)| entity);
        let letter = match entity {
            Some("amp") => Some('&'),
            Some("lt") => Some('<'),
            Some("gt") => Some('>'),
            Some("quot") => Some('"'),
            Some(number) => number.strip_prefix('#').and_then(|n| n.parse().ok()).and_then(char::from_u32),
            None => None,
        };
        match (letter, entity) {
            (Some(letter), Some(entity)) => {
                out.push(letter);
                rest = after.get(entity.len() + 1..).unwrap_or_default();
            }
            _ => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// What a person reads of a page.
fn text_of(html: &str) -> String {
    let main = html.split("<main>").nth(1).unwrap_or(html);
    let pieces = main.split('<').filter_map(|part| part.split_once('>').map_or(Some(part), |(_, text)| Some(text)));
    pieces.map(str::trim).filter(|text| !text.is_empty()).map(unescaped).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_links_and_alerts_are_read() {
        let html = "<main><p class=\"alert\" role=\"alert\" id=\"a\">No &#60;way&#62; &amp; out</p>\
                    <a class=\"b\" href=\"/x?a=1&#38;b=2\">x</a>\
                    <form method=\"post\" action=\"/login?a&#61;1\"><input type=\"hidden\" name=\"_csrf\" value=\"t\">\
                    <input name=\"username\" value=\"&#34;\"><button name=\"go\" value=\"yes\">Go</button></form></main>";
        let page = Landing::Page { status: 200, url: String::new(), html: html.into() };
        assert_eq!(page.alert().as_deref(), Some("No <way> & out"));
        assert_eq!(page.links(), ["/x?a=1&b=2"]);
        let form = page.form_with("go").unwrap();
        assert_eq!(form.action, "/login?a=1");
        assert_eq!(form.fields, [("_csrf".into(), "t".into()), ("username".into(), "\"".into())]);
        assert_eq!(page.hidden("_csrf").as_deref(), Some("t"));
    }
}
