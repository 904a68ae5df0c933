//! What no test runs here is at least compiled: the READMEs' snippets, as a new Xcode project would, and the sources that
//! need frameworks of Apple's, against stubs of what they use of those.

use std::fs;
use std::path::{Path, PathBuf};

use crate::count::Counts;
use crate::install::swift::Toolchain;
use crate::progress::Progress;
use crate::verdict::{StepResult, Stop};
use crate::workspace::Workspace;

const SOURCES: &str = "bindings/swift/Sources/Portcullis";
const SNIPPETS: &str = "bindings/swift/Tests/ReadmeSnippets";
const STUBS: &str = "bindings/swift/Tests/AppleStubs";
/// How newer SDKs declare the protocols of AuthenticationServices; the sources have to fit both.
const OF_THE_MAIN_ACTOR: &str = "PROTOCOLS_OF_THE_MAIN_ACTOR";

/// One test each. `scratch` is where SwiftPM has built the package before.
pub fn run(workspace: &Workspace, progress: &Progress, toolchain: &Toolchain, scratch: &Path) -> StepResult {
    let check = Check { workspace, progress, toolchain, modules: modules(scratch)? };
    let mut counts = Counts::default();
    // The READMEs leave values unused, as readers will not.
    let mut words = vec!["-typecheck", "-suppress-warnings", "-enable-experimental-feature", "MemberImportVisibility"];
    let snippets = check.sources(SNIPPETS)?;
    words.extend(snippets.iter().map(String::as_str));
    counts.passed += check.compile(&words, "the READMEs' snippets")?;
    for define in [None, Some(OF_THE_MAIN_ACTOR)] {
        counts.passed += check.against_stubs(define)?;
    }
    Ok(counts)
}

struct Check<'a> {
    workspace: &'a Workspace,
    progress: &'a Progress,
    toolchain: &'a Toolchain,
    modules: PathBuf,
}

impl Check<'_> {
    /// The facade with the frameworks' stubs in reach, so that `canImport` says yes.
    fn against_stubs(&self, define: Option<&str>) -> Result<u64, Stop> {
        let folder = self.workspace.target.join("swift-stubs").join(define.unwrap_or("plain"));
        fs::create_dir_all(&folder)?;
        for stub in self.sources(STUBS)? {
            let name = Path::new(&stub).file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let module = folder.join(format!("{name}.swiftmodule")).display().to_string();
            let mut words =
                vec!["-emit-module", "-suppress-warnings", "-module-name", &name, "-emit-module-path", &module, &stub];
            words.extend(define.iter().flat_map(|define| ["-D", define]));
            self.compile(&words, &format!("the stub of {name}"))?;
        }
        let stubs = folder.display().to_string();
        let mut words = vec!["-typecheck", "-suppress-warnings", "-module-name", "Portcullis", "-I", &stubs];
        let sources = self.sources(SOURCES)?;
        words.extend(sources.iter().map(String::as_str));
        self.compile(&words, "the facade with Apple's frameworks")
    }

    fn compile(&self, words: &[&str], what: &str) -> Result<u64, Stop> {
        let modules = self.modules.display().to_string();
        let map = self.workspace.root.join("bindings/swift/Sources/PortcullisFFI/module.modulemap");
        let map = format!("-fmodule-map-file={}", map.display());
        let usual = ["-swift-version", "6", "-I", &modules, "-Xcc", &map];
        let words: Vec<String> = usual.iter().chain(words).map(|&word| word.to_owned()).collect();
        let mut command = self.toolchain.compiler(self.workspace, &words);
        let finished = self.progress.run(&mut command, &format!("swiftc, {what}"))?;
        if finished.success {
            return Ok(1);
        }
        Err(Stop::failed(what, Counts { failed: 1, ..Counts::default() }, &finished.output))
    }

    fn sources(&self, folder: &str) -> Result<Vec<String>, Stop> {
        let mut found = Vec::new();
        let mut folders = vec![self.workspace.root.join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|kind| kind == "swift") {
                    found.push(path.display().to_string());
                }
            }
        }
        found.sort();
        Ok(found)
    }
}

/// Where SwiftPM put the modules that were built: `DIR/debug` is a link to the folder of the platform.
fn modules(scratch: &Path) -> Result<PathBuf, Stop> {
    ["debug", "release"]
        .map(|kind| scratch.join(kind).join("Modules"))
        .into_iter()
        .find(|folder| folder.is_dir())
        .ok_or_else(|| Stop::Missing("the modules that `swift test` built".into()))
}
