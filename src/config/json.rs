//! Reading configuration files: unknown keys are ignored, a wrong one is named with its whole path.

use std::cell::RefCell;

use serde_json::Value;

use crate::error::Error;

/// The document of a JSON file.
pub(super) fn parse(text: &str) -> Result<Value, Error> {
    let start = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
    document(serde_json::from_str(&text[start..]), text, start)
}

/// The document of a JSON file, or of a JavaScript file that declares one object written as JSON. What the script says
/// after the object is not looked at.
pub(super) fn parse_script(text: &str) -> Result<Value, Error> {
    let is_json = text.trim_start_matches(BYTE_ORDER_MARK).trim_start().starts_with(['{', '[', '"']);
    let Some(start) = text.find('{').filter(|_| !is_json) else { return parse(text) };
    let first = serde_json::Deserializer::from_str(&text[start..]).into_iter().next();
    first.map_or_else(|| parse(text), |first| document(first, text, start))
}

const BYTE_ORDER_MARK: char = '\u{feff}';

/// What was parsed, from `start` on. The parser's own words are left out: they can quote the file and so a secret.
fn document(parsed: serde_json::Result<Value>, text: &str, start: usize) -> Result<Value, Error> {
    match parsed {
        Ok(value) if value.is_object() => Ok(value),
        Ok(_) => Err(wrong("json", "should be an object")),
        Err(_) if text[start..].trim().is_empty() => Err(wrong("json", "is empty: it should be a configuration")),
        Err(error) => {
            let before = &text[..start];
            let line = before.matches('\n').count() + error.line();
            let indent = if error.line() == 1 { before.len() - before.rfind('\n').map_or(0, |end| end + 1) } else { 0 };
            Err(wrong("json", &format!("should be JSON: see line {line}, column {}", error.column() + indent)))
        }
    }
}

/// What is wrong in a document and does no harm: hints that the library can do without. They become warnings, since a
/// tool that writes an odd hint should not keep an app from signing in.
#[derive(Default)]
pub(super) struct Notes(RefCell<Vec<String>>);

impl Notes {
    pub fn take(&self) -> Vec<String> {
        self.0.take()
    }
}

/// A place in the document and how one gets there.
#[derive(Clone)]
pub(super) struct At<'a> {
    value: Option<&'a Value>,
    path: String,
    notes: &'a Notes,
}

impl<'a> At<'a> {
    pub const fn root(document: &'a Value, notes: &'a Notes) -> Self {
        Self { value: Some(document), path: String::new(), notes }
    }

    /// The place below that key; `null` counts as absent.
    pub fn key(&self, key: &str) -> Self {
        let value = self.value.and_then(|value| value.get(key)).filter(|value| !value.is_null());
        Self { value, path: self.below(key), notes: self.notes }
    }

    /// The object below that key, which may be absent.
    pub fn object(&self, key: &str) -> Result<Self, Error> {
        let place = self.key(key);
        match place.value {
            Some(value) if !value.is_object() => Err(wrong(&place.path, "should be an object")),
            _ => Ok(place),
        }
    }

    /// The object below that key, which holds hints only: anything else there counts as absent, with a warning.
    pub fn hints(&self, key: &str) -> Self {
        let mut place = self.key(key);
        if place.value.is_some_and(|value| !value.is_object()) {
            place.value = None;
            place.note("should be an object");
        }
        place
    }

    /// This place, or the other one if only that exists.
    pub fn or(self, other: Self) -> Self {
        if !self.exists() && other.exists() { other } else { self }
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    pub const fn exists(&self) -> bool {
        self.value.is_some()
    }

    pub(super) const fn value(&self) -> Option<&'a Value> {
        self.value
    }

    /// The text here, if there is any. An empty one counts as absent.
    pub fn text(&self) -> Result<Option<&'a str>, Error> {
        match self.value {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(_) => Err(wrong(&self.path, "should be a string")),
        }
    }

    /// The text here, which must exist; `meant` says what it should be.
    pub fn needed_text(&self, meant: &str) -> Result<&'a str, Error> {
        self.text()?.ok_or_else(|| wrong(&self.path, &format!("is missing: it should be {meant}")))
    }

    /// The hint here that is true or false, or the text of one of them; anything else counts as absent, with a warning.
    pub fn flag(&self) -> Option<bool> {
        let value = self.value?;
        let flag = match value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) if text.trim().eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.trim().eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        };
        if flag.is_none() && *value != Value::String(String::new()) {
            self.note("should be true or false");
        }
        flag
    }

    fn note(&self, problem: &str) {
        self.notes.0.borrow_mut().push(format!("{} has no effect: it {problem}", self.path));
    }

    /// A map of texts; absent is empty.
    pub fn texts(&self) -> Result<Vec<(String, String)>, Error> {
        let Some(value) = self.value else { return Ok(Vec::new()) };
        let object = value.as_object().ok_or_else(|| wrong(&self.path, "should be an object of strings"))?;
        object
            .iter()
            .map(|(key, value)| {
                let text = value.as_str().ok_or_else(|| wrong(&self.below(key), "should be a string"))?;
                Ok((key.clone(), text.to_owned()))
            })
            .collect()
    }

    fn below(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

pub(super) fn wrong(key: &str, problem: &str) -> Error {
    Error::Configuration { key: key.to_owned(), problem: problem.to_owned() }
}
