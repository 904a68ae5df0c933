//! A service, a store and a clock that do as a test says: for what a real server cannot be made to do on demand.
//! Each test file uses a part of it.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod short;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portcullis::{
    AuthClient, AuthConfiguration, AuthConfigurationBuilder, AuthFlow, BoxFuture, Clock, HttpRequest, HttpResponse,
    LockOutcome, MemoryStore, SecureStore, SignInOptions, StoreFailure, Stored, Transport, TransportError,
};
use serde_json::{Value, json};

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
            _ => (200, json!({})),
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
            let target = request.headers.iter().find(|(name, _)| *name == "x-amz-target").unwrap().1.clone();
            let operation = target.rsplit('.').next().unwrap().to_owned();
            let body: Value = serde_json::from_slice(&request.body).unwrap();
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
                Some(Reply::Acts) | None => service.act(&operation, &body),
            };
            let text = if answer.is_string() { answer.as_str().unwrap().to_owned() } else { answer.to_string() };
            let headers = vec![("x-amzn-requestid".to_owned(), "request-1".to_owned())];
            Ok(HttpResponse { status, headers, body: text.into_bytes().into() })
        })
    }
}

/// A memory store that can be locked, broken or slow, and that notes what is asked of it.
#[derive(Debug, Default)]
pub struct Store {
    pub inner: MemoryStore,
    pub fault: Mutex<StoreFault>,
    pub removed: Mutex<Vec<String>>,
    pub writes: AtomicU64,
    /// Has no lock, as an app's own store may be.
    pub is_lockless: AtomicBool,
    /// Keys with this in them are in a fault of their own.
    own_fault: Mutex<Option<(String, StoreFault)>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StoreFault {
    #[default]
    Well,
    Locked,
    Failing,
    /// Reads work, writes and removals fail.
    ReadOnly,
    /// Every call takes this long.
    Slow(Duration),
    /// Every call takes this long and then fails.
    SlowlyFailing(Duration),
}

impl Store {
    pub fn be(&self, fault: StoreFault) {
        *self.fault.lock().unwrap() = fault;
    }

    /// Only the records whose keys have this in them.
    pub fn only(&self, part: &str, fault: StoreFault) {
        *self.own_fault.lock().unwrap() = Some((part.to_owned(), fault));
    }

    fn check_key(&self, key: &str, writing: bool) -> Result<(), StoreFailure> {
        let own = self.own_fault.lock().unwrap().clone().filter(|(part, _)| key.contains(part));
        Self::feel(own.map_or(*self.fault.lock().unwrap(), |(_, fault)| fault), writing)
    }

    fn feel(fault: StoreFault, writing: bool) -> Result<(), StoreFailure> {
        match fault {
            StoreFault::Well => Ok(()),
            StoreFault::Locked => Err(StoreFailure::Locked),
            StoreFault::Failing => Err(StoreFailure::Failed("scripted".to_owned())),
            StoreFault::ReadOnly if writing => Err(StoreFailure::Failed("scripted".to_owned())),
            StoreFault::ReadOnly => Ok(()),
            StoreFault::Slow(time) => {
                std::thread::sleep(time); // a key store that blocks
                Ok(())
            }
            StoreFault::SlowlyFailing(time) => {
                std::thread::sleep(time);
                Err(StoreFailure::Failed("scripted".to_owned()))
            }
        }
    }
}

impl SecureStore for Store {
    fn read(&self, key: &str) -> Result<Stored, StoreFailure> {
        match self.check_key(key, false) {
            Err(StoreFailure::Locked) => Ok(Stored::Locked),
            Err(failed) => Err(failed),
            Ok(()) => self.inner.read(key),
        }
    }

    fn write(&self, key: &str, bytes: &[u8]) -> Result<(), StoreFailure> {
        self.check_key(key, true)?;
        self.writes.fetch_add(1, Ordering::SeqCst);
        self.inner.write(key, bytes)
    }

    fn remove(&self, key: &str) -> Result<(), StoreFailure> {
        self.removed.lock().unwrap().push(key.to_owned());
        self.check_key(key, true)?;
        self.inner.remove(key)
    }

    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreFailure> {
        self.check_key("", false)?;
        self.inner.keys(prefix)
    }

    fn try_lock(&self, name: &str, owner: &str, lease: Duration) -> Result<LockOutcome, StoreFailure> {
        self.check_key("", false)?;
        if self.is_lockless.load(Ordering::SeqCst) {
            return Ok(LockOutcome::Unsupported);
        }
        self.inner.try_lock(name, owner, lease)
    }

    /// Never fails, as the lock of a file never does.
    fn unlock(&self, name: &str, owner: &str) -> Result<(), StoreFailure> {
        self.inner.unlock(name, owner)
    }
}

/// All three with a client on them.
pub struct Fixture {
    pub device: Arc<ManualClock>,
    pub service: Arc<Service>,
    pub store: Arc<Store>,
    pub client: AuthClient,
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
        let client = client(&device, &service, &store);
        Self { device, service, store, client }
    }

    /// With another configuration than the plain one.
    pub fn with_configuration(change: impl FnOnce(AuthConfigurationBuilder) -> AuthConfigurationBuilder) -> Self {
        let fixture = Self::new();
        let configuration = change(plain()).build().unwrap();
        Self { client: configured(configuration, &fixture.device, &fixture.service, &fixture.store), ..fixture }
    }

    /// The process ends and begins again.
    pub fn restart(&mut self) {
        self.client = client(&self.device, &self.service, &self.store);
    }

    pub fn another_process(&self) -> AuthClient {
        client(&self.device, &self.service, &self.store)
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
