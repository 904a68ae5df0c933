//! Which role an identity gets, as an identity pool's settings have it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `Roles` and `RoleMappings` of an identity pool.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PoolRoles {
    /// By `authenticated` and `unauthenticated`.
    pub roles: BTreeMap<String, String>,
    /// By provider.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub role_mappings: BTreeMap<String, RoleMapping>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct RoleMapping {
    /// `Token` or `Rules`.
    #[serde(rename = "Type")]
    pub kind: String,
    /// `AuthenticatedRole` or `Deny`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ambiguous_role_resolution: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules_configuration: Option<RulesConfiguration>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct RulesConfiguration {
    pub rules: Vec<Rule>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Rule {
    pub claim: String,
    /// `Equals`, `Contains`, `StartsWith` or `NotEqual`.
    pub match_type: String,
    pub value: String,
    #[serde(rename = "RoleARN")]
    pub role_arn: String,
}

impl RoleMapping {
    pub fn rules(&self) -> &[Rule] {
        self.rules_configuration.as_ref().map_or(&[], |configuration| &configuration.rules)
    }
}

impl Rule {
    /// A claim that is not there matches nothing. Of a list one item has to match, and for `NotEqual` all of them.
    pub fn matches(&self, claim: Option<&Value>) -> bool {
        let wanted = self.value.as_str();
        let one = |value: &Value| {
            let text = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            match self.match_type.as_str() {
                "Equals" => text == wanted,
                "NotEqual" => text != wanted,
                "StartsWith" => text.starts_with(wanted),
                "Contains" => text.contains(wanted),
                _ => false,
            }
        };
        match claim {
            None | Some(Value::Null) => false,
            Some(Value::Array(items)) if self.match_type == "NotEqual" => items.iter().all(one),
            Some(Value::Array(items)) => items.iter().any(one),
            Some(value) => one(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rules_match_as_the_developer_guide_says() {
        let matches = |kind: &str, value: &str, claim: Value| {
            let rule = Rule { match_type: kind.into(), value: value.into(), ..Rule::default() };
            rule.matches(Some(&claim).filter(|claim| !claim.is_null()))
        };
        for (kind, value, claim, is_match) in [
            ("Equals", "true", json!("true"), true),
            ("Equals", "true", json!(true), true),
            ("Equals", "true", json!("TRUE"), false),
            ("NotEqual", "a", json!("b"), true),
            ("NotEqual", "a", json!("a"), false),
            ("NotEqual", "a", json!(["b", "a"]), false),
            ("NotEqual", "a", Value::Null, false),
            ("StartsWith", "legal", json!("legal team"), true),
            ("StartsWith", "team", json!("legal team"), false),
            ("Contains", "@e.example", json!("ann@e.example"), true),
            ("Contains", "admin", json!(["users", "admins"]), true),
            ("Equals", "admin", json!(["users", "admins"]), false),
            ("Equals", "7", json!(7), true),
            ("Equals", "", Value::Null, false),
            ("Magic", "a", json!("a"), false),
        ] {
            assert_eq!(matches(kind, value, claim.clone()), is_match, "{kind} {value} {claim}");
        }
    }
}
