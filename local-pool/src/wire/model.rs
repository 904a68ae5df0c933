//! The requests of the service, as its own model describes them: members, types and constraints of every operation.
//!
//! `service-model.json` is botocore's description of the service without texts, answers and what nothing here refers to.
//! It differs in one point: the pattern of passwords is the one of the service's own error texts, which takes blanks
//! inside. The service matches patterns against whole values, although the model does not anchor them.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::constraint::{Kind, Member, Text};
use super::patterns;

struct Operation {
    members: &'static [Member],
    needs_signature: bool,
}

static OPERATIONS: LazyLock<HashMap<String, Operation>> = LazyLock::new(|| {
    // A test reads it too.
    let model: Model = serde_json::from_str(include_str!("service-model.json")).unwrap_or_default();
    let read = |entry: &Entry| Operation { members: model.members(&entry.input), needs_signature: entry.signed };
    model.operations.iter().map(|(name, entry)| (name.clone(), read(entry))).collect()
});

/// The members of an operation's request; empty for an unknown operation.
pub(crate) fn members(operation: &str) -> &'static [Member] {
    OPERATIONS.get(operation).map_or(&[], |operation| operation.members)
}

/// Whether the service takes this operation only with an administrator's signature. The others an app calls for its
/// user, with tokens, codes and passwords for proof.
pub(crate) fn needs_signature(operation: &str) -> bool {
    OPERATIONS.get(operation).is_some_and(|operation| operation.needs_signature)
}

#[derive(Default, Deserialize)]
struct Model {
    operations: HashMap<String, Entry>,
    shapes: HashMap<String, Shape>,
}

#[derive(Deserialize)]
struct Entry {
    input: String,
    #[serde(default = "signed")]
    signed: bool,
}

fn signed() -> bool {
    true
}

#[derive(Deserialize)]
struct Shape {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    required: Vec<String>,
    /// In the model's order, which is the order of the texts about them.
    #[serde(default)]
    members: Vec<(String, String)>,
    of: Option<String>,
    min: Option<i64>,
    max: Option<i64>,
    #[serde(default, rename = "enum")]
    values: Vec<String>,
    pattern: Option<String>,
    #[serde(default)]
    secret: bool,
}

/// What is read once stays until the process ends.
fn kept<T>(values: Vec<T>) -> &'static [T] {
    values.leak()
}

fn kept_text(text: &str) -> &'static str {
    text.to_owned().leak()
}

impl Model {
    fn members(&self, structure: &str) -> &'static [Member] {
        let Some(shape) = self.shapes.get(structure) else { return &[] };
        let member = |(name, of): &(String, String)| Member {
            name: kept_text(name),
            required: shape.required.contains(name),
            kind: self.kind(of),
        };
        kept(shape.members.iter().map(member).collect())
    }

    fn kind(&self, name: &str) -> Kind {
        let Some(shape) = self.shapes.get(name) else { return Kind::Document };
        let length = |bound: i64| usize::try_from(bound).unwrap_or(0);
        match shape.kind.as_str() {
            "string" if !shape.values.is_empty() => {
                Kind::Enum(kept(shape.values.iter().map(|value| kept_text(value)).collect()))
            }
            "string" => {
                let text = Text {
                    min: shape.min.map_or(0, length),
                    max: shape.max.map_or(usize::MAX, length),
                    pattern: shape.pattern.as_deref().and_then(patterns::named),
                };
                if shape.secret { Kind::SecretText(text) } else { Kind::Text(text) }
            }
            "integer" => {
                Kind::Integer { min: shape.min.unwrap_or(i32::MIN.into()), max: shape.max.unwrap_or(i32::MAX.into()) }
            }
            "boolean" => Kind::Flag,
            "map" => Kind::Texts,
            "list" => {
                let of: &'static [Kind] = kept(vec![self.kind(shape.of.as_deref().unwrap_or_default())]);
                let (min, max) = (shape.min.map_or(0, length), shape.max.map_or(usize::MAX, length));
                of.first().map_or(Kind::Document, |of| Kind::List { of, min, max })
            }
            "structure" => Kind::Structure(self.members(name)),
            _ => Kind::Document,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_has_every_operation_and_every_pattern_is_known() {
        let model: Model = serde_json::from_str(include_str!("service-model.json")).unwrap();
        let mut names: Vec<&str> = model.operations.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, crate::OPERATIONS);
        for name in crate::OPERATIONS {
            let takes_something = !members(name).is_empty();
            assert!(takes_something, "{name}");
        }
        for (name, shape) in &model.shapes {
            let pattern = shape.pattern.as_deref();
            assert!(pattern.is_none_or(|text| patterns::named(text).is_some()), "{name}: {pattern:?}");
            for of in shape.of.iter().chain(shape.members.iter().map(|(_, of)| of)) {
                assert!(model.shapes.contains_key(of), "{name}: {of}");
            }
            let known = ["string", "integer", "boolean", "map", "list", "structure", "document"];
            assert!(known.contains(&shape.kind.as_str()), "{name}: {}", shape.kind);
        }
    }

    #[test]
    fn administrators_sign() {
        for operation in ["AdminGetUser", "CreateUserPool", "ListUsers", "DescribeUserPoolClient", "CreateGroup"] {
            assert!(needs_signature(operation), "{operation}");
        }
        for operation in ["SignUp", "InitiateAuth", "GetUser", "ListDevices", "MakeCoffee"] {
            assert!(!needs_signature(operation), "{operation}");
        }
    }
}
