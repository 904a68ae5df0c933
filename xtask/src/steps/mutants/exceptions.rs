//! The list of the mutants that no test catches, with the reasons. A line of it:
//!
//! ```text
//! - `src/a.rs`: `replace a -> bool with true` — why nobody can notice
//! ```

use super::report::Mutant;

#[derive(Debug, Default)]
pub struct Exceptions(Vec<Mutant>);

impl Exceptions {
    /// Every line that begins like a list must be one of its lines, so that a slip is not taken for prose.
    pub fn parse(text: &str) -> Result<Self, String> {
        let lines = text.lines().filter(|line| line.starts_with("- "));
        lines
            .map(|line| entry(line).ok_or_else(|| format!("not of the form of its other lines: {line}")))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub fn contains(&self, mutant: &Mutant) -> bool {
        self.0.contains(mutant)
    }

    pub fn not_in<'a>(&'a self, missed: &'a [Mutant]) -> impl Iterator<Item = &'a Mutant> {
        self.0.iter().filter(|listed| !missed.contains(listed))
    }
}

fn entry(line: &str) -> Option<Mutant> {
    let (file, rest) = line.strip_prefix("- `")?.split_once("`: `")?;
    let (change, reason) = rest.split_once("` — ")?;
    (!reason.trim().is_empty()).then(|| Mutant { file: file.to_owned(), line: None, change: change.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(file: &str, change: &str) -> Mutant {
        Mutant { file: file.to_owned(), line: None, change: change.to_owned() }
    }

    #[test]
    fn an_entry_has_a_file_a_change_and_a_reason() -> Result<(), String> {
        let list = Exceptions::parse("# Title\n\n- `a.rs`: `replace < with <=` — a tie cannot happen\n")?;
        assert!(list.contains(&mutant("a.rs", "replace < with <=")));
        assert!(!list.contains(&mutant("b.rs", "replace < with <=")));
        assert_eq!(list.not_in(&[]).count(), 1);
        Ok(())
    }

    #[test]
    fn an_entry_without_a_reason_is_refused() {
        for line in ["- `a.rs`: `replace < with <=`", "- `a.rs`: `replace < with <=` — ", "- something"] {
            assert!(Exceptions::parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn the_list_of_the_repository_can_be_read() {
        assert!(Exceptions::parse(include_str!("../../../../docs/mutants.md")).is_ok());
    }
}
