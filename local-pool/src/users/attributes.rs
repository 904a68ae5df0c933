//! What attribute values have to be like.

use serde::Deserialize;

use super::Attributes;
use crate::error::{Outcome, ServiceError};
use crate::pools::{Client, Pool};

/// A `{Name, Value}` of a request.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct NameValue {
    pub name: String,
    pub value: String,
}

pub(crate) fn from_list(list: Vec<NameValue>) -> Attributes {
    list.into_iter().map(|item| (item.name, item.value)).collect()
}

/// Checks that the pool knows all attributes and that values have their form.
pub(crate) fn check_values(pool: &Pool, values: &Attributes) -> Outcome<()> {
    let unknown: Vec<_> = values.keys().filter(|name| pool.schema(name).is_none()).collect();
    if !unknown.is_empty() {
        let texts = unknown.into_iter().map(|name| format!("{name}: Attribute does not exist in the schema."));
        return Err(nonconforming(texts));
    }
    if values.get("email").is_some_and(|value| !value.is_empty() && !is_email(value)) {
        return Err(ServiceError::invalid_parameter("Invalid email address format."));
    }
    if values.get("phone_number").is_some_and(|value| !value.is_empty() && !is_phone(value)) {
        return Err(ServiceError::invalid_parameter("Invalid phone number format."));
    }
    let broken: Vec<_> = values.iter().filter_map(|(name, value)| length_error(pool, name, value)).collect();
    if broken.is_empty() { Ok(()) } else { Err(nonconforming(broken.into_iter())) }
}

/// The attributes that the service alone gives.
const FIXED: [&str; 2] = ["sub", "identities"];

/// Refuses what nobody can give a user, be it their own client, an administrator, a trigger or a configuration file.
pub(crate) fn check_givable<'a>(mut names: impl Iterator<Item = &'a String>) -> Outcome<()> {
    names.find(|name| is_fixed(name)).map_or(Ok(()), |name| Err(not_mutable(name)))
}

pub(crate) fn is_fixed(name: &str) -> bool {
    FIXED.contains(&name)
}

/// Refuses what nobody can give a user who is there already but an administrator, and not even they if it is immutable.
pub(crate) fn check_settable<'a>(pool: &Pool, mut names: impl Iterator<Item = &'a String>) -> Outcome<()> {
    let is_fixed =
        |name: &&String| name.ends_with("_verified") || pool.schema(name).is_some_and(|known| !known.mutable);
    names.find(is_fixed).map_or(Ok(()), |name| Err(not_mutable(name)))
}

fn not_mutable(name: &str) -> ServiceError {
    ServiceError::invalid_parameter(format!("Cannot modify the non-mutable attribute {name}"))
}

/// `*_verified` is taken in any case: `True` is `true`.
pub(crate) fn lower_flags(values: &mut Attributes) {
    for flag in ["email_verified", "phone_number_verified"] {
        if let Some(value) = values.get_mut(flag) {
            *value = value.to_lowercase();
        }
    }
}

/// Checks that nothing the pool requires is missing.
pub(crate) fn check_required(pool: &Pool, values: &Attributes) -> Outcome<()> {
    let missing: Vec<_> = missing(pool, values).map(|name| format!("{name}: The attribute is required")).collect();
    if missing.is_empty() { Ok(()) } else { Err(nonconforming(missing.into_iter())) }
}

/// The names of required attributes without a value.
pub(crate) fn missing<'a>(pool: &'a Pool, values: &'a Attributes) -> impl Iterator<Item = &'a str> {
    let required = pool.settings.schema_attributes.iter().filter(|known| known.required && known.name != "sub");
    required.map(|known| known.name.as_str()).filter(|name| values.get(*name).is_none_or(String::is_empty))
}

/// Checks that the client may write what it sends.
pub(crate) fn check_writable<'a>(client: &Client, mut names: impl Iterator<Item = &'a String>) -> Outcome<()> {
    if names.all(|name| client.may_write(name)) {
        return Ok(());
    }
    Err(ServiceError::not_authorized("A client attempted to write unauthorized attribute"))
}

pub(crate) fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && !host.contains('@') && !text.contains(char::is_whitespace)
    })
}

/// `+` and up to 15 digits (E.164).
pub(crate) fn is_phone(text: &str) -> bool {
    text.strip_prefix('+')
        .is_some_and(|digits| (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn length_error(pool: &Pool, name: &str, value: &str) -> Option<String> {
    let bounds = pool.schema(name)?.string_attribute_constraints.as_ref()?;
    let bound = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<usize>().ok());
    let length = value.chars().count();
    if bound(&bounds.min_length).is_some_and(|min| length < min && length > 0) {
        return Some(format!("{name}: String must be at least {} characters long.", bound(&bounds.min_length)?));
    }
    if bound(&bounds.max_length).is_some_and(|max| length > max) {
        return Some(format!("{name}: String must be no longer than {} characters.", bound(&bounds.max_length)?));
    }
    None
}

fn nonconforming(texts: impl Iterator<Item = String>) -> ServiceError {
    let texts: Vec<_> = texts.collect();
    ServiceError::invalid_parameter(format!("Attributes did not conform to the schema: {}", texts.join(" ")))
}
