//! A transport that does something behind the client's back before a chosen request goes out.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use portcullis::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};
use serde_json::{Value, json};

/// Whether this is the request, by its operation and body.
type Condition = dyn Fn(&str, &Value) -> bool + Send + Sync;

/// Forgets every device of ann before the request for which `when` says so, once; counts the requests.
pub struct TamperingTransport {
    http: reqwest::Client,
    pool_id: String,
    when: Box<Condition>,
    done: AtomicBool,
    pub requests: AtomicUsize,
}

impl std::fmt::Debug for TamperingTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TamperingTransport")
    }
}

impl TamperingTransport {
    pub fn new(pool_id: &str, when: impl Fn(&str, &Value) -> bool + Send + Sync + 'static) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (http, pool_id) = (reqwest::Client::new(), pool_id.to_owned());
        Self { http, pool_id, when: Box::new(when), done: AtomicBool::new(false), requests: AtomicUsize::new(0) }
    }

    pub fn has_tampered(&self) -> bool {
        self.done.load(Ordering::SeqCst)
    }

    async fn post(&self, url: &str, operation: &str, body: Vec<u8>) -> Result<HttpResponse, TransportError> {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let sent = self.http.post(url).header("x-amz-target", target).body(body).send().await;
        let response = sent.map_err(|error| TransportError::NotConnected(error.to_string()))?;
        let status = response.status().as_u16();
        let text = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
            (name.as_str().to_owned(), value.to_str().unwrap_or_default().to_owned())
        };
        let headers = response.headers().iter().map(text).collect();
        let body = response.bytes().await.map_err(|error| TransportError::Broken(error.to_string()))?.to_vec().into();
        Ok(HttpResponse { status, headers, body })
    }

    async fn forget_all(&self, url: &str) {
        let listed = json!({ "UserPoolId": self.pool_id, "Username": "ann" });
        let answer = self.post(url, "AdminListDevices", listed.to_string().into_bytes()).await.unwrap();
        let answer: Value = serde_json::from_slice(&answer.body).unwrap();
        for device in answer["Devices"].as_array().unwrap() {
            let forget = json!({ "UserPoolId": self.pool_id, "Username": "ann", "DeviceKey": device["DeviceKey"] });
            let answer = self.post(url, "AdminForgetDevice", forget.to_string().into_bytes()).await.unwrap();
            assert_eq!(answer.status, 200);
        }
    }
}

impl Transport for TamperingTransport {
    fn send<'a>(&'a self, request: HttpRequest) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let (_, target) = request.headers.iter().find(|(name, _)| *name == "x-amz-target").unwrap();
            let operation = target.rsplit('.').next().unwrap();
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            // The session that this sign-in takes the place of is revoked whenever there is time.
            if operation != "RevokeToken" {
                self.requests.fetch_add(1, Ordering::SeqCst);
            }
            if !self.has_tampered() && (self.when)(operation, &body) {
                self.forget_all(request.url.as_str()).await;
                self.done.store(true, Ordering::SeqCst);
            }
            self.post(request.url.as_str(), operation, request.body.to_vec()).await
        })
    }
}
