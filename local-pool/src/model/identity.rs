use serde_json::{Value, json};

use super::timestamp::seconds;

/// An identity as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    /// `<region>:<uuid>`
    pub id: String,
    pub pool_id: String,
    /// Nobody has ever signed in with it.
    pub guest: bool,
    /// Merged into another, for good.
    pub disabled: bool,
    pub created_ms: i64,
    pub modified_ms: i64,
}

/// Somebody at a provider, linked to an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LinkedLogin {
    pub provider: String,
    pub subject: String,
    /// Of the developer's own provider, of which an identity may have several.
    pub developer: bool,
}

impl Identity {
    /// `IdentityDescription`
    pub fn description(&self, logins: &[LinkedLogin]) -> Value {
        let mut description = json!({
            "IdentityId": self.id,
            "CreationDate": seconds(self.created_ms),
            "LastModifiedDate": seconds(self.modified_ms),
        });
        let mut names: Vec<&str> = logins.iter().map(|login| login.provider.as_str()).collect();
        names.dedup();
        if !names.is_empty() {
            description["Logins"] = json!(names);
        }
        description
    }
}
