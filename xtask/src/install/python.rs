//! The Python packages of the interoperability tests, in an environment of their own.

use std::fs;
use std::path::PathBuf;

use super::{apt, stamp};
use crate::progress::Progress;
use crate::verdict::Stop;
use crate::workspace::Workspace;

const FOLDER: &str = "interop-python";
const REQUIREMENTS: &str = "tests/interop/requirements.txt";

pub fn install(workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
    apt::programs(workspace, progress, &[("python3", "python3")])?;
    let requirements = workspace.root.join(REQUIREMENTS);
    let contents = fs::read_to_string(&requirements)?;
    stamp::folder(workspace, progress, FOLDER, &contents, stamp::remove, |folder| {
        progress.say("installing the Python packages of the interoperability tests");
        if !has_venv(workspace)? {
            apt::packages_for(workspace, progress, &["python3-venv"])?;
        }
        let mut environment = workspace.command("python3");
        environment.args(["-m", "venv"]).arg(folder);
        if !progress.run(&mut environment, "python3 -m venv")?.success {
            return Err(Stop::Missing("python3 -m venv (Debian's python3-venv)".into()));
        }
        let mut pip = workspace.command(folder.join("bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        if progress.run(pip.arg(&requirements), "pip install")?.success {
            Ok(())
        } else {
            Err(Stop::Missing("the Python packages of tests/interop (pip install failed)".into()))
        }
    })?;
    Ok(())
}

/// The Python that has the packages.
pub fn program(workspace: &Workspace) -> PathBuf {
    workspace.cache.join(FOLDER).join("bin/python")
}

fn has_venv(workspace: &Workspace) -> Result<bool, Stop> {
    Ok(workspace.command("python3").args(["-c", "import ensurepip, venv"]).output()?.status.success())
}
