//! Which test noticed a mutant the last time: it is asked first the next time, and mostly it is enough.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use crate::steps::mutants::report::Mutant;

#[derive(Debug, Default)]
pub struct Killers(BTreeMap<String, String>);

impl Killers {
    /// None are known where there is no file yet.
    pub fn read(file: &Path) -> Self {
        let text = fs::read_to_string(file).unwrap_or_default();
        let lines = text.lines().filter_map(|line| line.split_once('\t'));
        Self(lines.map(|(mutant, test)| (mutant.to_owned(), test.to_owned())).collect())
    }

    pub fn write(&self, file: &Path) -> io::Result<()> {
        fs::write(file, self.0.iter().map(|(mutant, test)| format!("{mutant}\t{test}\n")).collect::<String>())
    }

    pub fn of(&self, mutant: &Mutant) -> Option<&str> {
        self.0.get(&name(mutant)).map(String::as_str)
    }

    pub fn learn(&mut self, mutant: &Mutant, test: &str) {
        self.0.insert(name(mutant), test.to_owned());
    }
}

/// Without the line, which moves.
fn name(mutant: &Mutant) -> String {
    format!("{} {}", mutant.file, mutant.change)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_killer_is_known_again_on_another_line() -> io::Result<()> {
        let file = std::env::temp_dir().join(format!("portcullis-killers-{}", std::process::id()));
        let on = |line| Mutant { file: "a.rs".into(), line: Some(line), change: "delete ! in f".into() };
        let mut killers = Killers::read(&file);
        assert_eq!(killers.of(&on(1)), None);
        killers.learn(&on(1), "tests::a");
        killers.write(&file)?;
        assert_eq!(Killers::read(&file).of(&on(2)), Some("tests::a"));
        fs::remove_file(file)
    }
}
