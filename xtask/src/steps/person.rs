//! A person with a browser, for the tests of every language: `person.mjs`, which signs in at the pages for whoever asks.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdin, Stdio};

use crate::install;
use crate::verdict::Stop;
use crate::workspace::Workspace;

const SCRIPT: &str = "person.mjs";
/// What its first line begins with.
const WAITING: &str = "person waiting at ";

/// They go when this is dropped.
pub struct Person {
    address: String,
    child: Child,
    /// The child ends when this does.
    input: Option<ChildStdin>,
}

impl Person {
    /// Starts the script in `folder` of the repository.
    pub fn start(workspace: &Workspace, folder: &str) -> Result<Self, Stop> {
        let mut command = workspace.command("node");
        command.arg(workspace.root.join(folder).join(SCRIPT)).arg("--serve");
        command.env("PORTCULLIS_CHROMIUM", install::browser::program()?);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let mut person = Self { address: String::new(), child, input };
        let mut line = String::new();
        if let Some(output) = output {
            BufReader::new(output).read_line(&mut line)?;
        }
        let address = line.trim().strip_prefix(WAITING);
        person.address = address.ok_or_else(|| Stop::Missing(format!("a browser ({SCRIPT} ended)")))?.to_owned();
        Ok(person)
    }

    /// The variable that tells tests where they wait.
    pub fn variable(&self) -> (String, String) {
        ("PORTCULLIS_PERSON".to_owned(), self.address.clone())
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait(); // it has ended either way
    }
}
