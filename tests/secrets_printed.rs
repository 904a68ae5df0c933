//! No text that the library makes holds a piece of a secret: not what it prints of itself, not its errors and events,
//! not what it panics with or logs, whatever goes wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod canaries;
mod test_pool;

use std::error::Error as _;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use canaries::Canaries;
use local_pool::{ClientConfig, Fault, PoolConfig};
use portcullis::{
    AuthClient, AuthError, AuthFlow, BoxFuture, ConfirmSignInOptions, FetchSessionOptions, HttpRequest, HttpResponse,
    MemoryStore, SecureStore, SignInOptions, SignOutOptions, StoreFailure, Stored, Transport, TransportError,
};
use serde_json::json;
use test_pool::TestPool;

/// As short as a piece can be that nobody makes by chance.
const PIECE: usize = 8;

const PASSWORD: &str = "Qz7-vKp2wXj9mBt4";
const WRONG: &str = "Wk3-jHx8qLz5nVr6";
const NEW: &str = "Vb1-xZq6tGw0yKf3";
const ANSWER: &str = "jx5qw8zk2vh7";
const CLIENT_SECRET: &str = "pz4kx9wq1vj6hb3tg8mf";
const METADATA: &str = "hq2zj7xw4kv9";

/// Everything that was printed, by anybody in this process.
static PRINTED: Mutex<String> = Mutex::new(String::new());

fn note(what: impl Debug) {
    write!(PRINTED.lock().unwrap(), "{what:?}\n{what:#?}\n").unwrap();
}

/// An error as a program would log it: in words, with its causes, with all its fields.
fn note_error(error: &AuthError) {
    let mut texts = format!("{error}\n{}\n", error.recovery());
    let mut cause = error.source();
    while let Some(error) = cause {
        texts += &format!("{error}\n{error:?}\n");
        cause = error.source();
    }
    PRINTED.lock().unwrap().push_str(&texts);
    note(error);
}

fn note_result<T: Debug>(result: Result<T, AuthError>) {
    match result {
        Ok(value) => note(value),
        Err(error) => note_error(&error),
    }
}

/// Takes every line of every crate, down to the most talkative level.
struct Log;

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        writeln!(PRINTED.lock().unwrap(), "{} {}", record.target(), record.args()).unwrap();
    }

    fn flush(&self) {}
}

/// Panics with everything it was given, as code that was written in a hurry does.
#[derive(Debug)]
struct Panicking;

impl Transport for Panicking {
    fn send<'a>(&'a self, request: HttpRequest) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(async move { panic!("cannot send {request:?}") })
    }
}

/// Keeps records, and panics or fails with what it knows of them.
#[derive(Debug)]
struct Talking {
    inner: Arc<MemoryStore>,
    panics: bool,
}

impl Talking {
    fn talk<T>(&self, known: impl Debug) -> Result<T, StoreFailure> {
        note(&known);
        if self.panics {
            panic!("no store for {known:?}");
        }
        Err(StoreFailure::Failed("not now".to_owned()))
    }
}

impl SecureStore for Talking {
    fn read(&self, key: &str) -> Result<Stored, StoreFailure> {
        let stored = self.inner.read(key)?;
        if stored == Stored::Absent { Ok(stored) } else { self.talk((stored, key)) }
    }

    fn write(&self, key: &str, bytes: &[u8]) -> Result<(), StoreFailure> {
        self.talk((Stored::Found(bytes.to_vec()), key))
    }

    fn remove(&self, key: &str) -> Result<(), StoreFailure> {
        self.talk(key)
    }

    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreFailure> {
        self.talk((self.inner.keys(prefix)?, prefix))
    }
}

fn by(flow: AuthFlow) -> SignInOptions {
    let mut options = SignInOptions::new().auth_flow(flow);
    options.client_metadata.insert("note".to_owned(), METADATA.to_owned());
    note(&options);
    options
}

/// What the service may do instead of answering. It repeats what it was given, as Cognito does in one kind of text.
fn faults() -> Vec<Fault> {
    let answer = |status, body: serde_json::Value| Fault::Answer { status, error_type: None, body: body.to_string() };
    let refused = format!(
        "2 validation errors detected: Value '{PASSWORD}' at 'authParameters' failed to satisfy constraint: Member \
         must satisfy regular expression pattern; Value '{NEW}' at 'password' failed to satisfy constraint: Member"
    );
    vec![
        Fault::exception("InvalidParameterException", 400, &refused),
        Fault::exception("NotAuthorizedException", 400, "Incorrect username or password."),
        answer(
            200,
            json!({ "AuthenticationResult": { "AccessToken": PASSWORD, "IdToken": NEW, "RefreshToken": WRONG } }),
        ),
        answer(200, json!({ "AuthenticationResult": { "AccessToken": [PASSWORD] }, "SecretCode": { "is": NEW } })),
        answer(
            200,
            json!({ "ChallengeName": "PASSWORD_VERIFIER", "Session": PASSWORD,
            "ChallengeParameters": { "SRP_B": NEW, "SALT": PASSWORD, "SECRET_BLOCK": WRONG, "USER_ID_FOR_SRP": "ann" } }),
        ),
        answer(200, json!({ "ChallengeName": "CUSTOM_CHALLENGE", "Session": [PASSWORD] })),
        answer(400, json!({ "nothing": PASSWORD })),
        Fault::Answer { status: 200, error_type: None, body: format!("<html>{PASSWORD}</html>") },
        Fault::Answer { status: 200, error_type: None, body: format!("{{\"AuthenticationResult\":\"{PASSWORD}") },
        Fault::Answer { status: 503, error_type: None, body: PASSWORD.to_owned() },
        Fault::Reset,
        Fault::DropAfterCommit,
    ]
}

const OPERATIONS: [&str; 8] = [
    "InitiateAuth",
    "RespondToAuthChallenge",
    "GetTokensFromRefreshToken",
    "GetUser",
    "AssociateSoftwareToken",
    "ChangePassword",
    "RevokeToken",
    "GlobalSignOut",
];

async fn everything(client: &AuthClient, canaries: &mut Canaries) {
    for flow in [AuthFlow::CustomWithSrp, AuthFlow::UserPassword] {
        note_result(client.sign_in("ann", Some(PASSWORD), by(flow)).await);
        note(client.pending_sign_in());
        note_result(client.confirm_sign_in(ANSWER, ConfirmSignInOptions::new()).await);
        note_result(client.confirm_sign_in("1", ConfirmSignInOptions::new()).await);
    }
    let session = client.fetch_auth_session(FetchSessionOptions::new().force_refresh(true)).await;
    if let Some(tokens) = session.as_ref().ok().and_then(|session| session.tokens().ok()) {
        note(tokens);
        for token in [tokens.access_token(), tokens.id_token().unwrap()] {
            // What comes before the signature says who it is, which may be printed.
            canaries.add("token", token.rsplit('.').next().unwrap());
        }
    }
    note_result(session);
    note_result(client.fetch_user_attributes().await);
    let totp = client.set_up_totp().await;
    if let Ok(details) = &totp {
        canaries.add("app secret", &details.shared_secret);
    }
    note_result(totp);
    note_result(client.update_password(Some(WRONG), NEW).await);
    note(client);
    note(client.state());
}

async fn events(stream: portcullis::EventStream) {
    while let Some(event) = stream.next().await {
        note(&event);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_holds_a_piece_of_a_secret() {
    log::set_logger(&Log).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    std::panic::set_hook(Box::new(|panic| writeln!(PRINTED.lock().unwrap(), "{panic}").unwrap()));

    let mut canaries = Canaries::default();
    for text in [PASSWORD, WRONG, NEW, ANSWER, CLIENT_SECRET, METADATA] {
        canaries.add("argument", text);
    }
    let secret = ClientConfig { secret: Some(CLIENT_SECRET.to_owned()), ..ClientConfig::default() };
    let pool = TestPool::with(PoolConfig { lock_out: false, ..PoolConfig::default() }.with_client(secret)).await;
    pool.server.create_user("ann", PASSWORD, &[("email", "ann@example.org")]).unwrap();
    pool.ask_numbers(1);
    note(pool.client.configuration());
    let listening = tokio::spawn(events(pool.client.events()));

    // All is well; then each request goes wrong in each way; the last time nobody is signed in.
    everything(&pool.client, &mut canaries).await;
    for operation in OPERATIONS {
        for fault in faults() {
            pool.server.faults().set(operation, fault);
            everything(&pool.client, &mut canaries).await;
            pool.server.faults().clear(operation);
        }
    }
    note(&pool.store);
    for key in pool.store.keys("").unwrap() {
        note(pool.store.read(&key).unwrap());
        note(key);
    }

    // What it was given fails or panics, at every call.
    let builder = || AuthClient::builder(pool.client.configuration().clone());
    for panics in [false, true] {
        for records in [Arc::new(MemoryStore::new()), pool.store.clone()] {
            let client = builder().store(Arc::new(Talking { inner: records, panics })).build();
            everything(&client, &mut canaries).await;
            note(client.sign_out(SignOutOptions::new()).await);
        }
    }
    let client = builder().store(pool.store.clone()).transport(Arc::new(Panicking)).build();
    everything(&client, &mut canaries).await;
    note(client.sign_out(SignOutOptions::new().global(true)).await);

    note(pool.client.sign_out(SignOutOptions::new()).await);
    pool.client.close();
    listening.await.unwrap();

    let _ = std::panic::take_hook();
    let printed = PRINTED.lock().unwrap().clone();
    assert!(printed.contains("cannot send") && printed.contains("no store for"), "nothing panicked");
    assert!(printed.contains("at 'password'"), "the service's text is not in the errors");
    let found = canaries.search(PIECE).find(printed.as_bytes());
    let around = |at: usize| printed.as_bytes()[at.saturating_sub(80)..].iter().take(160).copied().collect::<Vec<_>>();
    let found: Vec<_> =
        found.iter().map(|(kind, at)| format!("{kind}: {}", String::from_utf8_lossy(&around(*at)))).collect();
    assert!(found.is_empty(), "{} of {} KB: {:#?}", found.len(), printed.len() / 1024, &found[..found.len().min(5)]);
}
