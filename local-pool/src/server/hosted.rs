//! The hosted pages over HTTP: reading a request, writing an answer with the headers that keep a page to itself.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Uri, header};
use serde_json::Value;

use super::app::{App, stamp};
use super::connection::ConnectionSwitch;
use super::faulty::{faulty, sdk_of};
use super::report::{self, Report};
use crate::error::ServiceError;
use crate::hosted::visit::{Body as Told, Html, Reply, Visit, cookies};
use crate::hosted::{self, Page};
use crate::oauth::parameters::Parameters;
use crate::service::Call;
use crate::store::domains;
use crate::wire::answer;

const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// A request for one of the pages.
pub(super) async fn page(
    app: &App,
    connection: &ConnectionSwitch,
    page: Page,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &Bytes,
) -> Response<Body> {
    if *method == Method::OPTIONS {
        return answer::preflight(headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS), &stamp(app));
    }
    let mut visit = visit(app, method, uri, headers, body);
    visit.domain_of = domain_of(app, headers);
    let client_id = visit.query.get("client_id").or_else(|| visit.field("client_id")).map(Value::from);
    let named = client_id.map(|id| serde_json::Map::from_iter([("ClientId".to_owned(), id)]));
    let report = Report::of(page.name(), named.as_ref());
    let call = Call { service: Arc::clone(&app.service), sdk: sdk_of(headers), peer: connection.peer() };
    let is_secure = visit.is_secure();
    let response = faulty(app, connection, page.name(), || async {
        // On a task of its own: a browser that goes away does not stop a sign-in half way.
        let run = tokio::spawn(async move { hosted::answer(&call, page, &visit).await });
        let failed = || Reply::empty(500).telling(ServiceError::internal("local-pool failed on this request"));
        let reply = run.await.unwrap_or_else(|_| failed());
        if let (Page::Token, Told::Json(answer)) = (page, &reply.body) {
            report::exchange(&app.service.feed, &report, answer);
        }
        written(app, reply, is_secure)
    })
    .await;
    report.tell(&app.service.feed, &response);
    response
}

/// The pool whose domain the request names, in place of an address of the server.
fn domain_of(app: &App, headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?.to_ascii_lowercase();
    let host = host.rsplit_once(':').map_or(host.as_str(), |(host, _)| host);
    Some(app.service.store.read(|db| domains::of_host(db, host)).ok()??.pool_id)
}

fn visit(app: &App, method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Visit {
    let text = |name: HeaderName| headers.get(name)?.to_str().ok().map(str::to_owned);
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    // Some send a form without saying so.
    let kind = text(header::CONTENT_TYPE).map(|kind| kind.to_ascii_lowercase());
    let is_form = kind.as_deref().is_none_or(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    Visit {
        method: if *method == Method::HEAD { "GET".into() } else { method.to_string() },
        query: Parameters::read(uri.query().unwrap_or_default()),
        form: std::str::from_utf8(body).ok().filter(|_| is_form).map(Parameters::read),
        cookies: cookies(all),
        base: format!("{}://{}", app.scheme(), text(header::HOST).unwrap_or_default().to_ascii_lowercase()),
        origin: text(header::ORIGIN),
        fetch_site: text(HeaderName::from_static("sec-fetch-site")),
        authorization: text(header::AUTHORIZATION),
        domain_of: None,
    }
}

fn written(app: &App, reply: Reply, is_secure: bool) -> Response<Body> {
    let Reply { status, location, cookies, body, headers: more, told } = reply;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match body {
        Told::Empty => answer::plain_text(Body::empty(), &stamp(app)),
        Told::Json(value) => {
            let mut response = answer::document(&value, &stamp(app));
            response.headers_mut().insert(header::CONTENT_TYPE, JSON);
            response
        }
        Told::Page(html) => {
            let policy = policy(&html);
            let mut response = answer::plain_text(html.text, &stamp(app));
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HTML);
            put(headers, header::CONTENT_SECURITY_POLICY, &policy);
            response
        }
    };
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, NO_STORE);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    // Codes in addresses stay here; with no-referrer browsers would not say where a form is from.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    if let Some(location) = location {
        put(headers, header::LOCATION, &location);
    }
    for cookie in cookies {
        if let Ok(value) = HeaderValue::from_str(&cookie.header(is_secure)) {
            headers.append(header::SET_COOKIE, value);
        }
    }
    for (name, value) in more {
        put(headers, HeaderName::from_static(name), &value);
    }
    if let Some(error) = told {
        response.extensions_mut().insert(error);
    }
    response
}

/// Nothing from anywhere, the page's own style, and its script where it has one.
fn policy(html: &Html) -> String {
    let script = if html.has_script {
        format!("; script-src 'nonce-{}'; connect-src 'self'", html.nonce)
    } else {
        String::new()
    };
    let targets: String = html.form_targets.iter().map(|target| format!(" {target}")).collect();
    format!(
        "default-src 'none'; style-src 'nonce-{}'{script}; form-action 'self'{targets}; frame-ancestors 'none'; \
         base-uri 'none'",
        html.nonce
    )
}

/// What is no header's text is left out.
fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
