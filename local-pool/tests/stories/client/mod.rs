//! A client of the wire that the tests drive the pool with: requests as clients send them, and an SRP client that
//! shares no code with the server.

pub mod authenticator;
pub mod device;
pub mod hosted;
pub mod identity;
pub mod mfa;
pub mod raw;
pub mod signed;
pub mod srp;

use std::sync::Once;

use local_pool::{LocalPool, PoolConfig, ServerConfig};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

pub const PASSWORD: &str = "Correct-Horse-9";

/// An answer as it came.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// The body of a success.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()
    }

    /// A success of an operation without output.
    #[track_caller]
    pub fn ok_empty(&self) {
        assert_eq!((self.status, self.text.as_str()), (200, ""));
    }

    /// Checks name, text, status and headers of a refusal.
    #[track_caller]
    pub fn refused(&self, name: &str, message: &str) {
        assert_eq!(self.json(), json!({ "__type": name, "message": message }));
        assert_eq!(self.status, 400);
        assert_eq!(self.headers["x-amzn-errortype"], format!("{name}:"));
    }

    #[track_caller]
    pub fn refused_as(&self, name: &str) {
        assert_eq!(self.json()["__type"], name, "{}", self.text);
        assert_eq!(self.status, 400);
    }
}

pub fn http() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| rustls::crypto::ring::default_provider().install_default().unwrap());
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// A running pool and a client of it.
pub struct TestPool {
    pub server: LocalPool,
    pub http: reqwest::Client,
}

impl TestPool {
    pub async fn start(config: impl Into<ServerConfig>) -> Self {
        Self { server: LocalPool::start(config).await.unwrap(), http: http() }
    }

    /// A default pool with the confirmed user `ann`.
    pub async fn with_ann() -> Self {
        Self::start(PoolConfig::default().with_user(
            "ann",
            PASSWORD,
            &[("email", "ann@example.com"), ("email_verified", "true")],
        ))
        .await
    }

    pub async fn call(&self, operation: &str, body: Value) -> Reply {
        self.send(&format!("AWSCognitoIdentityProviderService.{operation}"), body.to_string()).await
    }

    /// As [`Self::call`], with the pool's id or the client's where the operation takes one.
    pub async fn send(&self, target: &str, body: String) -> Reply {
        let request = self.http.post(self.server.endpoint()).header("x-amz-target", target);
        let response = request.header("content-type", "application/x-amz-json-1.1").body(body).send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Reply { status, headers, text: response.text().await.unwrap() }
    }

    pub async fn initiate(&self, flow: &str, parameters: Value) -> Reply {
        let client = self.server.client_id();
        self.call("InitiateAuth", json!({ "AuthFlow": flow, "ClientId": client, "AuthParameters": parameters })).await
    }

    pub async fn respond(&self, challenge: &str, session: Option<&Value>, responses: Value) -> Reply {
        let mut body = json!({
            "ClientId": self.server.client_id(), "ChallengeName": challenge, "ChallengeResponses": responses,
        });
        if let Some(session) = session {
            body["Session"] = session.clone();
        }
        self.call("RespondToAuthChallenge", body).await
    }

    pub async fn password(&self, username: &str, password: &str) -> Reply {
        self.initiate("USER_PASSWORD_AUTH", json!({ "USERNAME": username, "PASSWORD": password })).await
    }

    /// Signs in by password and returns `AuthenticationResult`.
    pub async fn tokens(&self, username: &str) -> Value {
        self.password(username, PASSWORD).await.ok()["AuthenticationResult"].clone()
    }

    pub async fn sign_up(&self, username: &str, attributes: Value) -> Reply {
        let client = self.server.client_id();
        let body =
            json!({ "ClientId": client, "Username": username, "Password": PASSWORD, "UserAttributes": attributes });
        self.call("SignUp", body).await
    }

    pub async fn get(&self, path: &str) -> Value {
        self.http.get(format!("{}{path}", self.server.endpoint())).send().await.unwrap().json().await.unwrap()
    }
}

/// The claims of a token, its signature not looked at.
pub fn claims(token: &Value) -> Value {
    use base64::Engine as _;
    let part = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// `[{Name, Value}]` of an object.
pub fn attributes(object: Value) -> Value {
    object.as_object().unwrap().iter().map(|(name, value)| json!({ "Name": name, "Value": value })).collect()
}

pub fn secret_hash(secret: &str, username: &str, client_id: &str) -> String {
    use base64::Engine as _;
    let mac = srp::hmac(secret.as_bytes(), format!("{username}{client_id}").as_bytes());
    base64::engine::general_purpose::STANDARD.encode(mac)
}
