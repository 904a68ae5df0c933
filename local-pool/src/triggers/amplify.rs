//! The environment variables a function would have on Lambda, as far as the folder tells them.
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::folder::{Function, script_stem, scripts_in};
use super::text_file;

/// The Amplify CLI's own word for "no environment chosen".
const NO_ENVIRONMENT: &str = "NONE";

/// Variables of Lambda itself, those of the function's CloudFormation template, and `MODULES`.
///
/// The index.js that the Amplify CLI writes loads the files that `MODULES` names. Without parameters to tell them,
/// they are the other scripts beside it that export a handler.
pub(super) fn environment(function: &Function, region: &str) -> BTreeMap<String, String> {
    let mut variables: BTreeMap<String, String> = [
        ("AWS_REGION", region),
        ("AWS_DEFAULT_REGION", region),
        ("AWS_LAMBDA_FUNCTION_NAME", &function.name),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("LAMBDA_TASK_ROOT", &function.root.to_string_lossy()),
        ("_HANDLER", "index.handler"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    if let Some(folder) = &function.definition {
        variables.extend(template_variables(folder, region));
    }
    if variables.get("MODULES").is_none_or(String::is_empty)
        && let Some(modules) = modules(function)
    {
        variables.insert("MODULES".to_owned(), modules);
    }
    variables
}

fn modules(function: &Function) -> Option<String> {
    let parameters = function.definition.as_deref().map(Parameters::read);
    if let Some(modules) = parameters.and_then(|parameters| parameters.get("modules")).filter(|text| !text.is_empty()) {
        return Some(modules);
    }
    let entry = text_file::read(&function.entry).ok()?;
    if !entry.contains("MODULES") {
        return None;
    }
    let exports_handler = |path: &PathBuf| {
        text_file::read(path).is_ok_and(|text| text.contains("exports.handler") || text.contains("const handler"))
    };
    let siblings =
        scripts_in(&function.root).into_iter().filter(|path| *path != function.entry).filter(exports_handler);
    let names: Vec<String> = siblings.filter_map(|path| Some(script_stem(&path)?.to_owned())).collect();
    Some(names.join(","))
}

/// `Environment.Variables` of the Lambda function in `*-cloudformation-template.json`; references that only a
/// deployment can resolve are left out.
fn template_variables(folder: &Path, region: &str) -> BTreeMap<String, String> {
    let parameters = Parameters::read(folder);
    let Some(template) = &parameters.template else {
        return BTreeMap::new();
    };
    let resources = template.get("Resources").and_then(Value::as_object).into_iter().flat_map(|map| map.values());
    resources
        .filter(|resource| resource.get("Type").and_then(Value::as_str) == Some("AWS::Lambda::Function"))
        .filter_map(|resource| resource.pointer("/Properties/Environment/Variables")?.as_object())
        .flatten()
        .filter_map(|(name, value)| {
            let text = match value.get("Ref").and_then(Value::as_str) {
                Some("AWS::Region") => region.to_owned(),
                Some("env") => parameters.get("env").unwrap_or_else(|| NO_ENVIRONMENT.to_owned()),
                Some(reference) => parameters.get(reference)?,
                None => as_text(value)?,
            };
            Some((name.clone(), text))
        })
        .collect()
}

/// Values of a template's parameters: parameters.json, function-parameters.json, then the template's defaults.
struct Parameters {
    given: Vec<Value>,
    template: Option<Value>,
}

impl Parameters {
    fn read(folder: &Path) -> Self {
        let json = |path: PathBuf| serde_json::from_str::<Value>(&text_file::read(&path).ok()?).ok();
        let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|item| item.path());
        let mut templates = files.filter(|path| path.to_string_lossy().ends_with("-cloudformation-template.json"));
        Self {
            given: ["parameters.json", "function-parameters.json"]
                .iter()
                .filter_map(|name| json(folder.join(name)))
                .collect(),
            template: templates.next().and_then(json),
        }
    }

    fn get(&self, name: &str) -> Option<String> {
        let default = || self.template.as_ref()?.pointer(&format!("/Parameters/{name}/Default"));
        self.given.iter().find_map(|file| file.get(name)).or_else(default).and_then(as_text)
    }
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Array(items) => Some(items.iter().filter_map(as_text).collect::<Vec<_>>().join(",")),
        Value::Null | Value::Object(_) => None,
    }
}
