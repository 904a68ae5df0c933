//! A service, a store and a clock that do as a test says: for what a real server cannot be made to do on demand.
//! Each test file uses a part of it.
#![allow(dead_code, unused_imports, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod identities;
pub mod pages;
pub mod short;
pub mod store;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portcullis::{
    AuthClient, AuthConfiguration, AuthConfigurationBuilder, AuthFlow, BoxFuture, Clock, HttpRequest, HttpResponse,
    SecureStore as _, SignInOptions, Transport, TransportError,
};
use serde_json::{Value, json};
pub use store::{Store, StoreFault};

/// Clocks that stand still until they are moved: the wall clock, and, if there is one, the steady one that nobody can set.
#[derive(Debug)]
pub struct ManualClock {
    wall: AtomicU64,
    steady: Option<AtomicU64>,
}

const MIDDLE: u64 = 1_767_603_787;

impl ManualClock {
    pub fn new() -> Arc<Self> {
        Arc::new(Self { wall: AtomicU64::new(MIDDLE), steady: None })
    }

    /// With a steady clock too.
    pub fn steady() -> Arc<Self> {
        Arc::new(Self { wall: AtomicU64::new(MIDDLE), steady: Some(AtomicU64::new(100_000)) })
    }

    pub fn seconds(&self) -> u64 {
        self.wall.load(Ordering::SeqCst)
    }

    /// Time passes.
    pub fn advance(&self, seconds: i64) {
        self.set_wall(seconds);
        if let Some(steady) = &self.steady {
            let now = steady.load(Ordering::SeqCst);
            steady.store(now.checked_add_signed(seconds).unwrap(), Ordering::SeqCst);
        }
    }

    /// Somebody sets the wall clock, by so much.
    pub fn set_wall(&self, seconds: i64) {
        let now = self.seconds();
        self.wall.store(now.checked_add_signed(seconds).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.seconds())
    }

    fn since_start(&self) -> Option<Duration> {
        self.steady.as_ref().map(|steady| Duration::from_secs(steady.load(Ordering::SeqCst)))
    }
}

/// What the service does with the next request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Its work.
    Acts,
    /// The connection cannot be made.
    Unreachable,
    /// The request has its effect, but the answer is lost.
    LosesTheAnswer,
    /// A proxy answers in its place.
    AnswersHtml,
    Refuses(&'static str, &'static str),
    /// The same, after a while.
    RefusesAfter(Duration, &'static str, &'static str),
    /// Answers this, whatever was asked.
    Answers(Value),
    /// The same, after a while.
    AnswersAfter(Duration, Value),
    /// Waits until the test lets it go on, then answers.
    Waits,
    /// Waits until the test lets it go on, then refuses.
    WaitsAndRefuses(&'static str, &'static str),
}

/// A user pool that takes every password and hands out readable tokens.
#[derive(Debug)]
pub struct Service {
    /// The service's own time.
    pub clock: Arc<ManualClock>,
    pub script: Mutex<VecDeque<Reply>>,
    pub requests: Mutex<Vec<(String, Value)>>,
    pub gate: tokio::sync::Semaphore,
    /// Refresh tokens rotate and a used one is refused.
    pub rotates: bool,
    /// What the hosted pages gave out.
    pub codes: Mutex<Vec<Option<pages::Code>>>,
    refresh_token: AtomicU64,
    issued: AtomicU64,
}

impl Service {
    pub fn new(clock: Arc<ManualClock>, rotates: bool) -> Arc<Self> {
        Arc::new(Self {
            clock,
            script: Mutex::default(),
            requests: Mutex::default(),
            gate: tokio::sync::Semaphore::new(0),
            rotates,
            codes: Mutex::default(),
            refresh_token: AtomicU64::new(1),
            issued: AtomicU64::new(0),
        })
    }

    pub fn then(&self, does: impl IntoIterator<Item = Reply>) {
        self.script.lock().unwrap().extend(does);
    }

    pub fn count(&self, operation: &str) -> usize {
        self.requests.lock().unwrap().iter().filter(|(name, _)| name == operation).count()
    }

    fn tokens(&self, username: &str) -> Value {
        tokens_with(self, username, &|_: &mut Value| {})
    }

    /// The next refresh token, in the place of the present one.
    pub fn rotate(&self, username: &str) -> String {
        format!("{username}#{}", self.refresh_token.fetch_add(1, Ordering::SeqCst) + 1)
    }

    fn act(&self, operation: &str, body: &Value) -> (u16, Value) {
        match operation {
            "InitiateAuth" => {
                let mut tokens = self.tokens(body["AuthParameters"]["USERNAME"].as_str().unwrap());
                let number = self.refresh_token.load(Ordering::SeqCst);
                tokens["RefreshToken"] =
                    format!("{}#{number}", body["AuthParameters"]["USERNAME"].as_str().unwrap()).into();
                (200, json!({ "AuthenticationResult": tokens, "ChallengeParameters": {} }))
            }
            "GetTokensFromRefreshToken" => {
                let (user, number) = body["RefreshToken"].as_str().unwrap().split_once('#').unwrap();
                let mut tokens = self.tokens(user);
                if self.rotates {
                    let current = self.refresh_token.load(Ordering::SeqCst);
                    if number.parse() != Ok(current) {
                        return (400, json!({ "__type": "RefreshTokenReuseException", "message": "used" }));
                    }
                    self.refresh_token.store(current + 1, Ordering::SeqCst);
                    tokens["RefreshToken"] = format!("{user}#{}", current + 1).into();
                }
                (200, json!({ "AuthenticationResult": tokens }))
            }
            "oauth2/token" => pages::exchange(self, body),
            _ => identities::act(self, operation, body),
        }
    }
}

/// Tokens as the service gives them, after a change of their claims.
pub fn tokens_with(service: &Service, username: &str, change: &dyn Fn(&mut Value)) -> Value {
    let now = service.clock.seconds();
    let number = service.issued.fetch_add(1, Ordering::SeqCst);
    let token = |kind: &str| {
        let mut claims = json!({ "sub": format!("sub-{username}"), "username": username, "cognito:username": username,
            "iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGh1", "client_id": "client",
            "aud": "client", "token_use": kind, "iat": now, "exp": now + 3600, "origin_jti": "o", "jti": number });
        change(&mut claims);
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
    };
    json!({ "AccessToken": token("access"), "IdToken": token("id"), "ExpiresIn": 3600, "TokenType": "Bearer" })
}

/// Whose token it is.
pub fn user_of(token: &str) -> String {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice::<Value>(&payload).unwrap()["username"].as_str().unwrap().to_owned()
}

#[derive(Clone, Debug)]
pub struct Wire(pub Arc<Service>);

impl Transport for Wire {
    fn send<'a>(&'a self, request: HttpRequest) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let service = &self.0;
            let target = request.headers.iter().find(|(name, _)| *name == "x-amz-target");
            let (operation, body) = match target {
                Some((_, target)) => {
                    let operation = target.rsplit('.').next().unwrap().to_owned();
                    (operation, serde_json::from_slice::<Value>(&request.body).unwrap())
                }
                None => {
                    let pairs = url::form_urlencoded::parse(&request.body).into_owned();
                    let operation = request.url.path().trim_start_matches('/').to_owned();
                    (operation, pairs.map(|(name, value)| (name, Value::from(value))).collect())
                }
            };
            service.requests.lock().unwrap().push((operation.clone(), body.clone()));
            let does = service.script.lock().unwrap().pop_front();
            let (status, answer) = match does {
                Some(Reply::Unreachable) => return Err(TransportError::NotConnected("scripted".to_owned())),
                Some(Reply::AnswersHtml) => (200, "<html>".into()),
                Some(Reply::Answers(answer)) => (200, answer),
                Some(Reply::AnswersAfter(time, answer)) => {
                    tokio::time::sleep(time).await;
                    (200, answer)
                }
                Some(Reply::RefusesAfter(time, name, text)) => {
                    tokio::time::sleep(time).await;
                    (400, json!({ "__type": name, "message": text }))
                }
                Some(Reply::Refuses(name, text)) => (400, json!({ "__type": name, "message": text })),
                Some(Reply::LosesTheAnswer) => {
                    service.act(&operation, &body);
                    return Err(TransportError::Broken("scripted".to_owned()));
                }
                Some(Reply::Waits) => {
                    service.gate.acquire().await.unwrap().forget();
                    service.act(&operation, &body)
                }
                Some(Reply::WaitsAndRefuses(name, text)) => {
                    service.gate.acquire().await.unwrap().forget();
                    (400, json!({ "__type": name, "message": text }))
                }
                Some(Reply::Acts) | None => service.act(&operation, &body),
            };
            let text = if answer.is_string() { answer.as_str().unwrap().to_owned() } else { answer.to_string() };
            let headers = vec![("x-amzn-requestid".to_owned(), "request-1".to_owned())];
            Ok(HttpResponse { status, headers, body: text.into_bytes().into() })
        })
    }
}

/// All three with a client on them.
pub struct Fixture {
    pub device: Arc<ManualClock>,
    pub service: Arc<Service>,
    pub store: Arc<Store>,
    pub client: AuthClient,
    configuration: AuthConfiguration,
}

impl Fixture {
    pub fn new() -> Self {
        Self::with(false)
    }

    pub fn rotating() -> Self {
        Self::with(true)
    }

    fn with(rotates: bool) -> Self {
        let device = ManualClock::new();
        let service = Service::new(device.clone(), rotates);
        let store = Arc::new(Store::default());
        let (configuration, client) = (plain().build().unwrap(), client(&device, &service, &store));
        Self { device, service, store, client, configuration }
    }

    /// With another configuration than the plain one.
    pub fn with_configuration(change: impl FnOnce(AuthConfigurationBuilder) -> AuthConfigurationBuilder) -> Self {
        let fixture = Self::new();
        let configuration = change(plain()).build().unwrap();
        let mut fixture = Self { configuration, ..fixture };
        fixture.restart();
        fixture
    }

    /// The process ends and begins again.
    pub fn restart(&mut self) {
        self.client = self.another_process();
    }

    pub fn another_process(&self) -> AuthClient {
        configured(self.configuration.clone(), &self.device, &self.service, &self.store)
    }

    /// The keys of this client's records that begin so, in order.
    pub fn records(&self, part: &str) -> Vec<String> {
        let scope = "portcullis/eu-west-1_AbCdEfGh1/client/";
        let mut keys = self.store.inner.keys(&format!("{scope}{part}")).unwrap();
        keys.sort();
        keys.into_iter().map(|key| key[scope.len()..].to_owned()).collect()
    }

    pub async fn sign_in(&self, username: &str) {
        let options = SignInOptions::new().auth_flow(AuthFlow::UserPassword);
        let result = self.client.sign_in(username, Some("password"), options).await.unwrap();
        assert!(result.is_signed_in);
    }
}

pub fn client(device: &Arc<ManualClock>, service: &Arc<Service>, store: &Arc<Store>) -> AuthClient {
    configured(plain().build().unwrap(), device, service, store)
}

fn plain() -> AuthConfigurationBuilder {
    AuthConfiguration::builder("eu-west-1_AbCdEfGh1", "client")
}

fn configured(
    configuration: AuthConfiguration,
    device: &Arc<ManualClock>,
    service: &Arc<Service>,
    store: &Arc<Store>,
) -> AuthClient {
    AuthClient::builder(configuration)
        .store(store.clone())
        .clock(device.clone())
        .transport(Arc::new(Wire(service.clone())))
        .build()
}
