//! A type as it is printed.

/// A record or an enum whose `shows!` was found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Printed {
    pub(super) name: String,
    /// A record is one case without a name.
    pub(super) cases: Vec<Case>,
    pub(super) is_enum: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Case {
    pub(super) name: String,
    pub(super) fields: Vec<Part>,
}

/// A field, in the order of the declaration, and how it is printed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) print: Print,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Print {
    Whole,
    /// The keys of a map.
    Names,
    Hidden,
}

impl Printed {
    /// Whether some of it is left out.
    pub(super) fn hides(&self) -> bool {
        self.cases.iter().flat_map(|case| &case.fields).any(|part| part.print != Print::Whole)
    }
}

impl Case {
    pub(super) fn shown(&self) -> impl Iterator<Item = &Part> {
        self.fields.iter().filter(|part| part.print != Print::Hidden)
    }
}

/// Types to write in both languages.
#[cfg(test)]
pub(super) mod samples {
    use super::*;

    pub(in super::super) fn options() -> Printed {
        let parts = [("authFlow", Print::Whole), ("clientMetadata", Print::Names), ("userName", Print::Hidden)];
        let fields = parts.map(|(name, print)| Part { name: name.to_owned(), print }).into();
        Printed { name: "Options".to_owned(), cases: vec![Case { name: String::new(), fields }], is_enum: false }
    }

    /// Its cases show nothing, one field of two, two fields, and have none.
    pub(in super::super) fn step() -> Printed {
        let case = |name: &str, fields: &[(&str, Print)]| Case {
            name: name.to_owned(),
            fields: fields.iter().map(|(name, print)| Part { name: (*name).to_owned(), print: *print }).collect(),
        };
        let cases = vec![
            case("AskForPasskey", &[("request", Print::Hidden)]),
            case("SignedUp", &[("username", Print::Hidden), ("parameters", Print::Names)]),
            case("Failed", &[("user", Print::Whole), ("error", Print::Whole)]),
            case("Done", &[]),
        ];
        Printed { name: "Step".to_owned(), cases, is_enum: true }
    }
}
