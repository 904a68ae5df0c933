//! cargo-mutants compiles each, and runs the tests that `.cargo/mutants.toml` names.

use std::path::{Path, PathBuf};

use super::options::Options;
use super::report::Report;
use crate::count::Counts;
use crate::install::CARGO_MUTANTS;
use crate::progress::Progress;
use crate::verdict::Stop;
use crate::workspace::Workspace;

/// cargo-mutants leaves with these when it ran: all caught, some missed, some timed out.
const RAN: [i32; 3] = [0, 2, 3];

pub fn run(
    workspace: &Workspace,
    progress: &Progress,
    options: &Options,
    folder: &Path,
) -> Result<(Report, PathBuf), Stop> {
    // Each run mutates a copy in a folder of another name, so what earlier ones built of the workspace is of no use any
    // more; the dependencies are.
    let build = folder.join("build");
    let mut clean = workspace.cargo("clean");
    clean.args(["--package", "portcullis", "--package", "local-pool", "--profile", "mutants"]);
    progress.run(clean.env("CARGO_TARGET_DIR", &build), "cargo clean")?;

    let mut command = workspace.command(CARGO_MUTANTS.program(workspace));
    command.args(["mutants", "--package", "portcullis", "--colors", "never", "--caught", "--output"]).arg(folder);
    command.args(options.paths().into_iter().flat_map(|path| ["--file".to_owned(), glob(path)]));
    if let Some(shard) = &options.shard {
        command.args(["--shard", shard]);
    }
    let finished = progress.run(command.env("CARGO_TARGET_DIR", &build), "cargo mutants")?;
    if finished.code.is_some_and(|code| RAN.contains(&code)) {
        let details = folder.join("mutants.out");
        return Ok((Report::read(&details)?, details));
    }
    Err(Stop::failed("cargo mutants did not run", Counts::default(), &finished.output))
}

/// A folder means what is in it.
pub fn glob(path: &str) -> String {
    if Path::new(path).extension().is_some() { path.to_owned() } else { format!("{}/**", path.trim_end_matches('/')) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_means_what_is_in_it() {
        assert_eq!(glob("src/session/"), "src/session/**");
        assert_eq!(glob("src/session/live.rs"), "src/session/live.rs");
    }
}
