//! An app that uses the hosted pages, as a stock client of OAuth does.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use local_pool::{ClientConfig, PoolConfig};
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{PASSWORD, Reply, TestPool};

pub const CALLBACK: &str = "myapp://callback";
pub const SIGNED_OUT: &str = "myapp://signed-out";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A client that the hosted pages serve.
pub fn client() -> ClientConfig {
    ClientConfig { id: Some("app1".into()), ..ClientConfig::default() }.with_hosted_ui(&[CALLBACK], &[SIGNED_OUT])
}

pub fn pool() -> PoolConfig {
    let attributes = [("email", "ann@example.com"), ("email_verified", "true"), ("phone_number", "+15555550100")];
    PoolConfig::default().with_client(client()).with_user("ann", PASSWORD, &attributes)
}

pub async fn start() -> TestPool {
    TestPool::start(pool()).await
}

pub fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

/// An address under `path` with the parameters of a usual request, with others in their place, or without where they are
/// empty.
pub fn url_of(api: &TestPool, path: &str, changes: &[(&str, &str)]) -> String {
    let challenge = challenge();
    let usual = [
        ("client_id", "app1"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid email"),
        ("state", "s1"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let changed = |name: &str| changes.iter().any(|(other, _)| *other == name);
    let kept = usual.iter().filter(|(name, _)| !changed(name)).chain(changes).filter(|(_, value)| !value.is_empty());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
    format!("{}{path}?{query}", api.server.hosted_ui_endpoint())
}

pub fn authorize_url(api: &TestPool, changes: &[(&str, &str)]) -> String {
    url_of(api, "/oauth2/authorize", changes)
}

/// What an address says after `?` or `#`.
#[track_caller]
pub fn parameter(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once(['?', '#']).expect("an answer");
    form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

/// Signs ann in and gives the code.
pub async fn code(api: &TestPool, changes: &[(&str, &str)]) -> String {
    let callback = api.server.authorize_as(&authorize_url(api, changes), "ann", PASSWORD).await.unwrap();
    parameter(&callback, "code").unwrap_or_else(|| panic!("{callback}"))
}

/// Posts a form to an endpoint.
pub async fn post(api: &TestPool, path: &str, fields: &[(&str, &str)], headers: &[(&str, &str)]) -> Reply {
    let fields = fields.iter().filter(|(_, value)| !value.is_empty());
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut request = api.http.post(format!("{}{path}", api.server.hosted_ui_endpoint()));
    request = request.header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    read(request.body(body)).await
}

pub async fn read(request: reqwest::RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Reply { status, headers, text: response.text().await.unwrap() }
}

/// The answer, if there is one.
pub async fn read_result(request: reqwest::RequestBuilder) -> Result<u16, reqwest::Error> {
    Ok(request.send().await?.status().as_u16())
}

/// A client that trusts one certificate alone.
pub fn http_of(certificate: reqwest::Certificate) -> reqwest::Client {
    drop(super::http());
    reqwest::Client::builder().no_proxy().tls_certs_only([certificate]).build().unwrap()
}

/// As [`read`], without following redirects.
pub async fn get(url: &str, headers: &[(&str, &str)]) -> Reply {
    let http = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
    let mut request = http.get(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    read(request).await
}

pub fn location(headers: &HeaderMap) -> &str {
    headers.get("location").map_or("", |value| value.to_str().unwrap())
}

/// Exchanges a code, with other fields in place of the usual ones.
pub async fn exchange(api: &TestPool, code: &str, changes: &[(&str, &str)]) -> Reply {
    let usual = [
        ("grant_type", "authorization_code"),
        ("client_id", "app1"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let changed = |name: &str| changes.iter().any(|(other, _)| *other == name);
    let fields: Vec<_> = usual.iter().filter(|(name, _)| !changed(name)).chain(changes).copied().collect();
    post(api, "/oauth2/token", &fields, &[]).await
}

/// Signs ann in and gives her tokens, as `/oauth2/token` does.
pub async fn tokens(api: &TestPool, changes: &[(&str, &str)]) -> Value {
    let code = code(api, changes).await;
    exchange(api, &code, &[]).await.ok()
}

/// Checks a refusal of an endpoint for apps.
#[track_caller]
pub fn refused(reply: &Reply, error: &str) {
    assert_eq!((reply.status, &reply.json()["error"]), (400, &json!(error)), "{}", reply.text);
    assert_eq!(reply.headers["content-type"], "application/json;charset=UTF-8");
    assert_eq!(reply.headers["access-control-allow-origin"], "*");
    assert_eq!(reply.headers["cache-control"], "no-store");
}

/// As [`start`], with another client.
pub async fn two_clients() -> TestPool {
    let other = ClientConfig { id: Some("app2".into()), name: "other".into(), ..ClientConfig::default() };
    TestPool::start(pool().with_client(other.with_hosted_ui(&[CALLBACK], &[]))).await
}

/// As [`start`], with a client that has a secret.
pub async fn with_secret() -> TestPool {
    let client = ClientConfig { secret: Some("s3cret".into()), ..client() };
    TestPool::start(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[])).await
}

pub async fn refresh(api: &TestPool, token: &Value) -> Reply {
    let token = token.as_str().unwrap();
    let fields = [("grant_type", "refresh_token"), ("client_id", "app1"), ("refresh_token", token)];
    post(api, "/oauth2/token", &fields, &[]).await
}

pub async fn user_info(api: &TestPool, token: Option<&str>) -> Reply {
    let header = token.map(|token| format!("Bearer {token}"));
    let headers: Vec<_> = header.iter().map(|header| ("authorization", header.as_str())).collect();
    get(&format!("{}/oauth2/userInfo", api.server.endpoint()), &headers).await
}
