//! The Invoke operation of the Lambda API, for pools whose `LambdaConfig` names an ARN.
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Client, Response, StatusCode, Url};
use serde_json::Value;

use super::failure::{TriggerFailure, TriggerSetupError};
use super::log::TriggerLog;

/// Lambda's limit for a synchronous answer: 6 MB (Lambda developer guide, "Lambda quotas") and what is around it.
pub(super) const LONGEST_ANSWER: usize = 6_291_556;

/// A server that speaks the Lambda API: an emulator's, or a proxy in front of the real one.
#[derive(Debug)]
pub(super) struct LambdaEndpoint {
    base: String,
    client: Client,
    log: TriggerLog,
}

impl LambdaEndpoint {
    /// Takes `https` anywhere, plain `http` only on the loopback.
    pub(super) fn new(url: &str, log: TriggerLog) -> Result<Self, TriggerSetupError> {
        let refuse = |reason: String| TriggerSetupError::Endpoint { url: url.to_owned(), reason };
        let parsed = Url::parse(url).map_err(|error| refuse(error.to_string()))?;
        let builder = match parsed.scheme() {
            "https" => {
                // Another part of the process may have chosen a provider already; either will do.
                let _ = rustls::crypto::ring::default_provider().install_default();
                Client::builder()
            }
            "http" if is_loopback(&parsed) => Client::builder().no_proxy().tls_backend_preconfigured(no_tls(&refuse)?),
            "http" => {
                return Err(refuse("plain http is taken only on the loopback; use https".to_owned()));
            }
            other => return Err(refuse(format!("{other} is neither http nor https"))),
        };
        let client = builder
            .connect_timeout(Duration::from_secs(3))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| refuse(error.to_string()))?;
        Ok(Self { base: parsed.as_str().trim_end_matches('/').to_owned(), client, log })
    }

    /// One synchronous invocation. The caller limits its time.
    pub(super) async fn invoke(&self, arn: &str, event: &Value) -> Result<Value, TriggerFailure> {
        let url = format!("{}/2015-03-31/functions/{}/invocations", self.base, percent_encode(arn));
        let response = self
            .client
            .post(url)
            .header("Content-Type", "application/json")
            .header("X-Amz-Invocation-Type", "RequestResponse")
            .header("X-Amz-Log-Type", "Tail")
            .body(event.to_string())
            .send()
            .await
            .map_err(|error| not_invocable(&error))?;
        let status = response.status();
        let threw = response.headers().contains_key("x-amz-function-error");
        let error_type = header(&response, "x-amzn-errortype");
        if let Some(tail) = header(&response, "x-amz-log-result").and_then(|text| STANDARD.decode(text).ok()) {
            self.log.write(function_name(arn), &String::from_utf8_lossy(&tail));
        }
        let body = whole_body(response).await?;
        let payload: Option<Value> = serde_json::from_slice(&body).ok();
        if !status.is_success() {
            return Err(TriggerFailure::NotInvocable(error_name(status, error_type, payload.as_ref())));
        }
        let payload = payload.ok_or(TriggerFailure::Unrecognizable)?;
        if threw || says_it_threw(&payload) {
            let message = error_message(&payload);
            self.log.write(function_name(arn), &format!("threw: {payload}"));
            return Err(TriggerFailure::Threw(message));
        }
        Ok(payload)
    }
}

/// The function's own name in `arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]`; a bare name is itself.
pub(super) fn function_name(arn: &str) -> &str {
    match arn.split_once(":function:") {
        Some((_, rest)) => rest.split(':').next().unwrap_or(rest),
        None => arn,
    }
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

/// For plain http: without it the client would look for the system's roots, which a container may not have.
fn no_tls(refuse: &impl Fn(String) -> TriggerSetupError) -> Result<rustls::ClientConfig, TriggerSetupError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| refuse(error.to_string()))?;
    Ok(versions.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth())
}

/// Lambda lets no function answer with more.
async fn whole_body(mut response: Response) -> Result<Vec<u8>, TriggerFailure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| not_invocable(&error))? {
        if body.len() + chunk.len() > LONGEST_ANSWER {
            return Err(TriggerFailure::Unrecognizable);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn header(response: &Response, name: &str) -> Option<String> {
    Some(response.headers().get(name)?.to_str().ok()?.to_owned())
}

fn not_invocable(error: &reqwest::Error) -> TriggerFailure {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    TriggerFailure::NotInvocable(text)
}

/// The exception's name: header first, then the body's usual members; `com.x#Name` and `Name:url` are cut to `Name`.
fn error_name(status: StatusCode, header: Option<String>, payload: Option<&Value>) -> String {
    let in_body = || ["__type", "Type", "code", "Code"].iter().find_map(|key| payload?.get(key)?.as_str());
    let name = header.as_deref().or_else(in_body).filter(|name| !matches!(*name, "User" | "Service"));
    let cut = name.map(|name| name.rsplit('#').next().unwrap_or(name).split(':').next().unwrap_or(name));
    match (cut.filter(|name| !name.is_empty()), status) {
        (Some(name), _) => name.to_owned(),
        (None, StatusCode::NOT_FOUND) => "ResourceNotFoundException".to_owned(),
        (None, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED) => "AccessDeniedException".to_owned(),
        (None, status) if status.is_server_error() => "ServiceException".to_owned(),
        (None, status) => format!("HTTP status {}", status.as_u16()),
    }
}

/// Some emulators leave the header out and only send the error's shape.
fn says_it_threw(payload: &Value) -> bool {
    payload.get("response").is_none()
        && (payload.get("errorMessage").is_some() || payload.get("FunctionError").is_some())
}

fn error_message(payload: &Value) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    // `FunctionError` beside a `Payload` is how the command line and some proxies print the same thing.
    let inner = payload.get("Payload").and_then(|value| match value {
        Value::String(json) => serde_json::from_str::<Value>(json).ok(),
        other => Some(other.clone()),
    });
    let error = inner.as_ref().unwrap_or(payload);
    error.get("errorMessage").map_or_else(|| text(error), text)
}

fn percent_encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}
