//! Which functions a folder holds and which triggers they are for. The rules are in README.md.
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::failure::TriggerSetupError;
use super::package_json::PackageJson;
use crate::model::trigger_kind::TriggerKind;

const EXTENSIONS: [&str; 3] = ["js", "mjs", "cjs"];
/// Deeper than any function's own sources; a stop for links that lead round in circles.
const DEEPEST: usize = 16;
/// More than any function's own sources; a stop for a folder that holds everything.
const MOST_FILES: usize = 20_000;

/// One Lambda function found in the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Function {
    /// The file's stem or the folder's name; what an ARN would call it.
    pub(super) name: String,
    pub(super) kind: Option<TriggerKind>,
    /// The folder that would be uploaded to Lambda.
    pub(super) root: PathBuf,
    pub(super) entry: PathBuf,
    /// The folder around `root` in which the Amplify CLI keeps the function's parameters.
    pub(super) definition: Option<PathBuf>,
}

/// All functions of `folder`. When it has none for a trigger itself but is an Amplify project (or its `amplify` or
/// `amplify/backend` folder), those of `amplify/backend/function`.
pub(super) fn scan(folder: &Path) -> Result<Vec<Function>, TriggerSetupError> {
    let own = scan_level(folder)?;
    if own.iter().any(|function| function.kind.is_some()) {
        return Ok(own);
    }
    let amplify = ["amplify/backend/function", "backend/function", "function"].map(|path| folder.join(path));
    match amplify.iter().find(|path| path.is_dir()) {
        Some(path) => scan_level(path),
        None => Ok(own),
    }
}

/// The one function for `kind`. One without an entry is an error only for its own trigger.
pub(super) fn find(functions: &[Function], kind: TriggerKind) -> Result<Option<&Function>, TriggerSetupError> {
    let mut matching = functions.iter().filter(|function| function.kind == Some(kind));
    let first = matching.next();
    match (first, matching.next()) {
        (Some(first), Some(second)) => Err(TriggerSetupError::TwoHandlers {
            trigger: kind,
            first: first.entry.clone(),
            second: second.entry.clone(),
        }),
        (Some(only), None) if !only.entry.is_file() => Err(TriggerSetupError::NoEntry(only.root.clone())),
        (first, _) => Ok(first),
    }
}

/// The function an ARN's function name means: its own name, or that with the `-ENV` the Amplify CLI appends.
pub(super) fn find_by_name<'a>(functions: &'a [Function], name: &str) -> Option<&'a Function> {
    let exact = functions.iter().find(|function| function.name == name);
    exact.or_else(|| {
        functions.iter().find(|function| {
            let rest = name.strip_prefix(&function.name).and_then(|rest| rest.strip_prefix('-'));
            function.definition.is_some() && rest.is_some_and(|env| !env.is_empty() && !env.contains('-'))
        })
    })
}

fn scan_level(folder: &Path) -> Result<Vec<Function>, TriggerSetupError> {
    let unreadable = |error: std::io::Error| TriggerSetupError::FolderUnreadable {
        folder: folder.to_owned(),
        reason: error.to_string(),
    };
    let mut functions = Vec::new();
    for item in fs::read_dir(folder).map_err(unreadable)? {
        let path = item.map_err(unreadable)?.path();
        let Some(file_name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        if file_name.starts_with('.') || file_name == "node_modules" {
            continue;
        }
        if path.is_dir() {
            functions.extend(folder_function(&path, file_name));
        } else if let Some(name) = script_stem(&path) {
            functions.push(Function {
                name: name.to_owned(),
                kind: TriggerKind::from_function_name(name),
                root: folder.to_owned(),
                entry: path.clone(),
                definition: None,
            });
        }
    }
    // read_dir's order differs between file systems; errors and logs should not.
    functions.sort_by(|a, b| a.entry.cmp(&b.entry));
    Ok(functions)
}

fn folder_function(path: &Path, name: &str) -> Option<Function> {
    let kind = TriggerKind::from_function_name(name);
    let source = path.join("src");
    let root = if source.is_dir() { source } else { path.to_owned() };
    let expected = kind.map(|_| root.join("index.js"));
    let entry = entry_of(&root, kind).or(expected)?;
    let definition = (root != path).then(|| path.to_owned());
    Some(Function { name: name.to_owned(), kind, root, entry, definition })
}

/// The `main` of package.json, else index, else the only script that is named for the same trigger, else the only one.
fn entry_of(root: &Path, kind: Option<TriggerKind>) -> Option<PathBuf> {
    // A broken package.json is reported when the function is run; until then index.js will do.
    let package = PackageJson::read(root).ok().flatten();
    let main = package.as_ref().and_then(PackageJson::main).map(|main| root.join(main));
    let index = EXTENSIONS.iter().map(|extension| root.join(format!("index.{extension}")));
    if let Some(entry) = main.into_iter().chain(index).find(|path| path.is_file()) {
        return Some(entry);
    }
    kind?;
    let scripts = scripts_in(root);
    let named: Vec<_> =
        scripts.iter().filter(|path| script_stem(path).and_then(TriggerKind::from_function_name) == kind).collect();
    match (named.as_slice(), scripts.as_slice()) {
        ([only], _) => Some((*only).clone()),
        ([], [only]) => Some(only.clone()),
        _ => None,
    }
}

/// The `.js`, `.mjs` and `.cjs` files right in `folder`, by name.
pub(super) fn scripts_in(folder: &Path) -> Vec<PathBuf> {
    let items = fs::read_dir(folder).into_iter().flatten().flatten().map(|item| item.path());
    let mut scripts: Vec<_> = items.filter(|path| path.is_file() && script_stem(path).is_some()).collect();
    scripts.sort();
    scripts
}

pub(super) fn script_stem(path: &Path) -> Option<&str> {
    let extension = path.extension()?.to_str()?;
    EXTENSIONS.contains(&extension).then(|| path.file_stem()?.to_str()).flatten()
}

/// Changes whenever a file of the function does: its sources, its parameters, what npm has installed beside it.
pub(super) fn stamp(function: &Function) -> String {
    let mut hasher = DefaultHasher::new();
    for file in files_below(&function.root) {
        stamp_file(&file, &mut hasher);
    }
    let definition = function.definition.iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
    let mut parameters: Vec<_> = definition.map(|item| item.path()).filter(|path| path.is_file()).collect();
    parameters.sort();
    let installed = ["node_modules", "node_modules/.package-lock.json"].map(|path| function.root.join(path));
    for file in parameters.iter().chain(&installed) {
        stamp_file(file, &mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

fn stamp_file(file: &Path, hasher: &mut DefaultHasher) {
    let Ok(metadata) = fs::metadata(file) else {
        return;
    };
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    (file, metadata.len(), modified).hash(hasher);
}

/// The files of a function, sorted, without `node_modules` and hidden folders.
pub(super) fn files_below(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![(root.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop().filter(|_| files.len() < MOST_FILES) {
        for path in fs::read_dir(&folder).into_iter().flatten().flatten().map(|item| item.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !path.is_dir() {
                files.push(path);
            } else if name != "node_modules" && !name.starts_with('.') && depth < DEEPEST {
                folders.push((path, depth + 1));
            }
        }
    }
    files.sort();
    files
}
