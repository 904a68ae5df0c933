//! What `cargo mutants --list --json` says.

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
pub struct Listed {
    pub file: String,
    /// `src/a.rs:12:5: replace a -> bool with true`.
    pub name: String,
    pub genre: Genre,
    /// What stands in the place of `span`.
    pub replacement: String,
    pub span: Span,
    /// None outside functions.
    pub function: Option<Function>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Genre {
    FnValue,
    BinaryOperator,
    UnaryOperator,
    MatchArm,
    MatchArmGuard,
    StructField,
    /// One that a later version makes.
    #[serde(other)]
    Other,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Function {
    pub function_name: String,
    pub return_type: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Span {
    pub start: Place,
    pub end: Place,
}

/// Both count from one, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

/// Reads the list.
///
/// # Errors
///
/// When it is not of that form.
pub fn list(json: &str) -> Result<Vec<Listed>, String> {
    serde_json::from_str(json).map_err(|error| format!("cargo-mutants' list: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_a_kind_and_a_place() -> Result<(), String> {
        let json = r#"[{"file": "src/a.rs", "name": "src/a.rs:1:2: replace == with != in a", "genre": "BinaryOperator",
            "replacement": "!=", "span": {"start": {"line": 1, "column": 2}, "end": {"line": 1, "column": 4}},
            "function": {"function_name": "a", "return_type": "-> bool", "span": null}, "package": "p", "diff": ""}]"#;
        let listed = list(json)?;
        assert_eq!((listed[0].genre, listed[0].span.end), (Genre::BinaryOperator, Place { line: 1, column: 4 }));
        assert!(list("{}").is_err());
        Ok(())
    }

    #[test]
    fn a_kind_that_is_not_known_is_no_error() -> Result<(), String> {
        let json = r#"[{"file": "a", "name": "n", "genre": "Loop", "replacement": "", "function": null,
            "span": {"start": {"line": 1, "column": 1}, "end": {"line": 1, "column": 2}}}]"#;
        assert_eq!(list(json)?[0].genre, Genre::Other);
        Ok(())
    }
}
