//! The packages that the paths belong to, and their tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::count::Counts;
use crate::verdict::Stop;

/// The one in the repository's root has its tests named there, for cargo-mutants too.
const CONFIGURATION: &str = ".cargo/mutants.toml";
/// Others name them in their manifest; all are run of one that does not.
const SECTION: &str = "[package.metadata.mutants]";

#[derive(Debug, PartialEq, Eq)]
pub struct Package {
    pub name: String,
    /// From the repository; empty for its root.
    pub folder: String,
    pub paths: Vec<String>,
    /// What `cargo test` is told to build.
    pub targets: Vec<String>,
    /// What the names of tests begin with that are not run.
    pub leave_out: Vec<String>,
}

impl Package {
    /// The file that the switch goes into.
    pub fn root(&self) -> String {
        if self.folder.is_empty() { "src/lib.rs".to_owned() } else { format!("{}/src/lib.rs", self.folder) }
    }
}

pub fn of(root: &Path, paths: &[&str]) -> Result<Vec<Package>, Stop> {
    let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in paths {
        let complaint = |what: &str| Stop::failed(format!("{path}: {what}"), Counts::default(), "");
        if !root.join(path).exists() {
            return Err(complaint("there is no such file or folder"));
        }
        let folder = Path::new(path).ancestors().skip(1).find(|folder| root.join(folder).join("Cargo.toml").exists());
        let folder = folder.and_then(Path::to_str).ok_or_else(|| complaint("it is in no package"))?;
        folders.entry(folder.to_owned()).or_default().push((*path).to_owned());
    }
    let packages = folders.into_iter().map(|(folder, paths)| {
        let manifest = fs::read_to_string(root.join(&folder).join("Cargo.toml"))?;
        let name = package_name(&manifest)
            .ok_or_else(|| Stop::failed(format!("{folder}: no package"), Counts::default(), ""))?;
        let mut targets = if folder.is_empty() {
            targets(&fs::read_to_string(root.join(CONFIGURATION))?)
        } else {
            in_manifest(&manifest, "targets")
        };
        if targets.is_empty() {
            targets.push("--tests".to_owned());
        }
        let leave_out = in_manifest(&manifest, "leave_out");
        Ok(Package { name, folder, paths, targets, leave_out })
    });
    packages.collect()
}

fn package_name(manifest: &str) -> Option<String> {
    let package = manifest.split("[package]").nth(1)?;
    let line = package.lines().find_map(|line| line.strip_prefix("name = \""))?;
    line.strip_suffix('"').map(str::to_owned)
}

/// A list on one line of the manifest's section.
fn in_manifest(manifest: &str, name: &str) -> Vec<String> {
    let section = manifest.split(SECTION).nth(1).unwrap_or_default().split("\n[").next().unwrap_or_default();
    let list = section.lines().find_map(|line| line.strip_prefix(name)?.trim().strip_prefix("= ["));
    let words = list.unwrap_or_default().trim_end_matches(']').split(',');
    words.map(|word| word.trim().trim_matches('"').to_owned()).filter(|word| !word.is_empty()).collect()
}

fn targets(configuration: &str) -> Vec<String> {
    let words = configuration.lines().map(|line| line.trim().trim_end_matches(',').trim_matches('"'));
    words.filter(|word| word.starts_with("--")).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
    }

    #[test]
    fn a_path_belongs_to_the_package_around_it() {
        let packages = of(root(), &["src/session", "local-pool/src/tokens", "src/devices/mod.rs"]).unwrap_or_default();
        let [ours, pool] = &packages[..] else { return assert!(packages.len() == 2, "{packages:?}") };
        assert_eq!((ours.name.as_str(), ours.paths.len(), ours.root().as_str()), ("portcullis", 2, "src/lib.rs"));
        assert_eq!((pool.name.as_str(), pool.root().as_str()), ("local-pool", "local-pool/src/lib.rs"));
        assert_eq!(pool.targets, ["--lib", "--test=stories"]);
        assert_eq!((pool.leave_out.len(), ours.leave_out.len()), (2, 0));
    }

    #[test]
    fn the_tests_are_those_of_the_configuration() {
        let packages = of(root(), &["src/session"]).unwrap_or_default();
        let targets: Vec<&str> = packages.iter().flat_map(|package| &package.targets).map(String::as_str).collect();
        assert!(targets.contains(&"--lib") && targets.contains(&"--test=file_store"), "{targets:?}");
    }

    #[test]
    fn a_manifest_may_name_the_tests() {
        let manifest = "[package]\nname = \"a\"\n\n[package.metadata.mutants]\n\
                        targets = [\"--lib\", \"--test=b\"]\n\n[c]\nleave_out = [\"d\"]\n";
        assert_eq!(in_manifest(manifest, "targets"), ["--lib", "--test=b"]);
        assert!(in_manifest(manifest, "leave_out").is_empty(), "of another section");
        assert!(in_manifest("[package]\nname = \"a\"\n", "targets").is_empty());
    }

    #[test]
    fn a_path_that_is_not_there_is_named() {
        assert!(of(root(), &["src/sesion"]).is_err_and(|stop| stop.to_string().contains("src/sesion")));
    }
}
