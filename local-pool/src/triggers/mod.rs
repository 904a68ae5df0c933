//! Lambda triggers, three ways: Rust closures, a folder of Node.js handlers, and any server with the Lambda Invoke API.
//!
//! Which one runs: a closure, if the trigger has one. Else, when the pool's `LambdaConfig` names an ARN, the Lambda
//! endpoint, or without an endpoint the folder's function of that name. Else the folder's function for the trigger.

mod amplify;
mod answer;
mod failure;
mod folder;
mod folder_runtime;
mod lambda_endpoint;
mod lines;
mod log;
mod node;
mod npm;
mod package_json;
mod scratch;
mod staging;
mod text_file;

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serde_json::Value;

pub use self::failure::{TriggerFailure, TriggerSetupError};
pub use self::log::LogSink;
pub use crate::model::trigger_kind::TriggerKind;

use self::folder_runtime::{FolderRuntime, Prepared};
use self::lambda_endpoint::{LambdaEndpoint, function_name};
use self::log::TriggerLog;

type Closure = dyn Fn(Value) -> Result<Value, String> + Send + Sync;

/// How long a function may take, and how often one that takes longer is called again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TriggerTiming {
    /// For one try. Cognito waits 5 s (developer guide, "Things to know about Lambda triggers").
    pub limit: Duration,
    /// In all, counting the first; at least 1. Only a time-out leads to another try. Cognito makes three.
    pub tries: u32,
}

impl Default for TriggerTiming {
    fn default() -> Self {
        Self { limit: Duration::from_secs(5), tries: 3 }
    }
}

/// All triggers of a server. Clones share their closures, folder, endpoint and log.
#[derive(Clone, Default)]
pub struct Triggers {
    closures: Arc<RwLock<HashMap<TriggerKind, Arc<Closure>>>>,
    folder: Option<Arc<FolderRuntime>>,
    endpoint: Option<Arc<LambdaEndpoint>>,
    log: TriggerLog,
    timing: TriggerTiming,
    dependency_cache: Option<PathBuf>,
}

/// What a call turned out to go to.
enum Route {
    Closure(Arc<Closure>),
    Endpoint(Arc<LambdaEndpoint>),
    Folder(Arc<FolderRuntime>, Prepared),
}

impl Triggers {
    /// Runs `closure` for `kind` in every pool, from now on. It gets the event and gives the whole event back;
    /// its error is what a function would have thrown. It runs on a thread that may block.
    pub fn on(&self, kind: TriggerKind, closure: impl Fn(Value) -> Result<Value, String> + Send + Sync + 'static) {
        self.closures.write().unwrap_or_else(PoisonError::into_inner).insert(kind, Arc::new(closure));
    }

    /// Takes the closure for `kind` away again.
    pub fn remove(&self, kind: TriggerKind) {
        self.closures.write().unwrap_or_else(PoisonError::into_inner).remove(&kind);
    }

    /// Serves the Node.js functions of a folder, flat or as the Amplify CLI writes it. Needs `node` on the PATH.
    pub fn with_folder(mut self, dir: impl Into<PathBuf>) -> Result<Self, TriggerSetupError> {
        let mut folder = FolderRuntime::new(&dir.into(), self.log.clone())?;
        if let Some(cache) = &self.dependency_cache {
            folder.set_dependency_cache(cache.clone());
        }
        self.folder = Some(Arc::new(folder));
        Ok(self)
    }

    /// Where a folder's npm dependencies are kept from one run to the next; call it before [`Self::with_folder`].
    /// By default a folder in the user's cache folder.
    pub fn with_dependency_cache(mut self, dir: impl Into<PathBuf>) -> Self {
        self.dependency_cache = Some(dir.into());
        self
    }

    /// Invokes the functions that pools name by ARN at `url`, which is `https`, or `http` on the loopback.
    pub fn with_lambda_endpoint(mut self, url: &str) -> Result<Self, TriggerSetupError> {
        self.endpoint = Some(Arc::new(LambdaEndpoint::new(url, self.log.clone())?));
        Ok(self)
    }

    /// Sends what functions print, and the stack traces of their errors, to `sink` line by line; by default to
    /// standard error. Each line starts with the function's name in brackets.
    pub fn with_log(self, sink: LogSink) -> Self {
        self.log.set_sink(sink);
        self
    }

    /// Changes the time functions have.
    pub fn with_timing(mut self, timing: TriggerTiming) -> Self {
        self.timing = timing;
        self
    }

    /// Loads the folder's functions for triggers now, npm dependencies included, rather than when first called.
    pub async fn load(&self) -> Result<(), TriggerFailure> {
        match &self.folder {
            Some(folder) => folder.load_all().await,
            None => Ok(()),
        }
    }

    /// Whether `kind` runs anything in a pool whose `LambdaConfig` names `lambda_arn` for it.
    pub fn has(&self, kind: TriggerKind, lambda_arn: Option<&str>) -> bool {
        lambda_arn.is_some()
            || self.closure(kind).is_some()
            || self.folder.as_ref().is_some_and(|folder| folder.has(kind))
    }

    /// Runs `kind` and returns the whole event the function gave back, its envelope and types checked.
    pub async fn invoke(
        &self,
        kind: TriggerKind,
        lambda_arn: Option<&str>,
        event: Value,
    ) -> Result<Value, TriggerFailure> {
        let region = event.get("region").and_then(Value::as_str).unwrap_or("us-east-1");
        let route = self.route(kind, lambda_arn, region).await?;
        let mut tries_left = self.timing.tries.max(1);
        loop {
            tries_left -= 1;
            match self.attempt(&route, kind, lambda_arn, &event).await {
                Err(TriggerFailure::TimedOut) if tries_left > 0 => {}
                Err(failure) => return Err(failure),
                Ok(answer) => return answer::recognise(kind, &event, answer),
            }
        }
    }

    async fn route(&self, kind: TriggerKind, arn: Option<&str>, region: &str) -> Result<Route, TriggerFailure> {
        if let Some(closure) = self.closure(kind) {
            return Ok(Route::Closure(closure));
        }
        if let (Some(_), Some(endpoint)) = (arn, &self.endpoint) {
            return Ok(Route::Endpoint(Arc::clone(endpoint)));
        }
        let function = match (&self.folder, arn) {
            (Some(folder), Some(arn)) => folder.function_named(function_name(arn))?.map(|function| (folder, function)),
            (Some(folder), None) => folder.function_for(kind)?.map(|function| (folder, function)),
            (None, _) => None,
        };
        let Some((folder, function)) = function else {
            let what =
                arn.map_or("no function for it", |_| "no Lambda endpoint and no function of that name in the folder");
            let target = arn.unwrap_or(kind.name());
            return Err(TriggerFailure::NotInvocable(format!("ResourceNotFoundException: {target}: {what}")));
        };
        let prepared = folder.prepare(&function, region).await?;
        Ok(Route::Folder(Arc::clone(folder), prepared))
    }

    async fn attempt(
        &self,
        route: &Route,
        kind: TriggerKind,
        arn: Option<&str>,
        event: &Value,
    ) -> Result<Value, TriggerFailure> {
        let limit = self.timing.limit;
        let timed_out = |_| TriggerFailure::TimedOut;
        match route {
            Route::Closure(closure) => {
                let (closure, event) = (Arc::clone(closure), event.clone());
                let run = tokio::task::spawn_blocking(move || closure(event));
                let finished = tokio::time::timeout(limit, run).await.map_err(timed_out)?;
                let answer =
                    finished.map_err(|_| TriggerFailure::Threw(format!("the closure for {} panicked", kind.name())))?;
                answer.map_err(TriggerFailure::Threw)
            }
            Route::Endpoint(endpoint) => {
                let call = endpoint.invoke(arn.unwrap_or_default(), event);
                tokio::time::timeout(limit, call).await.map_err(timed_out)?
            }
            Route::Folder(folder, prepared) => folder.call(prepared, arn, event, limit).await,
        }
    }

    fn closure(&self, kind: TriggerKind) -> Option<Arc<Closure>> {
        self.closures.read().unwrap_or_else(PoisonError::into_inner).get(&kind).cloned()
    }
}

impl fmt::Debug for Triggers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let closures = self.closures.read().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("Triggers")
            .field("closures", &closures.keys().collect::<Vec<_>>())
            .field("folder", &self.folder)
            .field("endpoint", &self.endpoint)
            .field("timing", &self.timing)
            .finish_non_exhaustive()
    }
}
