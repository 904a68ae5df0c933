//! Secrets stay where they belong: not in the memory of a process that has signed out, not in files, not in texts.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod canaries;
mod test_pool;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use canaries::{Canaries, memory, story, tls};
use local_pool::{ClientConfig, DeviceConfig, PoolConfig};
use serde_json::{Value, json};
use test_pool::TestPool;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

/// Set in the process that is scanned.
const IS_SCANNED: &str = "PORTCULLIS_TEST_IS_SCANNED";
const RUNS: usize = 20;
/// Long enough to be no chance, short enough for buffers that were overwritten in part.
const PIECE: usize = 12;

/// Not a test by itself: the other process of the test below.
#[test]
fn the_scanned_process() {
    if std::env::var_os(IS_SCANNED).is_some() {
        story::tell();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_stays_in_memory_or_files_after_sign_out() {
    let left = runs(false).await;
    assert!(left.iter().all(|left| left.canaries.kinds().count() == 11));
    let found: Vec<_> = left.iter().filter(|left| !left.places.is_empty()).collect();
    assert!(found.is_empty(), "found in {} of {RUNS} runs: {found:#?}", found.len());
}

/// Over TLS, tokens stay in two buffers of rustls 0.23 that nobody can reach: in that of `DeframerVecBuffer`, where a
/// record is decrypted, and in a `Vec` of `ChunkVecBuffer` (`received_plaintext`), from which it is read. Both are
/// private, and given back to the allocator as they are. So each answer is there twice at most, and nothing else is.
/// With an allocator that wipes what it gets back there is nothing; but that is for the program to choose.
#[cfg(feature = "platform-verifier")]
#[tokio::test(flavor = "multi_thread")]
async fn over_tls_only_rustls_keeps_answers() {
    for left in runs(true).await {
        for (kind, places) in &left.places {
            let in_an_answer = ["access token", "ID token", "refresh token"].contains(kind);
            assert!(in_an_answer, "{kind}: {:#?}", &places[..places.len().min(3)]);
        }
        let found = left.places.get("refresh token").map_or(0, Vec::len);
        let most = 2 * left.canaries.pieces("refresh token", PIECE);
        assert!(found <= most, "{found} pieces of refresh tokens, instead of {most} at most");
    }
}

/// What is in the memory of each process at its end.
async fn runs(over_tls: bool) -> Vec<Left> {
    let mut runs = Vec::new();
    for number in 0..RUNS {
        runs.push(Run::new(number, over_tls).await.tell().await);
    }
    runs
}

struct Left {
    canaries: Canaries,
    places: BTreeMap<&'static str, Vec<String>>,
}

/// Kinds with their first places: the others are mostly the pieces that follow.
impl std::fmt::Debug for Left {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let some = |(kind, places): (_, &Vec<String>)| (kind, places.len(), places[..places.len().min(2)].to_vec());
        f.debug_list().entries(self.places.iter().map(some)).finish()
    }
}

/// A story in a process of its own, against a pool in this one.
struct Run {
    pool: TestPool,
    canaries: Canaries,
    directory: tempfile::TempDir,
    /// How the last session ends: by revocation, on all devices, or without a word to the service.
    ends: &'static str,
    relay: Option<tls::Relay>,
    /// Whether this run also shows that the search finds what is there.
    controls: bool,
}

impl Run {
    async fn new(number: usize, over_tls: bool) -> Self {
        let mut canaries = Canaries::default();
        for kind in ["temporary password", "password", "new password", "wrong password", "answer", "client secret"] {
            canaries.add(kind, &unique());
        }
        let client = ClientConfig {
            secret: Some(canaries.only("client secret").to_owned()),
            rotation_grace_seconds: Some(0),
            ..ClientConfig::default()
        };
        let config = PoolConfig {
            devices: Some(DeviceConfig {
                challenge_required_on_new_device: true,
                only_remembered_on_user_prompt: false,
            }),
            first_factors: ["PASSWORD", "EMAIL_OTP"].map(str::to_owned).to_vec(),
            ..PoolConfig::default()
        };
        let pool = TestPool::with(config.with_client(client)).await;
        pool.ask_numbers(1);
        let attributes = json!([{ "Name": "email", "Value": "ann@example.org" },
            { "Name": "email_verified", "Value": "true" }]);
        let ann = json!({ "Username": "ann", "TemporaryPassword": canaries.only("temporary password"),
            "MessageAction": "SUPPRESS", "UserAttributes": attributes });
        pool.server.call("AdminCreateUser", ann).await.unwrap();
        let ends = ["by revocation", "globally", "in silence"][number % 3];
        let relay = if over_tls { Some(tls::Relay::start(&pool.server.endpoint()).await) } else { None };
        Self { pool, canaries, directory: tempfile::tempdir().unwrap(), ends, relay, controls: number < 3 }
    }

    async fn tell(mut self) -> Left {
        let mut process = tokio::process::Command::new(std::env::current_exe().unwrap());
        process.args(["--exact", "the_scanned_process", "--nocapture", "--test-threads=1"]).env(IS_SCANNED, "1");
        if let Some(relay) = &self.relay {
            process.env("SSL_CERT_FILE", relay.certificate());
        }
        let mut process = process.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let pid = process.id().unwrap();
        let mut input = process.stdin.take().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut places = None;
        while let Some(line) = lines.next_line().await.unwrap() {
            let Some(question) = line.strip_prefix(story::ASKS) else { continue };
            let answer = match question {
                "the end" => {
                    places = Some(memory::scan(pid, &self.canaries.search(PIECE)));
                    String::new()
                }
                "control" if self.controls => {
                    // The search can find what is there.
                    let found = memory::scan(pid, &self.canaries.search(PIECE));
                    for kind in ["access token", "ID token", "refresh token", "client secret"] {
                        assert!(found.contains_key(kind), "{kind} of a live client was not found");
                    }
                    String::new()
                }
                question => self.answer(question),
            };
            input.write_all(story::masked(&answer).as_bytes()).await.unwrap();
        }
        assert!(process.wait().await.unwrap().success());
        Left { canaries: self.canaries, places: places.expect("the story ended early") }
    }

    fn answer(&mut self, question: &str) -> String {
        match question {
            "configuration" => {
                let outputs: Value = serde_json::from_str(&self.pool.server.amplify_outputs()).unwrap();
                outputs.to_string()
            }
            "endpoint" => match &self.relay {
                Some(relay) => relay.endpoint(),
                None => self.pool.server.endpoint(),
            },
            "control" => String::new(),
            "directory" => self.directory.path().to_str().unwrap().to_owned(),
            "code" => {
                let code = self.pool.code("ann");
                self.canaries.add("code", &code);
                code
            }
            "look" => {
                for record in records(self.directory.path()) {
                    for (member, kind) in [
                        ("access_token", "access token"),
                        ("id_token", "ID token"),
                        ("refresh_token", "refresh token"),
                        ("secret", "device secret"),
                    ] {
                        if let Some(text) = record[member].as_str() {
                            // The head of a token says how it is signed, and is public.
                            let secret = text.split_once('.').map_or(text, |(_head, rest)| rest);
                            self.canaries.add(kind, secret);
                        }
                    }
                }
                self.check_files(true);
                String::new()
            }
            "signed out" => {
                self.check_files(false);
                String::new()
            }
            "how to sign out" => {
                if self.ends == "in silence" {
                    let fault = local_pool::Fault::exception("InternalErrorException", 500, "not now");
                    self.pool.server.faults().set("RevokeToken", fault);
                }
                self.ends.to_owned()
            }
            secret => {
                let kind = self.canaries.kinds().find(|kind| *kind == secret).unwrap();
                self.canaries.only(kind).to_owned()
            }
        }
    }

    /// Files hold tokens while somebody is signed in, and the device's secret from then on. Nothing else at any time.
    fn check_files(&self, signed_in: bool) {
        let search = self.canaries.search(PIECE);
        for (name, content) in files(self.directory.path()) {
            let is_record = content.starts_with(b"portcullis-record ");
            for (kind, _) in search.find(&content) {
                let may = match kind {
                    "device secret" => is_record && name.contains("device"),
                    "access token" | "ID token" | "refresh token" => signed_in && is_record && name.contains("session"),
                    _ => false,
                };
                assert!(may, "{kind} in {name}");
            }
        }
    }
}

/// What can be a password and a client secret, and nobody else has.
fn unique() -> String {
    let mut bytes = [0; 18];
    getrandom::fill(&mut bytes).unwrap();
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("Kx_{digits}")
}

fn files(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(directory).unwrap().map(Result::unwrap);
    entries
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect()
}

/// The records of a file store: what follows the three lines that each begins with.
fn records(directory: &Path) -> Vec<Value> {
    let json = |content: &[u8]| {
        let text = content.splitn(4, |byte| *byte == b'\n').nth(3).unwrap();
        serde_json::from_slice(text).unwrap_or_default()
    };
    let is_record = |(name, _): &&(String, Vec<u8>)| name.ends_with(".record"); // locks are empty files
    files(directory).iter().filter(is_record).map(|(_, content)| json(content)).collect()
}
