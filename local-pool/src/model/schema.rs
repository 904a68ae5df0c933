//! The attributes a pool's users can have.

use serde::{Deserialize, Serialize};

/// One attribute, as `SchemaAttributeType` writes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SchemaAttribute {
    pub name: String,
    pub attribute_data_type: String,
    pub developer_only_attribute: bool,
    pub mutable: bool,
    pub required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub string_attribute_constraints: Option<StringConstraints>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number_attribute_constraints: Option<NumberConstraints>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct StringConstraints {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<String>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct NumberConstraints {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_value: Option<String>,
}

impl Default for SchemaAttribute {
    fn default() -> Self {
        Self {
            name: String::new(),
            attribute_data_type: "String".into(),
            developer_only_attribute: false,
            mutable: true,
            required: false,
            string_attribute_constraints: None,
            number_attribute_constraints: None,
        }
    }
}

/// The attributes every pool has.
pub(crate) fn standard() -> Vec<SchemaAttribute> {
    const STRINGS: [&str; 15] = [
        "name",
        "given_name",
        "family_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "email",
        "gender",
        "zoneinfo",
        "locale",
        "phone_number",
        "address",
    ];
    let mut all = vec![SchemaAttribute { mutable: false, required: true, ..text("sub", "1", "2048") }];
    all.extend(STRINGS.map(|name| text(name, "0", "2048")));
    all.push(text("birthdate", "10", "10"));
    all.extend(["email_verified", "phone_number_verified"].map(|name| typed(name, "Boolean")));
    let at_least_zero = NumberConstraints { min_value: Some("0".into()), max_value: None };
    all.push(SchemaAttribute { number_attribute_constraints: Some(at_least_zero), ..typed("updated_at", "Number") });
    all
}

/// Adds what `CreateUserPool` names: standard attributes are changed, others become `custom:` (or `dev:`) ones.
pub(crate) fn with_additions(additions: Vec<SchemaAttribute>) -> Vec<SchemaAttribute> {
    let mut all = standard();
    for mut addition in additions {
        match all.iter_mut().find(|known| known.name == addition.name) {
            Some(known) => {
                known.required = addition.required || known.name == "sub";
                known.mutable = addition.mutable && known.name != "sub";
                known.string_attribute_constraints =
                    addition.string_attribute_constraints.or(known.string_attribute_constraints.take());
            }
            None => {
                addition.become_custom();
                all.push(addition);
            }
        }
    }
    all
}

/// Custom attributes a pool can have.
const MOST_CUSTOM: usize = 50;

/// Adds what `AddCustomAttributes` names, or tells why that cannot be.
pub(crate) fn add_custom(all: &mut Vec<SchemaAttribute>, mut addition: SchemaAttribute) -> Result<(), String> {
    if addition.required {
        return Err("Required custom attributes are not supported currently.".into());
    }
    addition.become_custom();
    let name = &addition.name;
    if all.iter().any(|known| known.name == *name) {
        return Err(format!("{name}: Existing attribute already has name {name}."));
    }
    if all.iter().filter(|known| known.name.contains("custom:")).count() >= MOST_CUSTOM {
        return Err(format!("A user pool has at most {MOST_CUSTOM} custom attributes."));
    }
    all.push(addition);
    Ok(())
}

impl SchemaAttribute {
    fn become_custom(&mut self) {
        let prefix = if self.developer_only_attribute { "dev:custom:" } else { "custom:" };
        let named = ["custom:", "dev:"].iter().any(|prefix| self.name.starts_with(prefix));
        if !named {
            self.name = format!("{prefix}{}", self.name);
        }
        self.required = false;
    }
}

fn typed(name: &str, data_type: &str) -> SchemaAttribute {
    SchemaAttribute { name: name.into(), attribute_data_type: data_type.into(), ..SchemaAttribute::default() }
}

fn text(name: &str, min: &str, max: &str) -> SchemaAttribute {
    let lengths = StringConstraints { min_length: Some(min.into()), max_length: Some(max.into()) };
    SchemaAttribute { string_attribute_constraints: Some(lengths), ..typed(name, "String") }
}
