//! Running the functions of a folder: found afresh for each call, staged when they changed, run by the one `node`.
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::failure::{TriggerFailure, TriggerSetupError};
use super::folder::{self, Function};
use super::log::TriggerLog;
use super::node::{self, Node, Reply};
use super::package_json::ModuleFormat;
use super::scratch::Scratch;
use super::staging::{self, Staged, StagingPlaces};
use super::{amplify, npm};
use crate::blocking::in_place;
use crate::model::trigger_kind::TriggerKind;

/// Loading is not counted into a call's time: on a slow machine the first start of `node` alone may use it up. The
/// runner gives up on a module sooner, once its thread runs.
const LOAD_LIMIT: Duration = Duration::from_secs(30);
const DEFAULT_REGION: &str = "us-east-1";
const ACCOUNT: &str = "000000000000";

/// A folder of Node.js functions, with the `node` that runs them.
#[derive(Debug)]
pub(super) struct FolderRuntime {
    folder: PathBuf,
    dependencies: PathBuf,
    node: Node,
    log: TriggerLog,
    /// By entry: the stamp of what is staged, and where.
    staged: Mutex<HashMap<PathBuf, (String, Staged)>>,
    /// Copies of functions and the runner's own files. After `node`, so that it is removed once nothing runs in it.
    scratch: Scratch,
}

impl FolderRuntime {
    pub(super) fn new(folder: &Path, log: TriggerLog) -> Result<Self, TriggerSetupError> {
        let unreadable = |error: std::io::Error| TriggerSetupError::FolderUnreadable {
            folder: folder.to_owned(),
            reason: error.to_string(),
        };
        if !folder.is_dir() {
            return Err(TriggerSetupError::FolderMissing(folder.to_owned()));
        }
        node::check_installed()?;
        // Whole paths, links resolved: node reports paths that way, and they are looked for in its reports.
        let folder = fs::canonicalize(folder).map_err(unreadable)?;
        let scratch = Scratch::make(&temp_dir(), "local-pool-triggers-").map_err(unreadable)?;
        let functions = folder::scan(&folder)?;
        for kind in TriggerKind::all() {
            folder::find(&functions, kind)?;
        }
        if functions.iter().all(|function| function.kind.is_none()) {
            let names: Vec<_> = functions.iter().map(|function| function.name.as_str()).collect();
            log.write(
                "triggers",
                &format!("{} has no handler named like a trigger yet; it has {names:?}", folder.display()),
            );
        }
        let node = Node::new(scratch.path().join("runner"), folder.clone(), log.clone());
        let staged = Mutex::default();
        Ok(Self { folder, dependencies: npm::default_cache(), node, log, staged, scratch })
    }

    pub(super) fn set_dependency_cache(&mut self, folder: PathBuf) {
        self.dependencies = folder;
    }

    /// Whether a call of `kind` would come here; true as well when it would then fail because of what is in the folder.
    pub(super) fn has(&self, kind: TriggerKind) -> bool {
        let found = self.functions().and_then(|functions| Ok(folder::find(&functions, kind)?.is_some()));
        found.unwrap_or(true)
    }

    /// The function that serves pools which name none for `kind`.
    pub(super) fn function_for(&self, kind: TriggerKind) -> Result<Option<Function>, TriggerFailure> {
        let functions = self.functions().map_err(|error| self.setup_failure(&error))?;
        Ok(folder::find(&functions, kind).map_err(|error| self.setup_failure(&error))?.cloned())
    }

    /// The function that an ARN's function name means.
    pub(super) fn function_named(&self, name: &str) -> Result<Option<Function>, TriggerFailure> {
        let functions = self.functions().map_err(|error| self.setup_failure(&error))?;
        Ok(folder::find_by_name(&functions, name).cloned())
    }

    fn functions(&self) -> Result<Vec<Function>, TriggerSetupError> {
        in_place(|| folder::scan(&self.folder))
    }

    fn setup_failure(&self, error: &TriggerSetupError) -> TriggerFailure {
        let text = error.to_string();
        self.log.write("triggers", &text);
        TriggerFailure::NotInvocable(text)
    }

    /// Stages and loads every trigger's function, so that no sign-in has to wait for npm.
    pub(super) async fn load_all(&self) -> Result<(), TriggerFailure> {
        for kind in TriggerKind::all() {
            if let Some(function) = self.function_for(kind)? {
                let prepared = self.prepare(&function, DEFAULT_REGION).await?;
                self.load(&prepared).await?;
            }
        }
        Ok(())
    }

    /// Finds out how `function` is to be loaded, and makes a copy and installs dependencies if it needs them.
    pub(super) async fn prepare(&self, function: &Function, region: &str) -> Result<Prepared, TriggerFailure> {
        let stamp = in_place(|| folder::stamp(function));
        let staged = self.stage(function, &stamp).await?;
        let environment = in_place(|| amplify::environment(function, region));
        let request = json!({
            "fn": {
                // Pools in two regions need not reload each other's.
                "key": format!("{}@{region}", function.entry.display()),
                "name": function.name,
                "entry": staged.entry,
                "env": environment,
                // A copy's path means nothing to the user; the function's own does.
                "loadedFrom": staged.root,
                "knownAs": function.root,
            },
            "stamp": stamp,
        });
        let arn = format!("arn:aws:lambda:{region}:{ACCOUNT}:function:{}", function.name);
        Ok(Prepared { request, arn })
    }

    /// One call of a prepared function, under the ARN the pool names for it if it names one.
    pub(super) async fn call(
        &self,
        prepared: &Prepared,
        arn: Option<&str>,
        event: &Value,
        limit: Duration,
    ) -> Result<Value, TriggerFailure> {
        self.load(prepared).await?;
        let mut request = prepared.request("invoke");
        request["event"] = event.clone();
        request["arn"] = json!(arn.unwrap_or(&prepared.arn));
        request["timeoutMs"] = json!(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX));
        outcome(self.node.request(request, limit).await)
    }

    /// Quick when the function is loaded as it stands.
    async fn load(&self, prepared: &Prepared) -> Result<(), TriggerFailure> {
        outcome(self.node.request(prepared.request("load"), LOAD_LIMIT).await).map(drop)
    }

    async fn stage(&self, function: &Function, stamp: &str) -> Result<Staged, TriggerFailure> {
        // Held throughout: two calls must not both run npm for the same function.
        let mut kept = self.staged.lock().await;
        if let Some((staged_stamp, staged)) = kept.get(&function.entry)
            && staged_stamp == stamp
        {
            return Ok(staged.clone());
        }
        let syntax = self.node.request(json!({"op": "syntax", "file": function.entry}), LOAD_LIMIT).await;
        let syntax = match syntax {
            Reply::Done(value) => value.as_str().and_then(ModuleFormat::from_type_value),
            Reply::Unstartable(reason) => return Err(TriggerFailure::NotInvocable(reason)),
            // Whatever keeps it from being read shows again, better worded, when it is loaded.
            _ => None,
        };
        let inspection =
            in_place(|| staging::inspect(function, syntax)).map_err(|text| self.not_invocable(function, text))?;
        let places = StagingPlaces { copies: self.scratch.path(), dependencies: &self.dependencies };
        let staged = staging::stage(function, stamp, &inspection, places, &self.log)
            .await
            .map_err(|text| self.not_invocable(function, text))?;
        kept.insert(function.entry.clone(), (stamp.to_owned(), staged.clone()));
        Ok(staged)
    }

    fn not_invocable(&self, function: &Function, text: String) -> TriggerFailure {
        self.log.write(&function.name, &text);
        TriggerFailure::NotInvocable(text)
    }
}

/// A function that `node` can load.
#[derive(Debug)]
pub(super) struct Prepared {
    request: Value,
    /// What the context calls the function when the pool names no ARN.
    arn: String,
}

impl Prepared {
    fn request(&self, operation: &str) -> Value {
        let mut request = self.request.clone();
        request["op"] = json!(operation);
        request
    }
}

fn outcome(reply: Reply) -> Result<Value, TriggerFailure> {
    match reply {
        Reply::Done(answer) => Ok(answer),
        Reply::Failed(message) => Err(TriggerFailure::Threw(message)),
        Reply::Exited(reason) => Err(TriggerFailure::Threw(format!("Error: {reason}"))),
        Reply::Unstartable(reason) => Err(TriggerFailure::NotInvocable(reason)),
        Reply::TimedOut => Err(TriggerFailure::TimedOut),
        Reply::Unreadable => Err(TriggerFailure::Unrecognizable),
    }
}

fn temp_dir() -> PathBuf {
    let folder = std::env::temp_dir();
    fs::canonicalize(&folder).unwrap_or(folder)
}
