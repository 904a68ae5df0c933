//! What `uniffi.toml` renames for Swift, as the generator spells it.

use std::collections::BTreeMap;
use std::fs;

use camino::Utf8Path;

/// New names of types, of enums' cases (`Type.Case`) and of fields (`Type.field_name`), with each letter of an abbreviation as a word of its own.
#[derive(Debug, Default)]
pub(crate) struct Renames(BTreeMap<String, String>);

impl Renames {
    pub(crate) fn of_swift(config: &Utf8Path) -> Result<Self, String> {
        let text = fs::read_to_string(config).map_err(|error| format!("{config}: {error}"))?;
        Self::read(&text).ok_or_else(|| format!("{config} has no [bindings.swift.rename] that can be read"))
    }

    fn read(text: &str) -> Option<Self> {
        let (_, section) = text.split_once("[bindings.swift.rename]\n")?;
        let section = section.split("\n[").next()?;
        let lines = section.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        let entry = |line: &str| {
            let (old, new) = line.split_once(" = ")?;
            Some((old.trim_matches('"').to_owned(), new.trim_matches('"').to_owned()))
        };
        lines.map(entry).collect::<Option<_>>().map(Self)
    }

    /// The type's name.
    pub(super) fn type_name(&self, name: &str) -> String {
        self.0.get(name).map_or_else(|| name.to_owned(), |new| new.split('_').collect())
    }

    /// The field's name, which Rust writes with small letters and `_`.
    pub(super) fn field_name(&self, of: &str, field: &str) -> String {
        let in_rust = field.chars().fold(String::new(), |mut name, letter| {
            if letter.is_uppercase() {
                name.push('_');
            }
            name.extend(letter.to_lowercase());
            name
        });
        let new = self.0.get(&format!("{of}.{in_rust}"));
        new.map_or_else(|| field.to_owned(), |new| new.split('_').collect())
    }

    /// The case's name, which begins with a small letter.
    pub(super) fn case_name(&self, of: &str, case: &str) -> String {
        let new = self.0.get(&format!("{of}.{case}"));
        let name = new.map_or_else(|| case.to_owned(), |new| new.split('_').collect());
        let mut letters = name.chars();
        letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_as_the_generator_does() {
        let text = "[bindings.swift.rename]\n# Why.\nMfaType = \"M_F_A_Type\"\n\"AuthFlow.UserSrp\" = \"User_S_R_P\"\n\"Request.redirect_uri\" = \"redirect_U_R_I\"\n\n[x]\na";
        let renames = Renames::read(text).unwrap();
        assert_eq!((renames.type_name("MfaType"), renames.type_name("Other")), ("MFAType".into(), "Other".into()));
        assert_eq!(renames.case_name("AuthFlow", "UserSrp"), "userSRP");
        assert_eq!(renames.case_name("AuthFlow", "UserPassword"), "userPassword");
        assert_eq!(renames.field_name("Request", "redirectUri"), "redirectURI");
        assert_eq!(renames.field_name("Other", "redirectUri"), "redirectUri");
        assert!(Renames::read("[bindings.swift]").is_none());
    }
}
