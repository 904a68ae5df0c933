//! The lines `shows!(…);` of the Rust sources.

use std::collections::HashMap;
use std::fs;

use camino::Utf8Path;

use super::types::Print;

/// Of each type the fields that are shown, by case; a record has the case `""`.
#[derive(Debug, Default)]
pub(super) struct Declared(HashMap<String, HashMap<(String, String), Print>>);

impl Declared {
    /// Everything that the sources in that folder say.
    pub(super) fn under(folder: &Utf8Path) -> std::io::Result<Self> {
        let mut declared = Self::default();
        declared.take(folder)?;
        Ok(declared)
    }

    fn take(&mut self, folder: &Utf8Path) -> std::io::Result<()> {
        for entry in folder.read_dir_utf8()? {
            let path = entry?.into_path();
            if path.is_dir() {
                self.take(&path)?;
            } else if path.extension() == Some("rs") {
                self.read(&fs::read_to_string(&path)?);
            }
        }
        Ok(())
    }

    fn read(&mut self, source: &str) {
        for declaration in source.split("\nshows!(").skip(1) {
            let declaration = declaration.split_once(");").map_or(declaration, |(inside, _)| inside);
            let Some((head, body)) = declaration.split_once('{') else { continue };
            let (is_enum, name) = head.trim().strip_prefix("enum ").map_or((false, head), |name| (true, name));
            let body = body.trim_end().strip_suffix('}').unwrap_or(body);
            let shown = self.0.entry(name.trim().to_owned()).or_default();
            if is_enum {
                for (case, fields) in cases(body) {
                    shown.extend(fields_of(fields).map(|(field, print)| ((case.to_owned(), field), print)));
                }
            } else {
                shown.extend(fields_of(body).map(|(field, print)| ((String::new(), field), print)));
            }
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn of(&self, name: &str, case: &str, field: &str) -> Print {
        let shown = self.0.get(name).and_then(|shown| shown.get(&(case.to_owned(), field.to_owned())));
        shown.copied().unwrap_or(Print::Hidden)
    }
}

/// `A { x }, B, C {}`: the cases that have braces, with what is in them.
fn cases(body: &str) -> impl Iterator<Item = (&str, &str)> {
    body.split('}').filter_map(|case| {
        let (before, fields) = case.split_once('{')?;
        let name = before.rsplit(',').next()?.trim();
        Some((name, fields))
    })
}

fn fields_of(list: &str) -> impl Iterator<Item = (String, Print)> {
    list.split(',').map(str::trim).filter(|field| !field.is_empty()).map(|field| match field.split_once(':') {
        Some((field, how)) if how.trim() == "names" => (field.to_owned(), Print::Names),
        Some((field, _)) => (field.to_owned(), Print::Whole),
        None => (field.to_owned(), Print::Whole),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_read_from_the_source() {
        let mut declared = Declared::default();
        declared.read(
            "struct Options;\nshows!(Options { flow, metadata: names });\n\nenum Step {}\n\
             shows!(enum Step {\n    Ask { to },\n    Done,\n    Hidden {},\n    Last { a, b: names },\n});\nshows!(User {});\n",
        );
        assert_eq!(declared.of("Options", "", "flow"), Print::Whole);
        assert_eq!(declared.of("Options", "", "metadata"), Print::Names);
        assert_eq!(declared.of("Options", "", "password"), Print::Hidden);
        assert_eq!(declared.of("Step", "Ask", "to"), Print::Whole);
        assert_eq!(declared.of("Step", "Hidden", "to"), Print::Hidden);
        assert_eq!(declared.of("Step", "Last", "b"), Print::Names);
        assert!(declared.has("User") && !declared.has("Other"));
        assert_eq!(declared.of("User", "", "name"), Print::Hidden);
    }
}
