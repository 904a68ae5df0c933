//! Debian's package manager.

use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::progress::Progress;
use crate::verdict::Stop;
use crate::workspace::{Workspace, on_path};

/// Installs the packages of those programs that are not on the PATH.
pub fn programs(workspace: &Workspace, progress: &Progress, wanted: &[(&str, &str)]) -> Result<(), Stop> {
    let missing: Vec<_> = wanted.iter().filter(|(program, _)| on_path(program).is_none()).collect();
    let packages: Vec<&str> = missing.iter().map(|(_, package)| *package).collect();
    packages_for(workspace, progress, &packages)?;
    match missing.iter().find(|(program, _)| on_path(program).is_none()) {
        Some((program, package)) => Err(Stop::Missing(format!("{program}, though {package} is installed"))),
        None => Ok(()),
    }
}

/// Installs packages. Does nothing for none.
pub fn packages_for(workspace: &Workspace, progress: &Progress, packages: &[&str]) -> Result<(), Stop> {
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    if on_path("apt-get").is_none() {
        return Err(Stop::Missing(format!("Debian's packages {list}, or the same programs from elsewhere")));
    }
    let Some(prefix) = privileges() else {
        return Err(Stop::Missing(format!("the rights to run `apt-get install {list}`")));
    };
    update(workspace, progress)?;
    progress.say(&format!("installing {list} with apt"));
    let mut command = as_root(workspace, prefix, "apt-get");
    command.args(["install", "--yes", "--quiet", "--no-install-recommends"]);
    command.args(["-o", "DPkg::Lock::Timeout=600", "-o", "Dpkg::Use-Pty=0"]).args(packages);
    let finished = progress.run(&mut command, &format!("apt-get install {list}"))?;
    if finished.success { Ok(()) } else { Err(Stop::Missing(format!("{list} (apt-get install failed)"))) }
}

/// Whether a package is installed: for those that bring no program.
pub fn is_installed(workspace: &Workspace, package: &str) -> bool {
    let mut command = workspace.command("dpkg-query");
    command.args(["--show", "--showformat=${db:Status-Status}", package]);
    command.output().is_ok_and(|output| output.status.success() && output.stdout == b"installed")
}

/// Whether apt could install it, as far as its lists say.
pub fn offers(workspace: &Workspace, progress: &Progress, package: &str) -> Result<bool, Stop> {
    if on_path("apt-cache").is_none() {
        return Ok(false);
    }
    if privileges().is_some() {
        update(workspace, progress)?;
    }
    let mut command = workspace.command("apt-cache");
    command.args(["policy", package]).env("LC_ALL", "C");
    let output = String::from_utf8_lossy(&command.output()?.stdout).into_owned();
    Ok(output.lines().any(|line| line.trim().starts_with("Candidate:") && !line.contains("(none)")))
}

/// How this user becomes root: not at all needed, by sudo, or not possible.
pub fn privileges() -> Option<&'static [&'static str]> {
    static PRIVILEGES: OnceLock<Option<&'static [&'static str]>> = OnceLock::new();
    *PRIVILEGES.get_or_init(|| {
        let succeeds = |program: &str, arguments: &[&str]| {
            let mut command = Command::new(program);
            command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            command.status().is_ok_and(|status| status.success())
        };
        if succeeds("sh", &["-c", "test $(id -u) = 0"]) {
            Some(&[])
        } else if succeeds("sudo", &["-n", "true"]) {
            Some(&["sudo", "-n"])
        } else {
            None
        }
    })
}

/// A command that runs as root. It keeps the proxy settings and asks no questions.
pub fn as_root(workspace: &Workspace, prefix: &[&str], program: &str) -> Command {
    let mut words = prefix.iter().copied();
    let Some(first) = words.next() else {
        let mut command = workspace.command(program);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        return command;
    };
    let mut command = workspace.command(first);
    command.args(words).arg("env").arg("DEBIAN_FRONTEND=noninteractive");
    for (name, value) in std::env::vars() {
        if name.to_ascii_lowercase().ends_with("_proxy") {
            command.arg(format!("{name}={value}"));
        }
    }
    command.arg(program);
    command
}

/// Reads the package lists, once a run.
pub fn update(workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
    static DONE: OnceLock<()> = OnceLock::new();
    if DONE.get().is_some() {
        return Ok(());
    }
    let Some(prefix) = privileges() else {
        return Err(Stop::Missing("the rights to run `apt-get update`".into()));
    };
    let mut command = as_root(workspace, prefix, "apt-get");
    command.args(["update", "--quiet", "-o", "DPkg::Lock::Timeout=600"]);
    // Some source may be down; what the others offer can suffice, so the installation decides.
    progress.run(&mut command, "apt-get update")?;
    DONE.get_or_init(|| ());
    Ok(())
}
