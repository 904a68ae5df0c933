//! `xtask-bindgen LIBRARY ROOT OUT`: writes the Kotlin and Swift sources for what LIBRARY exports, as `uniffi.toml` in
//! ROOT asks, into OUT/kotlin, OUT/swift and OUT/ffi, completes the Kotlin, and has both print what ROOT's sources say is
//! shown. LIBRARY must not be stripped: its symbols describe the interface.
#![allow(clippy::print_stderr, reason = "a command line tool")]

mod kotlin;
mod printing;

use std::error::Error;
use std::fs;
use std::process::ExitCode;

use camino::{Utf8Path, Utf8PathBuf};
use uniffi_bindgen::bindings::{GenerateOptions, TargetLanguage, generate_with_bindgen_paths};
use uniffi_bindgen::{BindgenPaths, BindgenPathsLayer};

/// The only crate with an interface is the workspace's root crate.
struct RootCrate(Utf8PathBuf);

impl BindgenPathsLayer for RootCrate {
    fn get_crate_root(&self, crate_name: &str) -> Option<Utf8PathBuf> {
        (crate_name == "portcullis").then(|| self.0.clone())
    }
}

fn main() -> ExitCode {
    let arguments: Vec<Utf8PathBuf> = std::env::args().skip(1).map(Utf8PathBuf::from).collect();
    let [library, root, out] = arguments.as_slice() else {
        eprintln!("usage: xtask-bindgen LIBRARY ROOT OUT");
        return ExitCode::from(2);
    };
    match generate(library, root, out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn generate(library: &Utf8Path, root: &Utf8Path, out: &Utf8Path) -> Result<(), Box<dyn Error>> {
    let paths = || {
        let mut paths = BindgenPaths::default();
        paths.add_layer(RootCrate(root.to_owned()));
        paths
    };
    for (language, folder) in [(TargetLanguage::Kotlin, "kotlin"), (TargetLanguage::Swift, "swift")] {
        let options = GenerateOptions {
            languages: vec![language],
            source: library.to_owned(),
            out_dir: out.join(folder),
            ..Default::default()
        };
        generate_with_bindgen_paths(options, paths())?;
    }
    let renames = printing::renames::Renames::of_swift(&root.join("uniffi.toml"))?;
    let printed = printing::exported::read(library, paths(), root)?;
    // The workspace's crates share one version, so that this tool has the library's.
    complete(&out.join("kotlin/dev/portcullis/portcullis.kt"), |text| {
        let text = kotlin::complete(text, env!("CARGO_PKG_VERSION"))?;
        printing::kotlin::complete(&text, &printed)
    })?;
    fs::write(out.join("swift/Printing.swift"), printing::swift::source(&printed, &renames))?;
    move_the_c_module(&out.join("swift"), &out.join("ffi"))
}

fn complete(path: &Utf8Path, step: impl Fn(&str) -> Result<String, String>) -> Result<(), Box<dyn Error>> {
    let text = step(&fs::read_to_string(path)?)?;
    Ok(fs::write(path, text)?)
}

/// SwiftPM takes the C header from a target of its own, whose module map has a fixed name.
fn move_the_c_module(swift: &Utf8Path, ffi: &Utf8Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(ffi)?;
    for entry in swift.read_dir_utf8()? {
        let path = entry?.into_path();
        match (path.extension(), path.file_name()) {
            (Some("modulemap"), _) => fs::rename(&path, ffi.join("module.modulemap"))?,
            (Some("h"), Some(name)) => fs::rename(&path, ffi.join(name))?,
            _ => {}
        }
    }
    Ok(())
}
