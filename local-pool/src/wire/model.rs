//! The requests of the service, as its own model describes them: members, types and constraints of every operation.
//!
//! `service-model.json` (user pools) and `identity-model.json` (identity pools) are botocore's descriptions of the services
//! without texts, answers and what nothing here refers to. No operation of one has the name of one of the other.
//! They differ in one point: the pattern of passwords is the one of the service's own error texts, which takes blanks
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
    let read = |text: &str| {
        let model: Model = serde_json::from_str(text).unwrap_or_default();
        let read = |entry: &Entry| Operation { members: model.members(&entry.input), needs_signature: entry.signed };
        model.operations.iter().map(|(name, entry)| (name.clone(), read(entry))).collect::<Vec<_>>()
    };
    [USER_POOLS, IDENTITY_POOLS].into_iter().flat_map(read).collect()
});

const USER_POOLS: &str = include_str!("service-model.json");
const IDENTITY_POOLS: &str = include_str!("identity-model.json");

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
    key: Option<String>,
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

fn length(bound: i64) -> usize {
    usize::try_from(bound).unwrap_or(0)
}

impl Shape {
    fn text(&self) -> Text {
        Text {
            min: self.min.map_or(0, length),
            max: self.max.map_or(usize::MAX, length),
            pattern: self.pattern.as_deref().and_then(patterns::named),
        }
    }
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

    fn map(&self, shape: &Shape) -> Kind {
        let (Some(key), Some(of)) = (shape.key.as_ref().and_then(|key| self.shapes.get(key)), &shape.of) else {
            return Kind::Texts;
        };
        let of: &'static [Kind] = kept(vec![self.kind(of)]);
        let max = shape.max.map_or(usize::MAX, length);
        of.first().map_or(Kind::Texts, |of| Kind::Map { key: key.text(), of, max })
    }

    fn kind(&self, name: &str) -> Kind {
        let Some(shape) = self.shapes.get(name) else { return Kind::Document };
        match shape.kind.as_str() {
            "string" if !shape.values.is_empty() => {
                Kind::Enum(kept(shape.values.iter().map(|value| kept_text(value)).collect()))
            }
            "string" => {
                let text = shape.text();
                if shape.secret { Kind::SecretText(text) } else { Kind::Text(text) }
            }
            "integer" | "long" => {
                Kind::Integer { min: shape.min.unwrap_or(i32::MIN.into()), max: shape.max.unwrap_or(i32::MAX.into()) }
            }
            "boolean" => Kind::Flag,
            "map" => self.map(shape),
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
        let both = [(USER_POOLS, crate::OPERATIONS), (IDENTITY_POOLS, crate::IDENTITY_OPERATIONS)];
        for (text, operations) in both {
            has_every_operation(&serde_json::from_str(text).unwrap(), operations);
        }
        assert!(crate::IDENTITY_OPERATIONS.iter().all(|name| !crate::OPERATIONS.contains(name)));
    }

    fn has_every_operation(model: &Model, operations: &[&str]) {
        let mut names: Vec<&str> = model.operations.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, operations);
        for name in operations {
            let takes_something = !members(name).is_empty();
            assert!(takes_something, "{name}");
        }
        for (name, shape) in &model.shapes {
            let pattern = shape.pattern.as_deref();
            assert!(pattern.is_none_or(|text| patterns::named(text).is_some()), "{name}: {pattern:?}");
            for of in shape.of.iter().chain(&shape.key).chain(shape.members.iter().map(|(_, of)| of)) {
                assert!(model.shapes.contains_key(of), "{name}: {of}");
            }
            let known = ["string", "integer", "long", "boolean", "map", "list", "structure", "document"];
            assert!(known.contains(&shape.kind.as_str()), "{name}: {}", shape.kind);
        }
    }

    #[test]
    fn administrators_sign() {
        for operation in ["AdminGetUser", "CreateUserPool", "ListUsers", "DescribeUserPoolClient", "CreateIdentityPool"]
        {
            assert!(needs_signature(operation), "{operation}");
        }
        for operation in ["SignUp", "InitiateAuth", "GetUser", "ListDevices", "GetId", "MakeCoffee"] {
            assert!(!needs_signature(operation), "{operation}");
        }
    }
}
