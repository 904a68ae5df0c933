//! Making a function loadable. Most run where they are; one that Node.js could not load there runs from a copy.
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::folder::{Function, files_below};
use super::log::TriggerLog;
use super::npm;
use super::package_json::{ModuleFormat, PackageJson};
use crate::blocking::in_place;

/// A function as `node` is to load it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Staged {
    pub(super) entry: PathBuf,
    /// The folder loaded from: the function's own, or its copy.
    pub(super) root: PathBuf,
}

/// Where copies and dependencies go.
#[derive(Clone, Copy, Debug)]
pub(super) struct StagingPlaces<'a> {
    pub(super) copies: &'a Path,
    pub(super) dependencies: &'a Path,
}

/// What stands between a function and `node`.
#[derive(Debug)]
pub(super) struct Inspection {
    package: Option<PackageJson>,
    missing: Vec<String>,
    format: Option<ModuleFormat>,
    needs_copy: bool,
}

/// Reads what governs how `function` loads. `syntax` is what its entry looks like to a parser; it decides for a `.js`
/// file whose own package.json does not, as a file on its own in an upload to Lambda has no other package.json.
pub(super) fn inspect(function: &Function, syntax: Option<ModuleFormat>) -> Result<Inspection, String> {
    let package = PackageJson::read(&function.root)?;
    let missing = package.as_ref().map(|package| package.missing_dependencies(&function.root)).unwrap_or_default();
    let is_js = function.entry.extension().is_some_and(|extension| extension == "js");
    let governing = governing_packages(&function.entry);
    let own = governing.iter().find(|(folder, _)| folder.starts_with(&function.root)).map(|(_, package)| package);
    let own_format = own.and_then(|package| package.as_ref().ok()?.module_format());
    let effective = match governing.first() {
        Some((_, Ok(package))) => package.module_format().unwrap_or(ModuleFormat::CommonJs),
        _ => ModuleFormat::CommonJs,
    };
    let readable = governing.first().is_none_or(|(_, package)| package.as_ref().is_ok_and(|package| package.strict));
    let format = if is_js { own_format.or(syntax) } else { None };
    let needs_copy = !readable || !missing.is_empty() || format.is_some_and(|format| format != effective);
    Ok(Inspection { package, missing, format, needs_copy })
}

/// The package.json files from the entry's folder upwards, nearest first; Node.js reads only the first.
fn governing_packages(entry: &Path) -> Vec<(PathBuf, Result<PackageJson, String>)> {
    let folders = entry.ancestors().skip(1);
    folders
        .filter_map(|folder| {
            let package = PackageJson::read(folder).transpose()?;
            Some((folder.to_owned(), package))
        })
        .collect()
}

/// Makes a copy of `function` if it needs one, with its dependencies beside it.
pub(super) async fn stage(
    function: &Function,
    stamp: &str,
    inspection: &Inspection,
    places: StagingPlaces<'_>,
    log: &TriggerLog,
) -> Result<Staged, String> {
    if !inspection.needs_copy {
        return Ok(Staged { entry: function.entry.clone(), root: function.root.clone() });
    }
    let modules = match &inspection.package {
        Some(package) if !inspection.missing.is_empty() => {
            let folder = places.dependencies;
            Some(npm::install(package, &function.root, folder, &function.name, log).await?)
        }
        _ => function.root.ancestors().map(|level| level.join("node_modules")).find(|path| path.is_dir()),
    };
    let root = places.copies.join(format!("{}-{stamp}", function.name));
    in_place(|| copy(function, inspection, &root, modules.as_deref()))
        .map_err(|error| format!("cannot copy {} to {}: {error}", function.root.display(), root.display()))?;
    let entry = function.entry.strip_prefix(&function.root).unwrap_or(&function.entry);
    Ok(Staged { entry: root.join(entry), root })
}

fn copy(function: &Function, inspection: &Inspection, to: &Path, modules: Option<&Path>) -> io::Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    fs::create_dir_all(to)?;
    for file in files_below(&function.root) {
        let Ok(relative) = file.strip_prefix(&function.root) else {
            continue;
        };
        let target = to.join(relative);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        // A link whose target is gone must not keep the rest from running.
        if file.is_file() {
            fs::copy(&file, target)?;
        }
    }
    let package = match &inspection.package {
        Some(package) => package.cleaned(inspection.format),
        None => {
            serde_json::json!({"type": inspection.format.unwrap_or(ModuleFormat::CommonJs).type_value()})
        }
    };
    let manifest = to.join("package.json");
    if manifest.exists() {
        // A copy of a read-only file is read-only.
        fs::remove_file(&manifest)?;
    }
    fs::write(manifest, package.to_string())?;
    match modules {
        Some(modules) => link_folder(modules, &to.join("node_modules")),
        None => Ok(()),
    }
}

#[cfg(unix)]
fn link_folder(target: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(windows)]
fn link_folder(target: &Path, link: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_dir(target, link)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(root: &Path, entry: &str, files: &[(&str, &str)]) -> Function {
        for (path, text) in files {
            let file = root.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let entry = root.join(entry);
        Function { name: "f".to_owned(), kind: None, root: entry.parent().unwrap().to_owned(), entry, definition: None }
    }

    fn needs_copy(files: &[(&str, &str)], entry: &str, syntax: Option<ModuleFormat>) -> bool {
        let root = tempfile::tempdir().unwrap();
        inspect(&function(root.path(), entry, files), syntax).unwrap().needs_copy
    }

    #[test]
    fn a_function_runs_in_place_when_node_reads_it_as_it_is_meant() {
        let (cjs, esm) = (Some(ModuleFormat::CommonJs), Some(ModuleFormat::EsModule));
        assert!(!needs_copy(&[("a.js", "")], "a.js", cjs));
        assert!(!needs_copy(&[("a.mjs", "")], "a.mjs", None));
        assert!(!needs_copy(&[("a.cjs", ""), ("package.json", r#"{"type":"module"}"#)], "a.cjs", None));
        assert!(!needs_copy(&[("a.js", ""), ("package.json", r#"{"type":"module"}"#)], "a.js", esm));
        // The function's own word counts, even where its syntax contradicts: Lambda would fail as well.
        assert!(!needs_copy(&[("a.js", ""), ("package.json", r#"{"type":"commonjs"}"#)], "a.js", esm));
    }

    #[test]
    fn a_copy_is_needed_when_node_would_misread_it() {
        let (cjs, esm) = (Some(ModuleFormat::CommonJs), Some(ModuleFormat::EsModule));
        assert!(needs_copy(&[("a.js", "")], "a.js", esm));
        assert!(needs_copy(&[("a.js", ""), ("package.json", "{} // c")], "a.js", cjs));
        assert!(needs_copy(&[("a.mjs", ""), ("package.json", "{} // c")], "a.mjs", None));
        assert!(needs_copy(&[("a.js", ""), ("package.json", r#"{"dependencies":{"x":"1"}}"#)], "a.js", cjs));
        // Handlers inside a project of ES modules that are CommonJS themselves.
        assert!(needs_copy(&[("t/a.js", ""), ("package.json", r#"{"type":"module"}"#)], "t/a.js", cjs));
        assert!(needs_copy(&[("t/a.js", ""), ("package.json", "{} // c")], "t/a.js", cjs));
    }

    #[tokio::test]
    async fn a_copy_keeps_files_and_modules_and_leaves_the_original_alone() {
        let root = tempfile::tempdir().unwrap();
        let places = tempfile::tempdir().unwrap();
        let files = [
            ("p/node_modules/dep/package.json", "{}"),
            ("p/t/a.js", "export const handler = 1"),
            ("p/t/lib/b.js", "export default 2"),
            ("p/t/package.json", "{\"main\": \"a.js\" /* c */}"),
        ];
        let function = function(root.path(), "p/t/a.js", &files);
        let inspection = inspect(&function, Some(ModuleFormat::EsModule)).unwrap();
        let to = StagingPlaces { copies: places.path(), dependencies: places.path() };
        let staged = stage(&function, "1", &inspection, to, &TriggerLog::default()).await.unwrap();
        assert_eq!(staged.entry, places.path().join("f-1/a.js"));
        let text = |path: &str| fs::read_to_string(staged.root.join(path)).unwrap();
        assert_eq!(text("lib/b.js"), "export default 2");
        assert_eq!(text("node_modules/dep/package.json"), "{}");
        assert_eq!(text("package.json"), r#"{"main":"a.js","type":"module"}"#);
        assert_eq!(fs::read_to_string(function.root.join("package.json")).unwrap(), files[3].1);
    }
}
