//! The one long-lived `node`: started when first needed, started again when it has died, killed when dropped.
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{mpsc, oneshot};

use super::failure::TriggerSetupError;
use super::lambda_endpoint::LONGEST_ANSWER;
use super::lines;
use super::log::TriggerLog;
use crate::blocking::in_place;

/// The first release whose worker threads and module loader behave as the runner relies on.
pub(super) const LEAST_NODE: u32 = 18;
/// How long output may still come in after the process has ended.
const DRAIN: Duration = Duration::from_millis(200);
/// Lines of the protocol start with the record separator; all others are output.
const RECORD_SEPARATOR: u8 = 0x1e;
/// The longest answer of a function, and what is around it.
const LONGEST_LINE: usize = LONGEST_ANSWER + 1024;
const SCRIPTS: [(&str, &str); 3] = [
    ("runner.mjs", include_str!("runner.mjs")),
    ("worker.mjs", include_str!("worker.mjs")),
    ("errors.mjs", include_str!("errors.mjs")),
];

/// Fails when `node` is not on the PATH or too old.
pub(super) fn check_installed() -> Result<(), TriggerSetupError> {
    let output = std::process::Command::new("node").arg("--version").stdin(Stdio::null()).output();
    let output = output.map_err(|_| TriggerSetupError::NodeMissing { least: LEAST_NODE })?;
    let found = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let major = found.trim_start_matches('v').split('.').next().and_then(|text| text.parse::<u32>().ok());
    match major {
        Some(major) if major >= LEAST_NODE => Ok(()),
        _ => Err(TriggerSetupError::NodeTooOld { found, least: LEAST_NODE }),
    }
}

/// What came of a request.
#[derive(Debug)]
pub(super) enum Reply {
    Done(Value),
    /// The handler, or loading it, failed with this message.
    Failed(String),
    /// The whole process ended; holds how.
    Exited(String),
    /// It could not be started.
    Unstartable(String),
    TimedOut,
    /// An answer, or the text of an error, that is no JSON to be read here: half a character, too deep, too long.
    Unreadable,
}

#[derive(Debug)]
pub(super) struct Node {
    /// Where the runner's own files go; the handlers' working folder is `cwd`.
    scripts: PathBuf,
    cwd: PathBuf,
    log: TriggerLog,
    next_id: AtomicU64,
    current: Mutex<Option<Arc<Process>>>,
}

impl Node {
    pub(super) fn new(scripts: PathBuf, cwd: PathBuf, log: TriggerLog) -> Self {
        Self { scripts, cwd, log, next_id: AtomicU64::new(1), current: Mutex::new(None) }
    }

    /// Sends one request, an object without its `id`, and waits for its answer.
    pub(super) async fn request(&self, mut request: Value, limit: Duration) -> Reply {
        let process = match in_place(|| self.process()) {
            Ok(process) => process,
            Err(error) => return Reply::Unstartable(format!("node cannot be started: {error}")),
        };
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        request["id"] = json!(id);
        let answer = process.send(id, &request);
        match tokio::time::timeout(limit, answer).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(_)) => Reply::Exited("Runtime exited without providing a reason".to_owned()),
            Err(_) => {
                process.pending.take(id);
                process.write(&json!({"op": "abandon", "call": id}));
                Reply::TimedOut
            }
        }
    }

    fn process(&self) -> io::Result<Arc<Process>> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        match current.as_ref().filter(|process| !process.pending.is_closed()) {
            Some(process) => Ok(Arc::clone(process)),
            None => {
                let process = Arc::new(Process::start(&self.scripts, &self.cwd, &self.log)?);
                *current = Some(Arc::clone(&process));
                Ok(process)
            }
        }
    }
}

#[derive(Debug)]
struct Process {
    pending: Arc<Pending>,
    lines: mpsc::UnboundedSender<String>,
    /// Dropping it makes the supervising task kill the child.
    _stop: oneshot::Sender<()>,
}

impl Process {
    fn start(scripts: &Path, cwd: &Path, log: &TriggerLog) -> io::Result<Self> {
        fs::create_dir_all(scripts)?;
        for (name, text) in SCRIPTS {
            fs::write(scripts.join(name), text)?;
        }
        let mut child = Command::new("node")
            .arg(scripts.join("runner.mjs"))
            .current_dir(cwd)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let (Some(stdin), Some(stdout), Some(stderr)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(io::Error::other("its standard streams are not open"));
        };
        let pending = Arc::new(Pending::default());
        let (lines, requests) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(write_requests(stdin, requests));
        tokio::spawn(copy_to_log(stderr, log.clone()));
        tokio::spawn(supervise(child, stdout, CloseOnDrop(Arc::clone(&pending)), log.clone(), stopped));
        Ok(Self { pending, lines, _stop: stop })
    }

    fn send(&self, id: u64, request: &Value) -> oneshot::Receiver<Reply> {
        let (sender, receiver) = oneshot::channel();
        self.pending.insert(id, sender);
        self.write(request);
        receiver
    }

    fn write(&self, request: &Value) {
        // A closed channel means the process is gone; whoever waits learns that from `pending`.
        let _ = self.lines.send(format!("{request}\n"));
    }
}

/// Requests that wait for an answer; closed for good when the process ends.
#[derive(Debug, Default)]
struct Pending(Mutex<PendingState>);

#[derive(Debug, Default)]
struct PendingState {
    waiting: HashMap<u64, oneshot::Sender<Reply>>,
    closed: Option<String>,
}

impl Pending {
    fn with<T>(&self, work: impl FnOnce(&mut PendingState) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn insert(&self, id: u64, sender: oneshot::Sender<Reply>) {
        self.with(|state| match &state.closed {
            Some(reason) => drop(sender.send(Reply::Exited(reason.clone()))),
            None => drop(state.waiting.insert(id, sender)),
        });
    }

    fn take(&self, id: u64) -> Option<oneshot::Sender<Reply>> {
        self.with(|state| state.waiting.remove(&id))
    }

    fn is_closed(&self) -> bool {
        self.with(|state| state.closed.is_some())
    }

    fn close(&self, reason: &str) {
        self.with(|state| {
            state.closed.get_or_insert_with(|| reason.to_owned());
            for (_, sender) in state.waiting.drain() {
                // The one who waited may have given up.
                let _ = sender.send(Reply::Exited(reason.to_owned()));
            }
        });
    }
}

/// Closes `pending` even when the runtime that drove the process goes away before the process does.
struct CloseOnDrop(Arc<Pending>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close("Runtime exited without providing a reason");
    }
}

async fn write_requests(mut stdin: ChildStdin, mut requests: mpsc::UnboundedReceiver<String>) {
    while let Some(line) = requests.recv().await {
        if stdin.write_all(line.as_bytes()).await.is_err() || stdin.flush().await.is_err() {
            return;
        }
    }
}

async fn copy_to_log(stream: impl AsyncRead + Unpin, log: TriggerLog) {
    let mut stream = BufReader::new(stream);
    while let Some(line) = lines::next(&mut stream, LONGEST_LINE).await {
        log.write("node", &String::from_utf8_lossy(&line));
    }
}

async fn supervise(
    mut child: Child,
    stdout: ChildStdout,
    pending: CloseOnDrop,
    log: TriggerLog,
    stopped: oneshot::Receiver<()>,
) {
    let answers = read_answers(stdout, &pending.0, &log);
    tokio::pin!(answers);
    tokio::select! {
        () = &mut answers => {}
        // A child of the handler's may hold the pipe open, so its end is not the only sign.
        _ = child.wait() => drop(tokio::time::timeout(DRAIN, &mut answers).await),
        _ = stopped => {}
    }
    // Fails only for a process that has ended already.
    let _ = child.start_kill();
    let reason = child.wait().await.map_or_else(|error| error.to_string(), exit_text);
    pending.0.close(&reason);
}

/// Worded like Lambda's own report of a dead runtime.
fn exit_text(status: ExitStatus) -> String {
    if status.success() {
        return "Runtime exited without providing a reason".to_owned();
    }
    format!("Runtime exited with error: {status}")
}

async fn read_answers(stdout: ChildStdout, pending: &Pending, log: &TriggerLog) {
    let mut stdout = BufReader::new(stdout);
    while let Some(line) = lines::next(&mut stdout, LONGEST_LINE).await {
        let at = line.iter().position(|&byte| byte == RECORD_SEPARATOR);
        let (output, record) = line.split_at(at.unwrap_or(line.len()));
        if !output.is_empty() {
            log.write("node", &String::from_utf8_lossy(output));
        }
        if let Some(record) = record.get(1..) {
            dispatch(record, pending, log);
        }
    }
}

/// A record is `log SOURCE TEXT`, or a request's number and `ok ANSWER`, `error TEXT` or `timeout`; words in capitals
/// are JSON. What the function said comes last: however broken it is, whose it is can be told.
fn dispatch(record: &[u8], pending: &Pending, log: &TriggerLog) {
    let mut words = record.splitn(3, |byte| *byte == b' ');
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let said = words.next().unwrap_or_default();
    let text = |json: &[u8]| serde_json::from_slice::<String>(json).ok();
    if first == b"log" {
        let source = text(second).unwrap_or_else(|| "node".to_owned());
        return log.write(&source, &text(said).unwrap_or_else(|| String::from_utf8_lossy(said).into_owned()));
    }
    let number = std::str::from_utf8(first).ok().and_then(|digits| digits.parse().ok());
    let Some(sender) = number.and_then(|id| pending.take(id)) else {
        return;
    };
    let reply = match second {
        b"ok" => serde_json::from_slice(said).map_or(Reply::Unreadable, Reply::Done),
        b"error" => text(said).map_or(Reply::Unreadable, Reply::Failed),
        b"timeout" => Reply::TimedOut,
        _ => Reply::Unreadable,
    };
    // The one who waited may have given up.
    let _ = sender.send(reply);
}
