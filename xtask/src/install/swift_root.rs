//! A Debian trixie system in the cache folder, made with debootstrap, for the Swift that older Debians lack.
//!
//! Programs enter it with the repository mounted at its usual path. The mounts live in a namespace of the one program,
//! so nothing stays mounted, whatever happens. Where mounting is not allowed (a container without that right), proot
//! does the same by rewriting system calls; apt, which hangs under proot, needs nothing mounted.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{apt, stamp};
use crate::count::Counts;
use crate::progress::Progress;
use crate::verdict::Stop;
use crate::workspace::{Workspace, on_path};

const FOLDER: &str = "swift-root";
const RELEASE: &str = "trixie";
/// Swift, what its Foundation and its linker need, and Node for local-pool's triggers.
const PACKAGES: &str = "swiftlang libc6-dev libstdc++-14-dev gcc git libxml2-dev libcurl4-openssl-dev ca-certificates \
                        nodejs";
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Runs in a mount namespace of its own: `ROOT SHARED... -- PROGRAM ARGUMENTS...`.
const ENTER: &str = r#"
root=$1; shift
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
while [ "$1" != -- ]; do
    mkdir -p "$root$1"
    mount --bind "$1" "$root$1"
    shift
done
shift
exec chroot "$root" "$@"
"#;

pub struct Root {
    folder: PathBuf,
    privileges: &'static [&'static str],
    can_mount: bool,
}

/// Whether the root was made, to the end.
pub fn is_there(workspace: &Workspace) -> bool {
    stamp::is_whole(workspace, FOLDER, &contents())
}

pub fn install(workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
    let Some(privileges) = apt::privileges() else {
        return Err(Stop::Missing(format!("swift on the PATH, or root's rights to make a Debian {RELEASE} root")));
    };
    let can_mount = can_mount(workspace, privileges);
    let mut programs = vec![("debootstrap", "debootstrap")];
    if !can_mount {
        programs.push(("proot", "proot"));
    }
    apt::programs(workspace, progress, &programs)?;
    let remove = |folder: &Path| {
        progress.say(&format!("removing the unfinished or outdated {}", folder.display()));
        root_must(progress, apt::as_root(workspace, privileges, "rm").args(["-rf", "--one-file-system"]).arg(folder))
    };
    let make = |folder: &Path| {
        let root = Root { folder: folder.to_path_buf(), privileges, can_mount };
        root.make(workspace, progress)
    };
    stamp::folder(workspace, progress, FOLDER, &contents(), remove, make)?;
    Ok(())
}

impl Root {
    pub fn find(workspace: &Workspace) -> Result<Self, Stop> {
        if !is_there(workspace) {
            return Err(Stop::Missing("swift (`cargo xtask setup swift` installs it)".into()));
        }
        let privileges = apt::privileges()
            .ok_or_else(|| Stop::Missing("root's rights to enter the Debian root with Swift".into()))?;
        let can_mount = can_mount(workspace, privileges);
        if !can_mount && on_path("proot").is_none() {
            return Err(Stop::Missing("the right to mount, or proot".into()));
        }
        Ok(Self { folder: workspace.cache.join(FOLDER), privileges, can_mount })
    }

    /// `words` in `folder` inside the root, where the folders `shared` have the paths they have outside.
    pub fn command(
        &self,
        workspace: &Workspace,
        shared: &[&Path],
        folder: &Path,
        words: &[String],
        environment: &[(String, String)],
    ) -> Command {
        let shared = outermost(shared);
        let mut command;
        if self.can_mount {
            command = apt::as_root(workspace, self.privileges, "unshare");
            command.args(["--mount", "--propagation", "private", "sh", "-eu", "-c", ENTER, "sh"]);
            command.arg(&self.folder).args(shared).arg("--");
        } else {
            command = apt::as_root(workspace, self.privileges, "proot");
            command.arg("-r").arg(&self.folder).args(["-b", "/proc", "-b", "/dev", "-w", "/"]);
            for folder in shared {
                command.arg("-b").arg(folder);
            }
        }
        inner_environment(&mut command, folder);
        command.args(environment.iter().map(|(name, value)| format!("{name}={value}"))).args(words);
        command
    }

    fn make(&self, workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
        let mirror = mirror(workspace, progress)?;
        progress.say(&format!("making a Debian {RELEASE} root with Swift (600 MB to download, some minutes)"));
        let mut bootstrap = apt::as_root(workspace, self.privileges, "env");
        if let Some(proxy) = apt_setting(workspace, "Acquire::http::Proxy") {
            bootstrap.arg(format!("http_proxy={proxy}"));
        }
        if self.can_mount {
            bootstrap.args(["unshare", "--mount", "--propagation", "private"]);
        }
        bootstrap.args(["debootstrap", "--variant=minbase", "--include=ca-certificates", RELEASE]);
        self.step(progress, bootstrap.arg(&self.folder).arg(&mirror), "debootstrap: the base system")?;
        self.copy_settings(workspace, progress)?;
        self.apt_get(workspace, progress, "update")?;
        self.apt_get(workspace, progress, &format!("install --yes --no-install-recommends {PACKAGES}"))?;
        self.apt_get(workspace, progress, "clean")?;
        let words = ["sh", "-c", "swift --version && node --version"].map(str::to_owned);
        let mut first_start = self.command(workspace, &[], Path::new("/"), &words, &[]);
        self.step(progress, &mut first_start, "the first start of Swift")
    }

    /// How this machine reaches its mirror, for the apt inside.
    fn copy_settings(&self, workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
        let output = workspace.command("apt-config").arg("dump").output()?;
        let dump = String::from_utf8_lossy(&output.stdout).into_owned();
        let prefixes = ["Acquire::http", "Acquire::Retries", "Acquire::Check-", "Acquire::ForceIP"];
        let of_interest = |line: &&str| prefixes.iter().any(|prefix| line.starts_with(prefix));
        let settings: String = dump.lines().filter(of_interest).map(|line| format!("{line}\n")).collect();
        let script = r#"
            printf %s "$2" > "$1/etc/apt/apt.conf.d/80-from-the-host"
            for file in /etc/hosts /etc/resolv.conf /etc/ssl/certs/ca-certificates.crt; do
                if [ -e "$file" ]; then cat "$file" > "$1$file"; fi
            done"#;
        let mut command = apt::as_root(workspace, self.privileges, "sh");
        command.args(["-eu", "-c", script, "sh"]).arg(&self.folder).arg(settings);
        self.step(progress, &mut command, "copying the settings of apt")
    }

    fn apt_get(&self, workspace: &Workspace, progress: &Progress, arguments: &str) -> Result<(), Stop> {
        let words = format!("apt-get --quiet {arguments}");
        let mut command;
        if self.can_mount {
            let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
            command = self.command(workspace, &[], Path::new("/"), &words, &[]);
        } else {
            command = apt::as_root(workspace, self.privileges, "chroot");
            command.arg(&self.folder);
            inner_environment(&mut command, Path::new("/"));
            command.args(words.split(' '));
        }
        let action = arguments.split(' ').next().unwrap_or(arguments);
        self.step(progress, &mut command, &format!("apt-get {action} in the root"))
    }

    fn step(&self, progress: &Progress, command: &mut Command, what: &str) -> Result<(), Stop> {
        progress.say(what);
        if progress.run(command, what)?.success {
            Ok(())
        } else {
            Err(Stop::Missing(format!("swift ({what} failed, see {})", progress.log().display())))
        }
    }
}

/// Nothing of the outer environment but what is named here.
fn inner_environment(command: &mut Command, folder: &Path) {
    command.args(["/usr/bin/env", "-i", "-C"]).arg(folder);
    command.args(["HOME=/root", "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"]).arg(format!("PATH={PATH}"));
    for name in ["CI", "TERM", "http_proxy", "https_proxy", "no_proxy"] {
        if let Ok(value) = std::env::var(name) {
            command.arg(format!("{name}={value}"));
        }
    }
}

fn root_must(progress: &Progress, command: &mut Command) -> Result<(), Stop> {
    let finished = progress.run(command, "rm")?;
    if finished.success { Ok(()) } else { Err(Stop::failed("rm", Counts::default(), &finished.output)) }
}

fn contents() -> String {
    format!("{RELEASE}: {PACKAGES}")
}

fn can_mount(workspace: &Workspace, privileges: &[&str]) -> bool {
    let mut command = apt::as_root(workspace, privileges, "unshare");
    command.args(["--mount", "--propagation", "private", "mount", "--rbind", "/proc", "/proc"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The Debian archive that this machine's own apt uses.
fn mirror(workspace: &Workspace, progress: &Progress) -> Result<String, Stop> {
    apt::update(workspace, progress)?;
    let mut command = workspace.command("apt-get");
    command.args(["indextargets", "--format", "$(SITE) $(CODENAME) $(ORIGIN) $(COMPONENT)", "Created-By: Packages"]);
    let output = String::from_utf8_lossy(&command.output()?.stdout).into_owned();
    debian_archive(&output).ok_or_else(|| Stop::Missing("swift (apt knows no Debian archive to take it from)".into()))
}

/// The first archive that holds a Debian release itself, not its updates.
fn debian_archive(targets: &str) -> Option<String> {
    targets.lines().find_map(|line| match line.split(' ').collect::<Vec<_>>().as_slice() {
        [site, codename, "Debian", "main"] if !codename.contains('-') => Some((*site).to_owned()),
        _ => None,
    })
}

fn apt_setting(workspace: &Workspace, name: &str) -> Option<String> {
    let output = workspace.command("apt-config").args(["shell", "VALUE", name]).output().ok()?;
    let line = String::from_utf8_lossy(&output.stdout).into_owned();
    let value = line.trim().strip_prefix("VALUE='")?.strip_suffix('\'')?;
    (!value.is_empty() && value != "DIRECT").then(|| value.to_owned())
}

/// The folders that are in none of the others.
fn outermost<'a>(folders: &[&'a Path]) -> Vec<&'a Path> {
    let mut sorted: Vec<&Path> = folders.to_vec();
    sorted.sort();
    let mut outer: Vec<&Path> = Vec::new();
    for folder in sorted {
        if !outer.iter().any(|kept| folder.starts_with(kept)) {
            outer.push(folder);
        }
    }
    outer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_is_the_releases_own() {
        let targets = "\
http://mirror.example/debian bookworm-updates Debian main
http://mirror.example/debian-security bookworm-security Debian main
https://packages.example nodistro . nodesource main
http://mirror.example/debian bookworm Debian contrib
http://mirror.example/debian bookworm Debian main";
        assert_eq!(debian_archive(targets).as_deref(), Some("http://mirror.example/debian"));
        assert_eq!(debian_archive("http://ubuntu.example noble Ubuntu main"), None);
    }

    #[test]
    fn a_folder_inside_another_is_not_mounted_twice() {
        let folders = ["/a/b", "/a", "/c/target", "/a/target"].map(Path::new);
        assert_eq!(outermost(&folders), ["/a", "/c/target"].map(Path::new));
        assert_eq!(outermost(&["/ab", "/a"].map(Path::new)), ["/a", "/ab"].map(Path::new));
    }
}
