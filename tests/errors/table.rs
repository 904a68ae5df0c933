//! The table, as those who write from it want it.

use portcullis::ErrorCode;

/// A public case.
pub struct Case {
    /// As in Rust and Kotlin.
    pub name: &'static str,
    pub meaning: &'static str,
    pub codes: Vec<ErrorCode>,
}

impl Case {
    /// As in Swift.
    pub fn in_swift(&self) -> String {
        let (first, rest) = self.name.split_at(1);
        format!("{}{rest}", first.to_lowercase())
    }
}

/// The cases, in the table's order.
pub fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for &code in ErrorCode::ALL {
        let (name, meaning) = code.case();
        match cases.last_mut() {
            Some(case) if case.name == name => case.codes.push(code),
            _ => cases.push(Case { name, meaning, codes: vec![code] }),
        }
    }
    cases
}

/// The codes, in alphabetical order.
pub fn codes() -> Vec<ErrorCode> {
    let mut codes = ErrorCode::ALL.to_vec();
    codes.sort_unstable_by_key(|code| code.as_str());
    codes
}

/// `code_mismatch` as `codeMismatch`.
pub fn camel(snake: &str) -> String {
    let mut words = snake.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (initial, rest) = word.split_at(1);
        format!("{name}{}{rest}", initial.to_uppercase())
    })
}
