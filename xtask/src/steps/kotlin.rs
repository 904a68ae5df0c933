//! The Kotlin build: Maven, with the library and local-pool from Cargo.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::build;
use super::person::Person;
use crate::count;
use crate::install::{self, Piece};
use crate::progress::Progress;
use crate::verdict::{StepResult, Stop, judged, must};
use crate::workspace::Workspace;

const FOLDER: &str = "bindings/kotlin";
const DEMO_CLASS: &str = "dev.portcullis.demo.DemoKt";

/// JUnit's tag of the tests that need a browser, which browser-test has.
const IN_BROWSER: &str = "browser";

pub fn test(workspace: &Workspace, progress: &Progress) -> StepResult {
    prepare(workspace, progress)?;
    run_tests(workspace, progress, maven(workspace, &["test", &format!("-DexcludedGroups={IN_BROWSER}")]))
}

/// The tests that need a person with a browser.
pub fn with_person(workspace: &Workspace, progress: &Progress, person: &Person) -> StepResult {
    prepare(workspace, progress)?;
    let mut command = maven(workspace, &["test", &format!("-Dgroups={IN_BROWSER}")]);
    command.envs([person.variable()]);
    run_tests(workspace, progress, command)
}

fn run_tests(workspace: &Workspace, progress: &Progress, mut command: Command) -> StepResult {
    let folder = workspace.root.join(FOLDER);
    remove_reports(&folder)?;
    command.arg("-Dmaven.test.failure.ignore=false").arg("--fail-at-end");
    let finished = progress.run(&mut command, "mvn test")?;
    judged(&finished, count::surefire_reports(&folder)?, "mvn test")
}

/// The command that runs the demo on the JVM.
pub fn demo(workspace: &Workspace, progress: &Progress) -> Result<Command, Stop> {
    prepare(workspace, progress)?;
    let demo = workspace.root.join(FOLDER).join("demo");
    if !demo.join("pom.xml").is_file() {
        return Err(Stop::Missing(format!("{FOLDER}/demo/pom.xml is not there")));
    }
    // Maven finds the class path while it knows both modules; the program itself then runs without it.
    let goals = ["compile", "dependency:build-classpath"];
    let mut command = maven(workspace, &goals);
    command.args(["-pl", "demo", "-am", "-Dmdep.outputFile=target/classpath.txt", "-Dmdep.regenerateFile=true"]);
    must(progress, &mut command, "mvn compile")?;
    let dependencies = fs::read_to_string(demo.join("target/classpath.txt"))?;
    let class_path = format!("{}:{}", demo.join("target/classes").display(), dependencies.trim());
    let mut java = with_library(workspace, workspace.command("java"));
    java.args(library_properties(workspace)).args(["-cp", &class_path, DEMO_CLASS]);
    Ok(java)
}

fn prepare(workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
    if !workspace.root.join(FOLDER).join("pom.xml").is_file() {
        return Err(Stop::Missing(format!("{FOLDER}/pom.xml is not there")));
    }
    install::install(workspace, progress, Piece::Kotlin)?;
    install::node::program(workspace, progress)?;
    build::library_and_pool(workspace, progress)
}

fn maven(workspace: &Workspace, goals: &[&str]) -> Command {
    let mut command = with_library(workspace, workspace.command("mvn"));
    command.current_dir(workspace.root.join(FOLDER));
    command.args(["--batch-mode", "--no-transfer-progress"]).args(goals).args(library_properties(workspace));
    command
}

/// Where the JVM finds the library (for our code, for the generated code, for JNA) and local-pool.
fn library_properties(workspace: &Workspace) -> [String; 4] {
    let library = workspace.library();
    [
        format!("-Dportcullis.library={}", library.display()),
        format!("-Duniffi.component.portcullis.libraryOverride={}", library.display()),
        format!("-Djna.library.path={}", workspace.built().display()),
        format!("-Dportcullis.localPool={}", workspace.local_pool().display()),
    ]
}

fn with_library(workspace: &Workspace, mut command: Command) -> Command {
    command.env("PORTCULLIS_LIB", workspace.library()).env("PORTCULLIS_LOCAL_POOL", workspace.local_pool());
    command
}

/// Reports of an earlier run must not be counted.
fn remove_reports(folder: &Path) -> std::io::Result<()> {
    let mut waiting: Vec<PathBuf> = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else if count::is_surefire_report(&path) {
                fs::remove_file(path)?;
            }
        }
    }
    Ok(())
}
