//! Constraints of the service model and the texts that tell which of them a request breaks.

use serde_json::{Map, Value};

use super::shortened;
use crate::error::{Outcome, ServiceError};

/// One member of a request.
#[derive(Clone, Copy)]
pub(crate) struct Member {
    pub name: &'static str,
    pub required: bool,
    pub kind: Kind,
}

#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Text(Text),
    /// The value is left out of the error's text.
    SecretText(Text),
    Enum(&'static [&'static str]),
    Integer {
        min: i64,
        max: i64,
    },
    Structure(&'static [Member]),
    List {
        of: &'static Kind,
        min: usize,
        max: usize,
    },
    /// A boolean.
    Flag,
    /// An object of texts, its keys the client's own.
    Texts,
    /// An object whose keys and values have rules of their own.
    Map {
        key: Text,
        of: &'static Kind,
        max: usize,
    },
    /// Any JSON.
    Document,
}

#[derive(Clone, Copy)]
pub(crate) struct Text {
    pub min: usize,
    pub max: usize,
    pub pattern: Option<Pattern>,
}

/// A pattern of the model, and the same as a test of characters.
#[derive(Clone, Copy)]
pub(crate) struct Pattern {
    pub text: &'static str,
    pub matches: fn(&str) -> bool,
}

/// How much is repeated of a value that breaks a constraint, and how many broken constraints are told.
const LONGEST_SHOWN: usize = 256;
const MOST_TOLD: usize = 20;

/// What is wrong with a request.
#[derive(Default)]
struct Broken {
    count: usize,
    told: Vec<String>,
}

impl Broken {
    fn add(&mut self, text: impl FnOnce() -> String) {
        self.count += 1;
        if self.told.len() < MOST_TOLD {
            self.told.push(text());
        }
    }
}

/// Checks a request without its nulls, and lists everything that is wrong with it as the service does.
pub(crate) fn check(shape: &[Member], request: &Map<String, Value>) -> Outcome<()> {
    if !have_types(shape, request) {
        return Err(wrong_type());
    }
    let mut broken = Broken::default();
    check_members(shape, request, "", &mut broken);
    if broken.count == 0 {
        return Ok(());
    }
    let errors = if broken.count == 1 { "error" } else { "errors" };
    let text = format!("{} validation {errors} detected: {}", broken.count, broken.told.join("; "));
    Err(ServiceError::invalid_parameter(text))
}

/// The refusal of a request whose JSON is of another type than the model's.
pub(crate) fn wrong_type() -> ServiceError {
    ServiceError::serialization("A member of the request has the wrong JSON type.")
}

/// The refusal of a request that lacks a member which is needed in its circumstances only.
pub(crate) fn must_not_be_null(path: &str) -> ServiceError {
    let text = format!("1 validation error detected: {}", null_at(path));
    ServiceError::invalid_parameter(text)
}

fn null_at(path: &str) -> String {
    format!("Value null at '{path}' failed to satisfy constraint: Member must not be null")
}

fn have_types(shape: &[Member], object: &Map<String, Value>) -> bool {
    shape.iter().all(|member| object.get(member.name).is_none_or(|value| has_type(&member.kind, value)))
}

fn has_type(kind: &Kind, value: &Value) -> bool {
    match (kind, value) {
        (Kind::Text(_) | Kind::SecretText(_) | Kind::Enum(_), Value::String(_)) | (Kind::Flag, Value::Bool(_)) => true,
        // The model's integers have 32 bits.
        (Kind::Integer { .. }, Value::Number(number)) => number.as_i64().is_some_and(|n| i32::try_from(n).is_ok()),
        (Kind::Structure(members), Value::Object(object)) => have_types(members, object),
        (Kind::Texts, Value::Object(object)) => object.values().all(Value::is_string),
        (Kind::Map { of, .. }, Value::Object(object)) => object.values().all(|value| has_type(of, value)),
        (Kind::List { of, .. }, Value::Array(items)) => items.iter().all(|item| has_type(of, item)),
        (Kind::Document, _) => true,
        _ => false,
    }
}

fn check_members(shape: &[Member], object: &Map<String, Value>, prefix: &str, broken: &mut Broken) {
    for member in shape {
        let path = || format!("{prefix}{}", lower_camel(member.name));
        match object.get(member.name) {
            Some(value) => check_value(&member.kind, value, &path(), broken),
            None if member.required => broken.add(|| null_at(&path())),
            None => {}
        }
    }
}

fn check_value(kind: &Kind, value: &Value, path: &str, broken: &mut Broken) {
    let mut fail = |shown: &dyn Fn() -> String, rule: String| {
        broken.add(|| format!("Value{} at '{path}' failed to satisfy constraint: {rule}", shown()));
    };
    let quoted = |text: &str| format!(" '{}'", shortened(text, LONGEST_SHOWN));
    match (kind, value) {
        (Kind::Text(rules), Value::String(text)) => {
            rules.broken_by(text).into_iter().for_each(|rule| fail(&|| quoted(text), rule));
        }
        (Kind::SecretText(rules), Value::String(text)) => {
            rules.broken_by(text).into_iter().for_each(|rule| fail(&String::new, rule));
        }
        (Kind::Enum(allowed), Value::String(text)) if !allowed.contains(&text.as_str()) => {
            let rule = format!("Member must satisfy enum value set: [{}]", allowed.join(", "));
            fail(&|| quoted(text), rule);
        }
        (Kind::Integer { min, max }, Value::Number(number)) => {
            let number = number.as_i64().unwrap_or(i64::MAX);
            if number < *min {
                fail(&|| format!(" '{number}'"), format!("Member must have value greater than or equal to {min}"));
            } else if number > *max {
                fail(&|| format!(" '{number}'"), format!("Member must have value less than or equal to {max}"));
            }
        }
        (Kind::Structure(members), Value::Object(object)) => {
            check_members(members, object, &format!("{path}."), broken);
        }
        (Kind::Map { key, of, max }, Value::Object(object)) => {
            let shown = || quoted(&shown_map(object));
            if object.len() > *max {
                fail(&shown, format!("Member must have length less than or equal to {max}"));
            }
            if object.keys().any(|name| !key.broken_by(name).is_empty()) {
                fail(&shown, format!("Map keys must satisfy constraint: [{}]", key.rules()));
            }
            match of {
                Kind::Text(rules) => {
                    let breaks = |value: &Value| value.as_str().is_some_and(|text| !rules.broken_by(text).is_empty());
                    if object.values().any(breaks) {
                        fail(&shown, format!("Map value must satisfy constraint: [{}]", rules.rules()));
                    }
                }
                of => {
                    for (name, value) in object {
                        check_value(of, value, &format!("{path}.{}.member", shortened(name, LONGEST_SHOWN)), broken);
                    }
                }
            }
        }
        (Kind::List { of, min, max }, Value::Array(items)) => {
            let shown = || quoted(&Value::from(items.get(..items.len().min(*max)).unwrap_or_default()).to_string());
            if items.len() < *min {
                fail(&shown, format!("Member must have length greater than or equal to {min}"));
            } else if items.len() > *max {
                fail(&shown, format!("Member must have length less than or equal to {max}"));
            }
            for (index, item) in items.iter().enumerate() {
                check_value(of, item, &format!("{path}.{}.member", index + 1), broken);
            }
        }
        _ => {}
    }
}

impl Text {
    fn broken_by(&self, text: &str) -> Vec<String> {
        let mut rules = Vec::new();
        if let Some(pattern) = self.pattern.filter(|pattern| !(pattern.matches)(text)) {
            rules.push(format!("Member must satisfy regular expression pattern: {}", pattern.text));
        }
        let length = text.chars().count();
        if length < self.min {
            rules.push(format!("Member must have length greater than or equal to {}", self.min));
        } else if length > self.max {
            rules.push(format!("Member must have length less than or equal to {}", self.max));
        }
        rules
    }

    /// All rules in a line, as texts about maps tell them.
    fn rules(&self) -> String {
        let mut rules = Vec::new();
        if self.max < usize::MAX {
            rules.push(format!("Member must have length less than or equal to {}", self.max));
        }
        if self.min > 0 {
            rules.push(format!("Member must have length greater than or equal to {}", self.min));
        }
        rules.extend(
            self.pattern.map(|pattern| format!("Member must satisfy regular expression pattern: {}", pattern.text)),
        );
        rules.join(", ")
    }
}

/// `{key=value, key=value}`
fn shown_map(object: &Map<String, Value>) -> String {
    let pair = |(name, value): (&String, &Value)| match value {
        Value::String(text) => format!("{name}={text}"),
        other => format!("{name}={other}"),
    };
    format!("{{{}}}", object.iter().map(pair).collect::<Vec<_>>().join(", "))
}

fn lower_camel(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::wire::model;

    fn refusal(operation: &str, request: Value) -> ServiceError {
        let Value::Object(request) = request else { panic!("no object") };
        check(model::members(operation), &request).unwrap_err()
    }

    fn text(operation: &str, request: Value) -> String {
        refusal(operation, request).message.unwrap()
    }

    #[test]
    fn texts_are_those_of_the_service() {
        assert_eq!(
            text("ConfirmSignUp", json!({ "ClientId": "c", "Username": "ann" })),
            "1 validation error detected: Value null at 'confirmationCode' failed to satisfy constraint: \
             Member must not be null"
        );
        assert_eq!(
            text("AdminSetUserPassword", json!({ "UserPoolId": "x_1", "Username": "a b" })),
            "2 validation errors detected: Value 'a b' at 'username' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+; Value null at 'password' failed to \
             satisfy constraint: Member must not be null"
        );
        let long = "x".repeat(2049);
        let attributes = json!([{ "Name": "name", "Value": long }]);
        let request = json!({ "ClientId": "c", "Username": "ann", "UserAttributes": attributes });
        assert!(text("SignUp", request).ends_with(
            "Value at 'userAttributes.1.member.value' failed to satisfy constraint: Member must have length less than \
             or equal to 2048"
        ));
        let spaced = json!({ "ClientId": "c", "Username": "ann", "Password": "my secret " });
        let told = text("SignUp", spaced);
        assert!(told.ends_with("pattern: ^[\\S]+.*[\\S]+$") && !told.contains("secret"), "{told}");
    }

    #[test]
    fn texts_about_maps_are_those_of_the_service() {
        assert_eq!(
            text("GetId", json!({ "IdentityPoolId": "us-east-2:mock", "Logins": { "accounts.google.com": "" } })),
            "2 validation errors detected: Value 'us-east-2:mock' at 'identityPoolId' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: [\\w-]+:[0-9a-f-]+; Value '{accounts.google.com=}' at \
             'logins' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less \
             than or equal to 50000, Member must have length greater than or equal to 1]"
        );
        let many: Map<String, Value> = (0..11).map(|number| (format!("p{number}"), json!("x"))).collect();
        let told = text("GetId", json!({ "IdentityPoolId": "us-east-2:0", "Logins": many }));
        assert!(told.ends_with("Member must have length less than or equal to 10"), "{told}");
        let roles = json!({ "IdentityPoolId": "us-east-2:0", "Roles": { "admin": "arn:aws:iam::1:role/x" } });
        assert!(text("SetIdentityPoolRoles", roles).contains("Map keys must satisfy constraint: [Member must have"));
        let mapping = json!({ "accounts.google.com": { "Type": "Magic" } });
        let roles = json!({ "IdentityPoolId": "us-east-2:0", "Roles": {}, "RoleMappings": mapping });
        assert!(text("SetIdentityPoolRoles", roles).contains("'roleMappings.accounts.google.com.member.type'"));
    }

    #[test]
    fn what_is_repeated_is_bounded() {
        let told = text("GetUser", json!({ "AccessToken": "\u{1}".repeat(70_000) }));
        assert!(told.len() < 300, "{told}");
        let told = text("ForgotPassword", json!({ "ClientId": "c", "Username": "x".repeat(70_000) }));
        assert!(told.len() < 600 && told.contains("xxx..."), "{told}");
        let many: Vec<_> = (0..5_000).map(|_| json!({})).collect();
        let told = text("SignUp", json!({ "ClientId": "c", "Username": "ann", "UserAttributes": many }));
        assert!(told.starts_with("5000 validation errors detected: ") && told.len() < 4_000, "{told}");
    }

    /// For every member of every operation, however deep: a value of another JSON type, and nothing but that.
    #[test]
    fn every_member_has_its_json_type() {
        fn wrong(kind: &Kind) -> Option<Value> {
            match kind {
                Kind::Text(_) | Kind::SecretText(_) | Kind::Enum(_) => Some(json!(7)),
                Kind::Integer { .. } => Some(json!("7")),
                Kind::Flag => Some(json!("true")),
                Kind::Structure(_) | Kind::Texts | Kind::Map { .. } => Some(json!([])),
                Kind::List { .. } => Some(json!({})),
                Kind::Document => None,
            }
        }
        fn inside(kind: &Kind, found: &mut Vec<Value>) {
            found.extend(wrong(kind));
            let mut within = Vec::new();
            match kind {
                Kind::Structure(members) => {
                    for member in *members {
                        inside(&member.kind, &mut within);
                        found.extend(within.drain(..).map(|value| json!({ member.name: value })));
                    }
                }
                Kind::List { of, .. } => {
                    inside(of, &mut within);
                    found.extend(within.into_iter().map(|value| json!([value])));
                }
                Kind::Texts => found.push(json!({ "key": 7 })),
                Kind::Map { of, .. } => {
                    inside(of, &mut within);
                    found.extend(within.into_iter().map(|value| json!({ "key": value })));
                }
                Kind::Integer { .. } => found.extend([json!(1.5), json!(5_000_000_000_i64)]),
                _ => {}
            }
        }
        let mut tried = 0;
        for operation in crate::OPERATIONS.iter().chain(crate::IDENTITY_OPERATIONS) {
            for member in model::members(operation) {
                let mut values = Vec::new();
                inside(&member.kind, &mut values);
                for value in values {
                    let request = json!({ member.name: value });
                    assert_eq!(refusal(operation, request.clone()), wrong_type(), "{operation} {request}");
                    tried += 1;
                }
            }
        }
        assert!(tried > 700, "{tried}");
    }
}
