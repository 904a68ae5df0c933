//! Where things are, and the commands that start from there.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Clone)]
pub struct Workspace {
    /// The repository.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// What is installed outside the system and outlives a checkout.
    pub cache: PathBuf,
    /// What could not run is a failure, and Cargo.lock is not to change.
    pub ci: bool,
    /// The library is built as it is shipped.
    pub optimised: bool,
}

impl Workspace {
    /// `ci` says that CI's rules were asked for by name; the variable `CI` asks for them too.
    pub fn find(ci: bool) -> Result<Self, String> {
        let manifest =
            env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.parent().map(Path::to_path_buf).ok_or("xtask has no parent folder")?;
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => std::path::absolute(folder).map_err(|error| format!("CARGO_TARGET_DIR: {error}"))?,
            None => root.join("target"),
        };
        let cache = match (env::var_os("PORTCULLIS_CACHE"), env::home_dir()) {
            (Some(folder), _) => std::path::absolute(folder).map_err(|error| format!("PORTCULLIS_CACHE: {error}"))?,
            (None, Some(home)) => home.join(".cache/portcullis"),
            (None, None) => return Err("neither PORTCULLIS_CACHE nor a home folder is set".to_owned()),
        };
        let ci = ci || env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
        Ok(Self { root, target, cache, ci, optimised: false })
    }

    /// The folder of the logs.
    pub fn logs(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// Where `cargo build` puts the library and local-pool.
    pub fn built(&self) -> PathBuf {
        self.target.join(if self.optimised { "release" } else { "debug" })
    }

    pub fn library(&self) -> PathBuf {
        self.built().join(if cfg!(target_os = "macos") { "libportcullis.dylib" } else { "libportcullis.so" })
    }

    pub fn local_pool(&self) -> PathBuf {
        self.target.join("debug/local-pool")
    }

    /// Cargo in the repository, with `subcommand` and what CI asks for.
    pub fn cargo(&self, subcommand: &str) -> Command {
        let mut command = self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.arg(subcommand).env("CARGO_TARGET_DIR", &self.target);
        if self.ci && subcommand != "fmt" {
            command.arg("--locked");
        }
        command
    }

    /// A program in the repository, without what `cargo run` told this process about itself: build scripts that
    /// watch such variables would otherwise run again each time.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") || text == "CARGO" {
                command.env_remove(&name);
            }
        }
        command
    }

    /// A path as it reads from the repository, for messages.
    pub fn shown<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}

/// The first program of that name on the PATH.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}
