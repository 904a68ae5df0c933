//! What to change, and how.

/// The code that decides whether somebody stays signed in.
const CHANGED: [&str; 3] = ["src/session", "src/storage", "src/devices"];

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Each is compiled, by cargo-mutants, instead of all at once behind switches.
    pub thorough: bool,
    /// As cargo-mutants counts: `0/8` to `7/8`.
    pub shard: Option<String>,
    /// Files or folders; none means those that are changed by default.
    pub paths: Vec<String>,
}

impl Options {
    pub fn paths(&self) -> Vec<&str> {
        if self.paths.is_empty() { CHANGED.to_vec() } else { self.paths.iter().map(String::as_str).collect() }
    }
}
