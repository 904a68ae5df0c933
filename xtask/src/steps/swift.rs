//! The Swift build: SwiftPM at the root of the repository, with the library and local-pool from Cargo.

mod typecheck;

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::path::PathBuf;
use std::process::{Command, ExitStatus};

use super::build;
use super::person::Person;
use crate::count;
use crate::install::{self, Piece, swift::Toolchain};
use crate::progress::Progress;
use crate::verdict::{StepResult, Stop, judged, must};
use crate::workspace::Workspace;

const DEMO_PRODUCT: &str = "portcullis-demo";
/// The suite of the tests that need a browser, which browser-test has.
const IN_BROWSER: &str = "BrowserStory";

pub fn test(workspace: &Workspace, progress: &Progress) -> StepResult {
    let toolchain = prepare(workspace, progress)?;
    let mut command = swift(workspace, &toolchain, "test", &["--skip", IN_BROWSER], &[]);
    let finished = progress.run(&mut command, "swift test")?;
    let tested = judged(&finished, count::swift_test(&finished.output), "swift test")?;
    Ok(tested + typecheck::run(workspace, progress, &toolchain, &scratch(workspace))?)
}

/// The tests that need a person with a browser. The root that Swift may be in shares this machine's network.
pub fn with_person(workspace: &Workspace, progress: &Progress, person: &Person) -> StepResult {
    let toolchain = prepare(workspace, progress)?;
    let mut command = swift(workspace, &toolchain, "test", &["--filter", IN_BROWSER], &[person.variable()]);
    let finished = progress.run(&mut command, "swift test in a browser")?;
    judged(&finished, count::swift_test(&finished.output), "swift test in a browser")
}

/// The command that runs the demo.
pub fn demo(workspace: &Workspace, progress: &Progress) -> Result<Command, Stop> {
    let toolchain = prepare(workspace, progress)?;
    let mut build = swift(workspace, &toolchain, "build", &["--product", DEMO_PRODUCT], &[]);
    must(progress, &mut build, "swift build")?;
    Ok(swift(workspace, &toolchain, "run", &["--skip-build", DEMO_PRODUCT], &[]))
}

/// `cargo xtask swift -- ARGS`: any Swift command, on the screen, in the folder where it was typed.
pub fn run_swift(workspace: &Workspace, arguments: &[String]) -> Result<ExitStatus, Stop> {
    let progress = Progress::start("swift".into(), "swift", &workspace.logs())?;
    install::install(workspace, &progress, Piece::Swift)?;
    let folder = std::env::current_dir()?;
    let toolchain = Toolchain::find(workspace)?;
    Ok(toolchain.command(workspace, &folder, arguments, &environment(workspace)).status()?)
}

fn prepare(workspace: &Workspace, progress: &Progress) -> Result<Toolchain, Stop> {
    if !workspace.root.join("Package.swift").is_file() {
        return Err(Stop::Missing("Package.swift is not there".into()));
    }
    install::install(workspace, progress, Piece::Swift)?;
    build::library_and_pool(workspace, progress)?;
    Toolchain::find(workspace)
}

/// `swift SUBCOMMAND` on our package, linked with the library that Cargo built and finding it when it runs.
fn swift(
    workspace: &Workspace,
    toolchain: &Toolchain,
    subcommand: &str,
    arguments: &[&str],
    more: &[(String, String)],
) -> Command {
    let built = workspace.built().display().to_string();
    let scratch = scratch(workspace).display().to_string();
    let mut words = vec![subcommand.to_owned(), "--scratch-path".to_owned(), scratch];
    words.extend(["-Xswiftc", "-warnings-as-errors"].map(str::to_owned));
    if cfg!(target_os = "linux") {
        // Observation of Swift 6.0 lacks a symbol that only a fatal error needs; see `AuthModel`.
        words
            .extend(["-Xswiftc", "-DPORTCULLIS_OBSERVATION", "-Xlinker", "--allow-shlib-undefined"].map(str::to_owned));
    }
    if workspace.optimised {
        words.extend(["-c", "release"].map(str::to_owned));
    }
    for option in [format!("-L{built}"), "-rpath".to_owned(), built] {
        words.extend(["-Xlinker".to_owned(), option]);
    }
    words.extend(arguments.iter().map(|&word| word.to_owned()));
    let environment = [environment(workspace).as_slice(), more].concat();
    toolchain.command(workspace, &workspace.root, &words, &environment)
}

/// A build folder for this state of the generated bridge: SwiftPM does not rebuild all that depends on a changed layout,
/// and what it left as it was then crashes. Folders of other states are removed.
fn scratch(workspace: &Workspace) -> PathBuf {
    let sources = workspace.root.join("bindings/swift/Sources");
    let mut hasher = DefaultHasher::new();
    for folder in ["PortcullisCore", "PortcullisFFI"] {
        let entries = std::fs::read_dir(sources.join(folder)).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        files.sort();
        for file in files {
            std::fs::read(file).unwrap_or_default().hash(&mut hasher);
        }
    }
    let name = format!("swiftpm-{:016x}", hasher.finish());
    for entry in std::fs::read_dir(&workspace.target).into_iter().flatten().flatten() {
        let other = entry.file_name().to_string_lossy().into_owned();
        if other.starts_with("swiftpm") && other != name {
            let _ = std::fs::remove_dir_all(entry.path()); // it only takes room
        }
    }
    workspace.target.join(name)
}

fn environment(workspace: &Workspace) -> Vec<(String, String)> {
    let shown = |path: std::path::PathBuf| path.display().to_string();
    vec![
        ("PORTCULLIS_LIB_DIR".into(), shown(workspace.built())),
        ("PORTCULLIS_LOCAL_POOL".into(), shown(workspace.local_pool())),
        ("LD_LIBRARY_PATH".into(), shown(workspace.built())),
    ]
}
