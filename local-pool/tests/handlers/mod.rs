//! Handlers as users write them, and the folders they put them in.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use local_pool::triggers::{TriggerFailure, TriggerKind, Triggers};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A handler for any trigger that proves it ran.
pub const MARKS: &str = "exports.handler = async (event) => { event.response.mark = 'ran'; };";

pub fn fixture(path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/handlers").join(path);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// A folder of handlers, and triggers that log into memory.
pub struct Handlers {
    folder: TempDir,
    log: Arc<Mutex<Vec<String>>>,
}

impl Handlers {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let handlers = Self { folder: tempfile::tempdir().unwrap(), log: Arc::default() };
        for (path, text) in files {
            handlers.write(path, text);
        }
        handlers
    }

    pub fn path(&self) -> PathBuf {
        fs::canonicalize(self.folder.path()).unwrap()
    }

    pub fn write(&self, path: &str, text: &str) {
        let file = self.folder.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    pub fn triggers(&self) -> Triggers {
        self.logging().with_folder(self.path()).unwrap()
    }

    /// Triggers without a folder that log here.
    pub fn logging(&self) -> Triggers {
        let lines = Arc::clone(&self.log);
        Triggers::default().with_log(Arc::new(move |line: &str| lines.lock().unwrap().push(line.to_owned())))
    }

    pub fn logged(&self) -> String {
        self.log.lock().unwrap().join("\n")
    }

    /// Waits for `text` in the log, for output that is under way when a call has ended.
    pub async fn wait_for_log(&self, text: &str) {
        for _ in 0..500 {
            if self.logged().contains(text) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{text:?} is not in the log:\n{}", self.logged());
    }
}

/// An event as the pool sends it.
pub fn event(request: Value) -> Value {
    json!({
        "version": "1",
        "triggerSource": "Test_Test",
        "region": "eu-west-1",
        "userPoolId": "eu-west-1_Abc",
        "userName": "ana",
        "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": "client"},
        "request": request,
        "response": {},
    })
}

pub async fn run(triggers: &Triggers, kind: TriggerKind, request: Value) -> Result<Value, TriggerFailure> {
    Ok(triggers.invoke(kind, None, event(request)).await?["response"].take())
}

/// The challenge rounds so far, as define's `session` lists them.
pub fn rounds(rounds: &[(&str, bool)]) -> Value {
    let entry = |(name, result): &(&str, bool)| json!({"challengeName": name, "challengeResult": result});
    json!({"session": rounds.iter().map(entry).collect::<Vec<_>>(), "userAttributes": {"email": "ana@example.com"}})
}
