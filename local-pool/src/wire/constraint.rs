//! Constraints of the service model and the texts that tell which of them a request breaks.

use serde_json::{Map, Value};

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
    /// Not constrained.
    Free,
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

pub(crate) const fn required(name: &'static str, kind: Kind) -> Member {
    Member { name, required: true, kind }
}

pub(crate) const fn optional(name: &'static str, kind: Kind) -> Member {
    Member { name, required: false, kind }
}

/// Checks a request without its nulls, and lists everything that is wrong with it as the service does.
pub(crate) fn check(shape: &[Member], request: &Map<String, Value>) -> Outcome<()> {
    let mut broken = Vec::new();
    check_members(shape, request, "", &mut broken);
    if broken.is_empty() {
        return Ok(());
    }
    let errors = if broken.len() == 1 { "error" } else { "errors" };
    let text = format!("{} validation {errors} detected: {}", broken.len(), broken.join("; "));
    Err(ServiceError::invalid_parameter(text))
}

/// The refusal of a request that lacks a member which is needed in its circumstances only.
pub(crate) fn must_not_be_null(path: &str) -> ServiceError {
    let text = format!("1 validation error detected: {}", null_at(path));
    ServiceError::invalid_parameter(text)
}

fn null_at(path: &str) -> String {
    format!("Value null at '{path}' failed to satisfy constraint: Member must not be null")
}

fn check_members(shape: &[Member], object: &Map<String, Value>, prefix: &str, broken: &mut Vec<String>) {
    for member in shape {
        let path = format!("{prefix}{}", lower_camel(member.name));
        match object.get(member.name) {
            Some(value) => check_value(&member.kind, value, &path, broken),
            None if member.required => broken.push(null_at(&path)),
            None => {}
        }
    }
}

fn check_value(kind: &Kind, value: &Value, path: &str, broken: &mut Vec<String>) {
    let mut fail = |shown: &str, rule: &str| {
        broken.push(format!("Value{shown} at '{path}' failed to satisfy constraint: {rule}"));
    };
    match (kind, value) {
        (Kind::Text(rules), Value::String(text)) => {
            rules.broken_by(text).iter().for_each(|rule| fail(&format!(" '{text}'"), rule));
        }
        (Kind::SecretText(rules), Value::String(text)) => {
            rules.broken_by(text).iter().for_each(|rule| fail("", rule));
        }
        (Kind::Enum(allowed), Value::String(text)) if !allowed.contains(&text.as_str()) => {
            fail(&format!(" '{text}'"), &format!("Member must satisfy enum value set: [{}]", allowed.join(", ")));
        }
        (Kind::Integer { min, max }, Value::Number(number)) => {
            let number = number.as_i64().unwrap_or(i64::MAX);
            if number < *min {
                fail(&format!(" '{number}'"), &format!("Member must have value greater than or equal to {min}"));
            } else if number > *max {
                fail(&format!(" '{number}'"), &format!("Member must have value less than or equal to {max}"));
            }
        }
        (Kind::Structure(members), Value::Object(object)) => {
            check_members(members, object, &format!("{path}."), broken);
        }
        (Kind::List { of, min, max }, Value::Array(items)) => {
            if items.len() < *min {
                let shown = format!(" '{}'", Value::Array(items.clone()));
                fail(&shown, &format!("Member must have length greater than or equal to {min}"));
            } else if items.len() > *max {
                let shown = format!(" '{}'", Value::Array(items.clone()));
                fail(&shown, &format!("Member must have length less than or equal to {max}"));
            }
            for (index, item) in items.iter().enumerate() {
                check_value(of, item, &format!("{path}.{}.member", index + 1), broken);
            }
        }
        // A value of another JSON type has been refused while reading the request.
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
}

fn lower_camel(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::wire::members::{CLIENT_ID, CODE, PASSWORD, USER_ATTRIBUTES};

    fn text(shape: &[Member], request: Value) -> String {
        let Value::Object(request) = request else { panic!("no object") };
        check(shape, &request).unwrap_err().message.unwrap()
    }

    #[test]
    fn texts_are_those_of_the_service() {
        assert_eq!(
            text(&[required("ConfirmationCode", CODE)], json!({})),
            "1 validation error detected: Value null at 'confirmationCode' failed to satisfy constraint: \
             Member must not be null"
        );
        assert_eq!(
            text(&[required("ClientId", CLIENT_ID), required("Password", PASSWORD)], json!({ "ClientId": "a b" })),
            "2 validation errors detected: Value 'a b' at 'clientId' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: [\\w+]+; Value null at 'password' failed to satisfy constraint: \
             Member must not be null"
        );
        let long = "x".repeat(2049);
        let attributes = json!({ "UserAttributes": [{ "Name": "name", "Value": long }] });
        assert!(text(&[optional("UserAttributes", USER_ATTRIBUTES)], attributes).ends_with(
            "at 'userAttributes.1.member.value' failed to satisfy constraint: Member must have length less than or \
             equal to 2048"
        ));
        let spaced = json!({ "Password": "my secret" });
        assert!(!text(&[optional("Password", PASSWORD)], spaced).contains("secret"));
    }
}
