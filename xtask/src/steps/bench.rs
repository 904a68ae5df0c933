//! The benchmarks, on the screen.

use std::process::ExitStatus;

use crate::verdict::Stop;
use crate::workspace::Workspace;

pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitStatus, Stop> {
    let mut command = workspace.cargo("bench");
    command.args(["-p", "portcullis"]).args(arguments);
    Ok(command.status()?)
}
