//! One pool, one directory, and what the tests ask of both.

use std::path::Path;
use std::time::{Duration, Instant};

use local_pool::{LocalPool, PoolConfig};
use portcullis::{AuthClient, AuthConfiguration, AuthState, FileStore};
use serde_json::{Value, json};

use crate::process::Process;
use crate::story::Story;
use crate::test_pool::{Kind, PASSWORD, client_of};

/// A pool whose refresh tokens count once, with ann and bob, and a directory that processes share.
#[derive(Debug)]
pub struct World {
    pub pool: LocalPool,
    pub chance: Chance,
    pub store: FileStore,
    directory: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
}

impl World {
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let config = PoolConfig::default().with_client(client_of(Kind::Rotating));
        let pool = runtime.block_on(LocalPool::start(config)).unwrap();
        for user in ["ann", "bob"] {
            pool.create_user(user, PASSWORD, &[("email", &format!("{user}@example.org"))]).unwrap();
        }
        let directory = tempfile::tempdir().unwrap();
        let store = FileStore::new(directory.path());
        Self { pool, chance: Chance::new(), store, directory, runtime }
    }

    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// What the keys of this client's records begin with; its lock has that name.
    pub fn scope(&self) -> String {
        format!("portcullis/{}/{}", self.pool.pool_id(), self.pool.client_id())
    }

    pub fn process(&self) -> Process {
        Process::start(self.directory(), &self.pool.amplify_outputs(), &self.scope())
    }

    pub fn story(&self) -> Story {
        Story::read(&self.store, &self.scope())
    }

    /// The story once what was left lying is gone, or as it is after five seconds.
    pub fn settled(&self) -> Story {
        let end = Instant::now() + Duration::from_secs(5);
        loop {
            let story = self.story();
            if story.leftovers.is_empty() && story.problem().is_none() || Instant::now() > end {
                return story;
            }
            std::thread::sleep(Duration::from_millis(2)); // another process tidies up and tells nobody
        }
    }

    /// What a process that starts now finds.
    pub fn next_start(&self) -> AuthState {
        let configuration = AuthConfiguration::from_json(&self.pool.amplify_outputs()).unwrap();
        let store = std::sync::Arc::new(FileStore::new(self.directory()));
        let client = AuthClient::builder(configuration).store(store).build();
        self.runtime.block_on(client.load()).unwrap()
    }

    fn call(&self, operation: &str, request: Value) -> Result<Value, local_pool::Refused> {
        self.runtime.block_on(self.pool.call(operation, request))
    }

    /// Whether the session that the access token is of goes on at the service.
    pub fn is_alive(&self, access_token: &str) -> bool {
        self.call("GetUser", json!({ "AccessToken": access_token })).is_ok()
    }

    /// Whether the service has given another token for this refresh token. Ends the session there if so.
    pub fn is_superseded(&self, refresh_token: &str) -> bool {
        let request = json!({ "RefreshToken": refresh_token, "ClientId": self.pool.client_id() });
        let answer = self.call("GetTokensFromRefreshToken", request);
        answer.is_err_and(|refused| refused.exception == "RefreshTokenReuseException")
    }

    /// The attribute that the processes update.
    pub fn given_name(&self, user: &str) -> String {
        let answer = self.call("AdminGetUser", json!({ "Username": user })).unwrap();
        let attributes = answer["UserAttributes"].as_array().unwrap();
        let name = attributes.iter().find(|attribute| attribute["Name"] == "given_name");
        name.map(|attribute| attribute["Value"].as_str().unwrap().to_owned()).unwrap_or_default()
    }

    /// Waits until the pool has had that many requests of the operation.
    pub fn has_requests(&self, operation: &str, number: u64) {
        self.eventually(operation, || self.pool.requests(operation) >= number);
    }

    /// Waits for what another process or thread brings about without telling.
    pub fn eventually(&self, what: &str, is_so: impl Fn() -> bool) {
        let end = Instant::now() + Duration::from_secs(10);
        while !is_so() {
            assert!(Instant::now() < end, "this never came: {what}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// How many rounds a test plays, unless the environment says otherwise.
pub fn rounds(usual: u64) -> u64 {
    std::env::var("PORTCULLIS_PROCESS_ROUNDS").map_or(usual, |rounds| rounds.parse().unwrap())
}

/// Choices that a seed repeats: xorshift64*.
#[derive(Debug)]
pub struct Chance {
    pub seed: u64,
    state: u64,
}

impl Chance {
    fn new() -> Self {
        let given = std::env::var("PORTCULLIS_PROCESS_SEED").ok().map(|seed| seed.parse().unwrap());
        let seed = given.unwrap_or_else(|| {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
            u64::from(now.subsec_nanos()) << 16 | 1
        });
        Self { seed, state: seed }
    }

    /// A number below that one.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % limit
    }

    /// So many microseconds, at most those milliseconds.
    pub fn offset(&mut self, milliseconds: u64) -> u64 {
        self.below(milliseconds * 1000 + 1)
    }

    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }
}
