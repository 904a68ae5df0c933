//! A pool and a client on it, for the stories. Each test file uses a part of it.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod tampering;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use local_pool::{ClientConfig, LocalPool, PoolConfig, ServerConfig, TriggerKind};
use portcullis::{
    AuthClient, AuthClientBuilder, AuthConfiguration, AuthConfigurationBuilder, AuthFlow, Clock, MemoryStore,
    SignInOptions, SignInResult,
};
use serde_json::{Value, json};

pub const PASSWORD: &str = "Correct-Horse-9";

/// The device's clock: the machine's, and what a test adds.
#[derive(Debug, Default)]
pub struct ManualClock(AtomicU64);

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        portcullis::SystemClock.now() + Duration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

pub struct TestPool {
    pub server: LocalPool,
    pub client: AuthClient,
    pub store: Arc<MemoryStore>,
    pub clock: Arc<ManualClock>,
}

/// The kinds of app client that every story must work with.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Plain,
    /// The app client has a secret, so that every call must prove it.
    Secret,
    /// Refresh tokens rotate, and a used one is refused at once.
    Rotating,
}

pub const KINDS: [Kind; 3] = [Kind::Plain, Kind::Secret, Kind::Rotating];

/// The app client of that kind.
pub fn client_of(kind: Kind) -> ClientConfig {
    match kind {
        Kind::Plain => ClientConfig::default(),
        Kind::Secret => ClientConfig { generate_secret: true, ..ClientConfig::default() },
        Kind::Rotating => ClientConfig { rotation_grace_seconds: Some(0), ..ClientConfig::default() },
    }
}

impl TestPool {
    pub async fn new(kind: Kind) -> Self {
        Self::with(PoolConfig::default().with_client(client_of(kind))).await
    }

    pub async fn with(config: impl Into<ServerConfig>) -> Self {
        let server = LocalPool::start(config).await.unwrap();
        let (store, clock) = (Arc::new(MemoryStore::new()), Arc::new(ManualClock::default()));
        let client = client(&server, &store, &clock);
        Self { server, client, store, clock }
    }

    /// With ann, who is confirmed.
    pub async fn with_ann(kind: Kind) -> Self {
        let pool = Self::new(kind).await;
        pool.server.create_user("ann", PASSWORD, &[("email", "ann@example.org")]).unwrap();
        pool
    }

    /// A client as after a restart of the process.
    pub fn restarted(&self) -> AuthClient {
        client(&self.server, &self.store, &self.clock)
    }

    /// A client as after a restart, whose requests are tampered with.
    pub fn restarted_with(&self, transport: Arc<tampering::TamperingTransport>) -> AuthClient {
        builder(&self.server, &self.store, &self.clock).transport(transport).build()
    }

    /// A client as after a restart, in a configuration that was changed.
    pub fn with_configuration(
        &self,
        change: impl FnOnce(AuthConfigurationBuilder) -> AuthConfigurationBuilder,
    ) -> AuthClient {
        let configuration = AuthConfiguration::from_json(&self.server.amplify_outputs()).unwrap().to_builder();
        let configuration = change(configuration).build().unwrap();
        AuthClient::builder(configuration).store(self.store.clone()).clock(self.clock.clone()).build()
    }

    /// A client on another device.
    pub fn another_device(&self) -> AuthClient {
        client(&self.server, &Arc::new(MemoryStore::new()), &self.clock)
    }

    /// Time passes, for the device and the service.
    pub fn pass(&self, time: Duration) {
        self.clock.0.fetch_add(time.as_secs(), Ordering::SeqCst);
        self.server.clock().advance(time);
    }

    pub async fn sign_in(&self, flow: AuthFlow) -> SignInResult {
        self.client.sign_in("ann", Some(PASSWORD), SignInOptions::new().auth_flow(flow)).await.unwrap()
    }

    /// The person's code arrives by mail.
    pub fn code(&self, user: &str) -> String {
        self.server.last_code(user).unwrap()
    }

    /// Triggers that ask for a number: 1 in the first round, 2 in the second, `rounds` in all. Three wrong answers
    /// end the sign-in. Each trigger's events are noted.
    pub fn ask_numbers(&self, rounds: usize) -> Arc<std::sync::Mutex<Vec<Value>>> {
        let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
        let note = |seen: &Arc<std::sync::Mutex<Vec<Value>>>, event: &Value| seen.lock().unwrap().push(event.clone());
        let noted = seen.clone();
        self.server.set_trigger(TriggerKind::DefineAuthChallenge, move |mut event| {
            note(&noted, &event);
            event["response"] = define(event["request"]["session"].as_array().unwrap(), rounds);
            Ok(event)
        });
        let noted = seen.clone();
        self.server.set_trigger(TriggerKind::CreateAuthChallenge, move |mut event| {
            note(&noted, &event);
            let right =
                |entry: &&Value| entry["challengeName"] == "CUSTOM_CHALLENGE" && entry["challengeResult"] == true;
            let round = event["request"]["session"].as_array().unwrap().iter().filter(right).count() + 1;
            event["response"] = json!({
                "publicChallengeParameters": { "question": format!("number {round}") },
                "privateChallengeParameters": { "answer": round.to_string() },
                "challengeMetadata": format!("ROUND_{round}") });
            Ok(event)
        });
        let noted = seen.clone();
        self.server.set_trigger(TriggerKind::VerifyAuthChallengeResponse, move |mut event| {
            note(&noted, &event);
            let right = event["request"]["privateChallengeParameters"]["answer"] == event["request"]["challengeAnswer"];
            event["response"]["answerCorrect"] = right.into();
            Ok(event)
        });
        seen
    }
}

fn define(session: &[Value], rounds: usize) -> Value {
    let custom = |result: bool| {
        let counts =
            |entry: &&Value| entry["challengeName"] == "CUSTOM_CHALLENGE" && entry["challengeResult"] == result;
        session.iter().filter(counts).count()
    };
    let waits_for_proof = session.len() == 1 && session[0]["challengeName"] == "SRP_A";
    match (custom(true) >= rounds, custom(false) >= 3) {
        (true, _) => json!({ "issueTokens": true, "failAuthentication": false }),
        (_, true) => json!({ "issueTokens": false, "failAuthentication": true }),
        _ if waits_for_proof => {
            json!({ "issueTokens": false, "failAuthentication": false, "challengeName": "PASSWORD_VERIFIER" })
        }
        _ => json!({ "issueTokens": false, "failAuthentication": false, "challengeName": "CUSTOM_CHALLENGE" }),
    }
}

fn client(pool: &LocalPool, store: &Arc<MemoryStore>, clock: &Arc<ManualClock>) -> AuthClient {
    builder(pool, store, clock).build()
}

fn builder(pool: &LocalPool, store: &Arc<MemoryStore>, clock: &Arc<ManualClock>) -> AuthClientBuilder {
    let mut builder = AuthConfiguration::from_json(&pool.amplify_outputs()).unwrap().to_builder();
    if let Some(secret) = pool.client_secret() {
        builder = builder.client_secret(secret);
    }
    AuthClient::builder(builder.build().unwrap()).store(store.clone()).clock(clock.clone())
}

/// An HTTP client that is not the library's.
pub fn http() -> reqwest::Client {
    // Only this process's own: whoever was first has installed the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}
