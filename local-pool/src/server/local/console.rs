//! The console at `/_local/`: a page for developers over the routes beside it. It is made of files that hold no data, and
//! what it shows it asks for as any test does, so it can do nothing that a test cannot.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, Uri, header};
use axum::routing::get;
use serde::Deserialize;

use super::answers::tell;
use super::body::query;
use super::refusal::{Refusal, Told};
use crate::config;
use crate::server::app::{App, stamp};
use crate::wire::answer;

const SCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! script {
    ($name:literal) => {
        ($name, SCRIPT, include_str!(concat!("../../../console/", $name)))
    };
}

/// Name, kind and text.
const FILES: [(&str, &str, &str); 15] = [
    ("console.css", "text/css; charset=utf-8", include_str!("../../../console/console.css")),
    script!("main.js"),
    script!("api.js"),
    script!("dom.js"),
    script!("live.js"),
    script!("pools.js"),
    script!("users.js"),
    script!("user.js"),
    script!("tokens.js"),
    script!("messages.js"),
    script!("activity.js"),
    script!("faults.js"),
    script!("clock.js"),
    script!("identities.js"),
    script!("configuration.js"),
];
const PAGE: &str = include_str!("../../../console/index.html");

/// Nothing from elsewhere, no script but the files, and no text that becomes markup.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'none'; \
     base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
);

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/", get(to_page))
        .route("/console/{file}", get(file))
        .route("/amplify-outputs", get(amplify_outputs))
}

/// `/_local/`, the slash included: what the page names is beside it.
pub(in crate::server) async fn page(State(app): State<App>) -> Response<Body> {
    let mut response = fixed(&app, "text/html; charset=utf-8", PAGE);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    response
}

async fn to_page(State(app): State<App>) -> Response<Body> {
    let mut response = answer::plain_text(Body::empty(), &stamp(&app));
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/_local/"));
    response
}

async fn file(State(app): State<App>, Path(name): Path<String>) -> Response<Body> {
    match FILES.iter().find(|(known, _, _)| *known == name) {
        Some((_, kind, text)) => fixed(&app, kind, text),
        None => {
            let refusal = Refusal::new(StatusCode::NOT_FOUND, "unknown_route", "The console has no such file.");
            tell(&app, Err(refusal))
        }
    }
}

fn fixed(app: &App, kind: &'static str, text: &'static str) -> Response<Body> {
    let mut response = answer::plain_text(text, &stamp(app));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    client: String,
}

/// The configuration of an app client, to copy into an app.
async fn amplify_outputs(State(app): State<App>, uri: Uri) -> Response<Body> {
    tell(&app, outputs(&app, &uri))
}

fn outputs(app: &App, uri: &Uri) -> Told {
    let (client, pool) = app.service.client_and_pool(&query::<Wanted>(uri)?.client)?;
    let identity_pool = app.identity_pool()?;
    Ok(config::amplify_outputs(&pool, &client, identity_pool.as_ref(), &app.service.endpoint))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a file names is among the files: a missing one would be an empty page.
    #[test]
    fn the_console_is_whole() {
        let is_there = |name: &str| FILES.iter().any(|(known, _, _)| *known == name);
        for (name, _, text) in FILES.iter().chain([&("index.html", "", PAGE)]) {
            let paths = text.split(['"', '\'']).filter_map(|word| word.strip_prefix("./"));
            let files = paths.filter(|path| path.ends_with(".js") || path.ends_with(".css"));
            for named in files.map(|path| path.trim_start_matches("console/")) {
                assert!(is_there(named), "{name} names {named}");
            }
            for markup in
                ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "http://", "https://"]
            {
                assert!(!text.contains(markup), "{name} has {markup}");
            }
        }
    }
}
