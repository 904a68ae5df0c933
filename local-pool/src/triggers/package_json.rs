//! `package.json` as people write it: with comments and trailing commas, which neither Node.js nor npm accept.
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::text_file;

/// The two kinds of module a `.js` file can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ModuleFormat {
    CommonJs,
    EsModule,
}

impl ModuleFormat {
    /// The value of `type` in package.json.
    pub(super) fn type_value(self) -> &'static str {
        match self {
            Self::CommonJs => "commonjs",
            Self::EsModule => "module",
        }
    }

    pub(super) fn from_type_value(text: &str) -> Option<Self> {
        [Self::CommonJs, Self::EsModule].into_iter().find(|format| format.type_value() == text)
    }
}

#[derive(Clone, Debug)]
pub(super) struct PackageJson {
    members: Map<String, Value>,
    /// Whether the file is JSON as it stands, so that Node.js can read it.
    pub(super) strict: bool,
}

impl PackageJson {
    /// Reads `folder/package.json`; `None` when there is none. The error names the file.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, String> {
        let file = folder.join("package.json");
        let text = match text_file::read(&file) {
            Ok(text) => text,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(format!("{}: {error}", file.display())),
        };
        Self::parse(&text).map(Some).map_err(|error| format!("{}: {error}", file.display()))
    }

    fn parse(text: &str) -> Result<Self, serde_json::Error> {
        if let Ok(members) = serde_json::from_str(text) {
            return Ok(Self { members, strict: true });
        }
        Ok(Self { members: serde_json::from_str(&without_comments(text))?, strict: false })
    }

    pub(super) fn main(&self) -> Option<&str> {
        self.members.get("main")?.as_str()
    }

    pub(super) fn module_format(&self) -> Option<ModuleFormat> {
        ModuleFormat::from_type_value(self.members.get("type")?.as_str()?)
    }

    /// Names in `dependencies` that Node.js would not find from `folder`.
    pub(super) fn missing_dependencies(&self, folder: &Path) -> Vec<String> {
        let Some(dependencies) = self.members.get("dependencies").and_then(Value::as_object) else {
            return Vec::new();
        };
        let installed = |name: &str| {
            folder.ancestors().any(|level| level.join("node_modules").join(name).join("package.json").is_file())
        };
        dependencies.keys().filter(|name| !installed(name)).cloned().collect()
    }

    /// What npm needs to install the dependencies elsewhere: no name (a placeholder there is refused), no scripts
    /// (they belong to the function's own folder), local paths made absolute.
    pub(super) fn for_install(&self, folder: &Path) -> Value {
        let mut members = Map::new();
        members.insert("private".to_owned(), json!(true));
        for key in ["dependencies", "optionalDependencies", "overrides"] {
            if let Some(value) = self.members.get(key) {
                members.insert(key.to_owned(), with_absolute_paths(value, folder));
            }
        }
        Value::Object(members)
    }

    /// The whole file as JSON, with `type` set to `format` if given.
    pub(super) fn cleaned(&self, format: Option<ModuleFormat>) -> Value {
        let mut members = self.members.clone();
        if let Some(format) = format {
            members.insert("type".to_owned(), json!(format.type_value()));
        }
        Value::Object(members)
    }
}

fn with_absolute_paths(value: &Value, folder: &Path) -> Value {
    let absolute = |spec: &str| {
        let path = ["file:", "link:"].iter().find_map(|scheme| spec.strip_prefix(scheme));
        let path = path.or_else(|| spec.starts_with('.').then_some(spec))?;
        let joined: PathBuf = folder.join(path);
        Some(json!(format!("file:{}", joined.display())))
    };
    match value {
        Value::Object(map) => {
            let entries = map.iter().map(|(name, spec)| (name.clone(), with_absolute_paths(spec, folder)));
            Value::Object(entries.collect())
        }
        Value::String(spec) => absolute(spec).unwrap_or_else(|| value.clone()),
        other => other.clone(),
    }
}

/// Blanks `//` and `/* */` comments outside strings, a byte order mark, and commas before a closing bracket.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('"', _) => {
                out.push(c);
                while let Some(inner) = chars.next() {
                    out.push(inner);
                    match inner {
                        '\\' => out.extend(chars.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            ('/', Some('/')) => while chars.next_if(|&next| next != '\n').is_some() {},
            ('/', Some('*')) => {
                chars.next();
                let mut previous = ' ';
                for inner in chars.by_ref() {
                    if previous == '*' && inner == '/' {
                        break;
                    }
                    previous = inner;
                }
                out.push(' ');
            }
            ('}' | ']', _) => {
                let kept = out.trim_end().len();
                if out[..kept].ends_with(',') {
                    out.truncate(kept - 1);
                }
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const COMMENTED: &str = r#"{
 "name": "<AUTH_CHALLENGE_NAME>",
 "main": "index.js", /* the entry */
 "homepage": "https://example.com/a", // not a comment inside the text
 "devDependencies": { "@types/aws-lambda": "^8.10.92" }, // <- Include comma

 // Add the following lines
 "dependencies": {
 "crypto-secure-random-digit": "^1.0.9",
 },
}"#;

    #[test]
    fn comments_and_trailing_commas_are_tolerated_and_noted() {
        let package = PackageJson::parse(COMMENTED).unwrap();
        assert!(!package.strict);
        assert_eq!(package.main(), Some("index.js"));
        assert_eq!(package.cleaned(None)["homepage"], "https://example.com/a");
        assert_eq!(package.cleaned(None)["dependencies"], json!({"crypto-secure-random-digit": "^1.0.9"}));
        assert!(PackageJson::parse(r#"{"main": "a.js"}"#).unwrap().strict);
        assert!(PackageJson::parse("{ // only\n").is_err());
    }

    #[test]
    fn an_install_leaves_out_what_npm_would_refuse_or_run() {
        let package = PackageJson::parse(
            r#"{"name": "<X>", "scripts": {"postinstall": "rm x"}, "dependencies": {"a": "^1", "b": "file:../b"}}"#,
        );
        assert_eq!(
            package.unwrap().for_install(Path::new("/fn")),
            json!({"private": true, "dependencies": {"a": "^1", "b": "file:/fn/../b"}})
        );
    }

    #[test]
    fn a_dependency_installed_in_a_parent_folder_is_not_missing() {
        let root = tempfile::tempdir().unwrap();
        let function = root.path().join("functions/one");
        fs::create_dir_all(&function).unwrap();
        fs::create_dir_all(root.path().join("node_modules/here")).unwrap();
        fs::write(root.path().join("node_modules/here/package.json"), "{}").unwrap();
        let package = PackageJson::parse(r#"{"dependencies": {"here": "1", "@far/away": "1"}}"#).unwrap();
        assert_eq!(package.missing_dependencies(&function), ["@far/away"]);
    }
}
