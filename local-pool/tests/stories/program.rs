//! `local-pool serve` as a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::client::http;

/// Killed when dropped.
pub struct Program {
    pub child: Child,
    pub out: BufReader<ChildStdout>,
    pub endpoint: String,
}

impl Program {
    pub fn serve(arguments: &[&str]) -> Self {
        Self::of(command(arguments))
    }

    /// Starts a command that serves, and waits until it does.
    pub fn of(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let mut program = Self { child, out, endpoint: String::new() };
        let first = program.line();
        program.endpoint = first.strip_prefix("local-pool listening on ").expect(&first).to_owned();
        program
    }

    /// The next line of standard output.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// How it ended; panics when it has not after `most`.
    pub fn end(&mut self, most: Duration) -> ExitStatus {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(started.elapsed() < most, "it does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Kills it as `kill -9` does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}

pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_local-pool"));
    command.arg("serve").args(arguments);
    command
}

/// Status and body of an operation; None when the server is gone.
pub async fn call(http: &reqwest::Client, endpoint: &str, operation: &str, body: &Value) -> Option<(u16, Value)> {
    let request = http.post(endpoint).header("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"));
    let response = request.body(body.to_string()).send().await.ok()?;
    let (status, text) = (response.status().as_u16(), response.text().await.ok()?);
    Some((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
}

/// The body of a success.
pub async fn succeed(endpoint: &str, operation: &str, body: Value) -> Value {
    let (status, answer) = call(&http(), endpoint, operation, &body).await.unwrap();
    assert_eq!(status, 200, "{operation}: {answer}");
    answer
}
