//! Reading configuration files: unknown keys are ignored, a wrong one is named with its whole path.

use serde_json::Value;

use crate::error::Error;

/// The document. Also takes a JavaScript file that holds one object in JSON.
pub(super) fn parse(text: &str) -> Result<Value, Error> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let object = match (text.find('{'), text.rfind('}')) {
        (Some(start), Some(end)) if start < end && !text.starts_with(['{', '[', '"']) => &text[start..=end],
        _ => text,
    };
    let value: Value = serde_json::from_str(object).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        Error::Configuration { key: "json".to_owned(), problem: format!("is not valid JSON ({place})") }
    })?;
    if value.is_object() { Ok(value) } else { Err(wrong("json", "should be an object")) }
}

/// A place in the document and how one gets there.
#[derive(Clone, Debug)]
pub(super) struct At<'a> {
    value: Option<&'a Value>,
    path: String,
}

impl<'a> At<'a> {
    pub fn root(document: &'a Value) -> Self {
        Self { value: Some(document), path: String::new() }
    }

    /// The place below that key; `null` counts as absent.
    pub fn key(&self, key: &str) -> Self {
        let value = self.value.and_then(|value| value.get(key)).filter(|value| !value.is_null());
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Self { value, path }
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    pub const fn exists(&self) -> bool {
        self.value.is_some()
    }

    /// The text here, if there is any. An empty one counts as absent.
    pub fn text(&self) -> Result<Option<&'a str>, Error> {
        match self.value {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(_) => Err(wrong(&self.path, "should be a string")),
        }
    }

    /// The text here; `example` shows what it should be.
    pub fn needed(&self, example: &str) -> Result<&'a str, Error> {
        self.text()?.ok_or_else(|| wrong(&self.path, &format!("is missing: it should be {example}")))
    }

    pub fn flag(&self) -> Result<Option<bool>, Error> {
        match self.value {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(wrong(&self.path, "should be true or false")),
        }
    }

    /// A map of texts; absent is empty.
    pub fn texts(&self) -> Result<Vec<(String, String)>, Error> {
        let Some(value) = self.value else { return Ok(Vec::new()) };
        let object = value.as_object().ok_or_else(|| wrong(&self.path, "should be an object of strings"))?;
        object
            .iter()
            .map(|(key, value)| {
                let text = value.as_str().ok_or_else(|| wrong(&format!("{}.{key}", self.path), "should be a string"))?;
                Ok((key.clone(), text.to_owned()))
            })
            .collect()
    }
}

pub(super) fn wrong(key: &str, problem: &str) -> Error {
    Error::Configuration { key: key.to_owned(), problem: problem.to_owned() }
}

/// What a user pool id looks like, for error texts.
pub(super) const POOL_ID: &str = "a user pool id, for example eu-west-1_AbCdEfGh1";
/// What a client id looks like, for error texts.
pub(super) const CLIENT_ID: &str = "an app client id";
