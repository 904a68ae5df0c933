//! The model's steps are the client's: a real client on a store and a transport that write down what is asked of them,
//! and the model's process, alone in its world, do the same calls. What one does and the other does not fails here.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::{
    AuthClient, AuthConfiguration, AuthFlow, AuthUser, BoxFuture, ExistingSession, FetchSessionOptions, HttpRequest,
    HttpResponse, LockOutcome, MemoryStore, SecureStore, SignInOptions, SignOutOptions, StoreFailure, Stored,
    Transport, TransportError,
};

use super::calls::{How, LOOK, REFRESH, SIGN_IN, SIGN_OUT, START, SWITCH, Seen};
use super::service::Account;
use super::transaction::{Call, Existing, Meant};
use super::world::{Left, Plan, Slot, Step, Task, World};

#[tokio::test]
async fn a_client_does_the_steps_of_the_model() {
    let (client, book) = client();
    let mut model = Solo::new();

    client.fetch_auth_session(FetchSessionOptions::new()).await.unwrap();
    model.calls(START, |task| task);
    model.calls(LOOK, |task| task); // for what is to be done in the background
    book.settle("the first call", &mut model).await;

    sign_in(&client, "ann", ExistingSession::Replace).await;
    model.sign_in("ann", Existing::Replace);
    book.settle("a sign-in", &mut model).await;

    sign_in(&client, "bob", ExistingSession::Keep).await;
    model.sign_in("bob", Existing::Keep);
    book.settle("a sign-in beside another account", &mut model).await;

    client.fetch_auth_session(FetchSessionOptions::new().force_refresh(true)).await.unwrap();
    model.calls(LOOK, |task| task);
    model.refreshes(How::Done);
    book.settle("a refresh", &mut model).await;

    client.switch_account(&user("ann")).await.unwrap();
    model.calls(LOOK, |task| task);
    model.calls(SWITCH, |task| Task { account: Some("ann"), ..task });
    book.settle("a switch", &mut model).await;

    sign_in(&client, "bob", ExistingSession::Replace).await;
    model.sign_in("bob", Existing::Replace);
    book.settle("a sign-in in the place of another", &mut model).await;

    assert!(client.sign_out(SignOutOptions::new()).await.is_complete);
    model.signs_out(Meant::Current);
    book.settle("a sign-out", &mut model).await;

    sign_in(&client, "ann", ExistingSession::Replace).await;
    model.sign_in("ann", Existing::Replace);
    book.settle("another sign-in", &mut model).await;

    book.0.lock().unwrap().refuses = true;
    client.fetch_auth_session(FetchSessionOptions::new().force_refresh(true)).await.unwrap();
    model.calls(LOOK, |task| task);
    model.world.service.lines.iter_mut().for_each(|line| line.is_alive = false);
    model.refreshes(How::Done);
    book.settle("a verdict", &mut model).await;

    assert!(client.sign_out(SignOutOptions::new().all_accounts(true)).await.is_complete);
    model.signs_out(Meant::All);
    book.settle("a sign-out of all", &mut model).await;
}

/// The model's process, with nobody beside it.
struct Solo {
    world: World,
    seen: Vec<String>,
}

impl Solo {
    fn new() -> Self {
        let mut world = World::new(true, Left::default());
        world.processes[0].is_loaded = false;
        Self { world, seen: Vec::new() }
    }

    fn calls(&mut self, steps: &'static [Step], with: impl FnOnce(Task) -> Task) {
        let task = Task::new(steps, &self.world.processes[0]);
        self.runs(Slot::Other, with(task), How::Done);
    }

    fn sign_in(&mut self, account: Account, existing: Existing) {
        self.calls(SIGN_IN, |task| Task { account: Some(account), existing, ..task });
    }

    fn refreshes(&mut self, how: How) {
        self.runs(Slot::Refresh, Task::new(REFRESH, &self.world.processes[0]), how);
    }

    fn signs_out(&mut self, meant: Meant) {
        let task = Task::new(SIGN_OUT, &self.world.processes[0]);
        self.runs(Slot::SignOut, Task { meant, ..task }, How::Done);
    }

    fn runs(&mut self, slot: Slot, task: Task, how: How) {
        self.world.processes[0].set(slot, Some(task));
        while self.world.can(0, slot, Plan::AsItIs) {
            match self.world.step(0, slot, how, Plan::AsItIs) {
                Seen::Nothing => {}
                Seen::Lock => self.seen.push("lock".to_owned()),
                Seen::Unlock => self.seen.push("unlock".to_owned()),
                Seen::Requests(operation, count) => self.seen.extend(vec![operation.to_owned(); count]),
                Seen::Store(call) => self.seen.push(match call {
                    Call::Read(key) => format!("read {}", place(&key.text())),
                    Call::Write(key, _) => format!("write {}", place(&key.text())),
                    Call::Remove(key) => format!("remove {}", place(&key.text())),
                    Call::Keys(prefix) => format!("keys {}", place(&prefix.text())),
                    Call::IsWanted => continue,
                }),
            }
        }
        assert!(self.world.processes[0].is_quiet(), "{:?}", self.world.processes[0]);
    }
}

/// A key without what all keys have.
fn place(key: &str) -> &str {
    key.splitn(4, '/').nth(3).unwrap_or_default()
}

/// What a client asked for, in order, and what the service is to do.
#[derive(Debug, Default)]
struct Notes {
    lines: Vec<String>,
    refuses: bool,
}

#[derive(Clone, Debug, Default)]
struct Book(Arc<Mutex<Notes>>);

impl Book {
    fn note(&self, line: String) {
        self.0.lock().unwrap().lines.push(line);
    }

    /// Waits until the client has done as much as the model, and compares.
    async fn settle(&self, what: &str, model: &mut Solo) {
        let expected = std::mem::take(&mut model.seen);
        for _ in 0..500 {
            if self.0.lock().unwrap().lines.len() >= expected.len() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(30)).await; // what would come too much
        let done = std::mem::take(&mut self.0.lock().unwrap().lines);
        assert_eq!(done, expected, "{what}: the client's steps, and the model's");
    }
}

#[derive(Debug, Default)]
struct Recorder {
    store: MemoryStore,
    book: Book,
}

impl Recorder {
    /// Devices and what belongs to the installation are no part of the protocol.
    fn note(&self, call: &str, key: &str) {
        if !key.contains("/device/") && !key.contains("/install/") {
            self.book.note(format!("{call} {}", place(key)));
        }
    }
}

impl SecureStore for Recorder {
    fn read(&self, key: &str) -> Result<Stored, StoreFailure> {
        self.note("read", key);
        self.store.read(key)
    }

    fn write(&self, key: &str, bytes: &[u8]) -> Result<(), StoreFailure> {
        self.note("write", key);
        self.store.write(key, bytes)
    }

    fn remove(&self, key: &str) -> Result<(), StoreFailure> {
        self.note("remove", key);
        self.store.remove(key)
    }

    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreFailure> {
        self.note("keys", prefix);
        self.store.keys(prefix)
    }

    fn try_lock(&self, name: &str, owner: &str, lease: Duration) -> Result<LockOutcome, StoreFailure> {
        self.book.note("lock".to_owned());
        self.store.try_lock(name, owner, lease)
    }

    fn unlock(&self, name: &str, owner: &str) -> Result<(), StoreFailure> {
        self.book.note("unlock".to_owned());
        self.store.unlock(name, owner)
    }
}

impl Transport for Book {
    fn send<'a>(&'a self, request: HttpRequest) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        let target = request.headers.iter().find(|(name, _)| *name == "x-amz-target").unwrap().1.clone();
        let operation = target.rsplit('.').next().unwrap().to_owned();
        let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        let refuses = self.0.lock().unwrap().refuses && operation == "GetTokensFromRefreshToken";
        self.note(operation.clone());
        let (status, answer) = match operation.as_str() {
            _ if refuses => {
                (400, json!({ "__type": "NotAuthorizedException", "message": "Refresh Token has been revoked" }))
            }
            "InitiateAuth" => (200, tokens(body["AuthParameters"]["USERNAME"].as_str().unwrap(), 0)),
            "GetTokensFromRefreshToken" => {
                let (name, number) = body["RefreshToken"].as_str().unwrap().split_once('#').unwrap();
                (200, tokens(name, number.parse::<u32>().unwrap() + 1))
            }
            _ => (200, json!({})),
        };
        let headers = vec![("x-amzn-requestid".to_owned(), "1".to_owned())];
        Box::pin(async move { Ok(HttpResponse { status, headers, body: answer.to_string().into_bytes().into() }) })
    }
}

fn tokens(name: &str, number: u32) -> serde_json::Value {
    let now = 1_767_603_787 + i64::from(number);
    let claims = json!({ "sub": name, "username": name, "iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A",
        "client_id": "client", "token_use": "access", "iat": now, "exp": now + 3600, "origin_jti": name, "jti": number });
    let access = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()));
    json!({ "ChallengeParameters": {}, "AuthenticationResult": {
        "AccessToken": access, "RefreshToken": format!("{name}#{number}"), "ExpiresIn": 3600, "TokenType": "Bearer" } })
}

fn client() -> (AuthClient, Book) {
    let book = Book::default();
    let store = Arc::new(Recorder { book: book.clone(), ..Recorder::default() });
    let configuration = AuthConfiguration::builder("eu-west-1_A", "client").build().unwrap();
    let client = AuthClient::builder(configuration).store(store).transport(Arc::new(book.clone())).build();
    (client, book)
}

fn user(name: &str) -> AuthUser {
    AuthUser { username: name.to_owned(), user_id: name.to_owned() }
}

async fn sign_in(client: &AuthClient, name: &str, existing: ExistingSession) {
    let options = SignInOptions::new().auth_flow(AuthFlow::UserPassword).existing_session(existing);
    assert!(client.sign_in(name, Some("password"), options).await.unwrap().is_signed_in);
}
