//! The other process: a client on the shared store that does what it is told, one line a command, one line an answer.

use std::io::{BufRead as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use portcullis::{
    AuthClient, AuthConfiguration, AuthError, AuthFlow, AuthUser, ExistingSession, FetchSessionOptions, FileStore,
    LockOutcome, SecureStore as _, SessionTokens, SignInOptions, SignOutOptions, UpdateUserAttributesOptions,
    UserAttribute,
};

use crate::test_pool::PASSWORD;

/// Its environment: where the store is, the pool's `amplify_outputs.json`, and the name of the store's lock.
pub const DIRECTORY: &str = "PORTCULLIS_CHILD_DIRECTORY";
pub const OUTPUTS: &str = "PORTCULLIS_CHILD_OUTPUTS";
pub const LOCK: &str = "PORTCULLIS_CHILD_LOCK";
/// What its lines begin with: the test harness writes to the same pipe.
pub const ANSWER: &str = "answer: ";

const LEASE: Duration = Duration::from_secs(60);

#[test]
#[ignore = "the process that other tests start"]
fn is_another_process() {
    let Some(directory) = std::env::var_os(DIRECTORY) else { return };
    let (outputs, lock) = (std::env::var(OUTPUTS).unwrap(), std::env::var(LOCK).unwrap());
    let store = Arc::new(FileStore::new(directory));
    let configuration = AuthConfiguration::from_json(&outputs).unwrap();
    let configuration = configuration.to_builder().auth_flow(AuthFlow::UserPassword).build().unwrap();
    let client = AuthClient::builder(configuration).store(store.clone()).build();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    // What a call leaves to the background must go on while no command is there.
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    let child = Child { client, store, lock };
    answer("ready");
    for command in std::io::stdin().lock().lines() {
        let command = command.unwrap();
        let (wait, command) = command.split_once(' ').unwrap();
        let wait = Duration::from_micros(wait.parse().unwrap());
        answer(&runtime.block_on(async {
            tokio::time::sleep(wait).await; // the offset between two processes is what is tried out
            child.obey(command).await.unwrap_or_else(|error| error.code().to_owned())
        }));
    }
}

/// Past the test harness, which would keep what is printed for itself.
fn answer(text: &str) {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{ANSWER}{text}").unwrap();
    output.flush().unwrap();
}

struct Child {
    client: AuthClient,
    store: Arc<FileStore>,
    lock: String,
}

impl Child {
    async fn obey(&self, command: &str) -> Result<String, AuthError> {
        let client = &self.client;
        if let Some(beside) = command.strip_prefix("refresh-beside ") {
            return self.do_beside_a_refresh(beside).await;
        }
        let words: Vec<&str> = command.split(' ').collect();
        match words[..] {
            ["who"] => Ok(format!("ok {}", client.get_current_user().await?.username)),
            ["accounts"] => {
                client.load().await?;
                Ok(format!("ok {}", names(&client.accounts())))
            }
            ["fetch"] => self.fetch(false).await,
            ["refresh"] => self.fetch(true).await,
            ["sign-in", user, existing] => {
                let existing = if existing == "keep" { ExistingSession::Keep } else { ExistingSession::Replace };
                let options = SignInOptions::new().existing_session(existing);
                let result = client.sign_in(user, Some(PASSWORD), options).await?;
                Ok(if result.is_signed_in { "ok" } else { "unfinished" }.to_owned())
            }
            ["sign-out"] => Ok(self.sign_out(SignOutOptions::new()).await),
            ["sign-out-all"] => Ok(self.sign_out(SignOutOptions::new().all_accounts(true)).await),
            ["switch", user] => {
                client.load().await?;
                let unknown = AuthUser { username: user.to_owned(), user_id: String::new() };
                let user = client.accounts().into_iter().find(|account| account.username == user).unwrap_or(unknown);
                client.switch_account(&user).await?;
                Ok("ok".to_owned())
            }
            ["update", name] => {
                let attribute = UserAttribute { name: "given_name".to_owned(), value: name.to_owned() };
                client.update_user_attribute(attribute, UpdateUserAttributesOptions::new()).await?;
                Ok("ok".to_owned())
            }
            ["lock", owner] => Ok(match self.store.try_lock(&self.lock, owner, LEASE).unwrap() {
                LockOutcome::Held => "ok",
                LockOutcome::Busy => "busy",
                LockOutcome::Unsupported => "unsupported",
            }
            .to_owned()),
            ["unlock", owner] => {
                self.store.unlock(&self.lock, owner).unwrap();
                Ok("ok".to_owned())
            }
            _ => panic!("what is {command}?"),
        }
    }

    /// A refresh, and something else that begins so many microseconds later; the answer is that to the other command.
    async fn do_beside_a_refresh(&self, beside: &str) -> Result<String, AuthError> {
        let (wait, command) = beside.split_once(' ').unwrap();
        let wait = Duration::from_micros(wait.parse().unwrap());
        let other = async {
            tokio::time::sleep(wait).await; // the offset is what is tried out
            Box::pin(self.obey(command)).await
        };
        let (refreshed, other) = tokio::join!(self.fetch(true), other);
        drop(refreshed); // whoever it was for may not be the current user any more
        other
    }

    async fn fetch(&self, force: bool) -> Result<String, AuthError> {
        let session = self.client.fetch_auth_session(FetchSessionOptions::new().force_refresh(force)).await?;
        let user = session.user.map(|user| user.username).unwrap_or_default();
        Ok(match session.tokens {
            SessionTokens::Available(tokens) => format!("ok {user} {}", tokens.access_token()),
            SessionTokens::Stale(_, error) => format!("stale {user} {}", error.code()),
            SessionTokens::Unavailable(error) => error.code().to_owned(),
        })
    }

    async fn sign_out(&self, options: SignOutOptions) -> String {
        let result = self.client.sign_out(options).await;
        match result.storage_error.or(result.revoke_token_error) {
            None => "ok".to_owned(),
            Some(error) => error.code,
        }
    }
}

fn names(users: &[AuthUser]) -> String {
    let mut names: Vec<&str> = users.iter().map(|user| user.username.as_str()).collect();
    names.sort_unstable();
    names.join(",")
}
