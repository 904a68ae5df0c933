//! Requests that are signed with credentials of an identity (Signature Version 4), by code that the server does not share.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::TestPool;
use super::srp::hmac;

/// Signs, and can be told to do it wrong.
#[derive(Clone, Debug)]
pub struct Signer {
    pub access_key_id: String,
    pub secret: String,
    pub session_token: String,
    pub service: &'static str,
    /// Seconds that the client's clock is fast.
    pub fast_s: i64,
}

/// A request that is ready to be sent, or to be changed on its way.
pub struct Signed {
    pub method: &'static str,
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Signer {
    /// Of `Credentials`, for STS.
    pub fn of(credentials: &Value) -> Self {
        let text = |name: &str| credentials[name].as_str().unwrap().to_owned();
        Self {
            access_key_id: text("AccessKeyId"),
            secret: text("SecretKey"),
            session_token: text("SessionToken"),
            service: "sts",
            fast_s: 0,
        }
    }

    pub fn sign(&self, api: &TestPool, method: &'static str, path: &str, body: &str) -> Signed {
        let now = api.server.clock().now_ms().div_euclid(1000) + self.fast_s;
        let time = time::OffsetDateTime::from_unix_timestamp(now).unwrap();
        let date = format!("{:04}{:02}{:02}", time.year(), u8::from(time.month()), time.day());
        let time = format!("{date}T{:02}{:02}{:02}Z", time.hour(), time.minute(), time.second());
        let payload = hex(&Sha256::digest(body.as_bytes()));
        let mut headers = BTreeMap::from([
            ("host".to_owned(), api.server.endpoint().replace("http://", "")),
            ("x-amz-date".to_owned(), time.clone()),
            ("x-amz-security-token".to_owned(), self.session_token.clone()),
        ]);
        if self.service == "s3" {
            headers.insert("x-amz-content-sha256".into(), payload.clone());
        }
        let names = headers.keys().cloned().collect::<Vec<_>>().join(";");
        let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let canonical = format!("{method}\n{path}\n\n{lines}\n{names}\n{payload}");
        let scope = format!("{date}/us-east-1/{}/aws4_request", self.service);
        let to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", hex(&Sha256::digest(canonical.as_bytes())));
        let key = [date.as_str(), "us-east-1", self.service, "aws4_request", &to_sign]
            .into_iter()
            .fold(format!("AWS4{}", self.secret).into_bytes(), |key, part| hmac(&key, part.as_bytes()).to_vec());
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={names}, Signature={}",
            self.access_key_id,
            hex(&key)
        );
        headers.insert("authorization".into(), authorization);
        Signed { method, path: path.to_owned(), headers, body: body.to_owned() }
    }

    pub async fn caller_identity(&self, api: &TestPool) -> (u16, String) {
        let mut request = self.sign(api, "POST", "/", "Action=GetCallerIdentity&Version=2011-06-15");
        request.headers.insert("content-type".into(), "application/x-www-form-urlencoded; charset=utf-8".into());
        request.send(api).await
    }
}

impl Signed {
    pub async fn send(&self, api: &TestPool) -> (u16, String) {
        let method = reqwest::Method::from_bytes(self.method.as_bytes()).unwrap();
        let mut request = api.http.request(method, format!("{}{}", api.server.endpoint(), self.path));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let reply = request.body(self.body.clone()).send().await.unwrap();
        (reply.status().as_u16(), reply.text().await.unwrap())
    }
}

/// The text of an XML element.
pub fn element<'a>(text: &'a str, name: &str) -> &'a str {
    let rest = text.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name} in {text}")).1;
    rest.split_once("</").unwrap().0
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
