use serde_json::{Value, json};

/// Names for the scopes of another service.
pub(crate) struct ResourceServer {
    pub pool_id: String,
    pub identifier: String,
    pub name: String,
    /// `[{ScopeName, ScopeDescription}]`
    pub scopes: Value,
}

impl ResourceServer {
    /// `ResourceServerType`
    pub fn description(&self) -> Value {
        let mut description = json!({ "UserPoolId": self.pool_id, "Identifier": self.identifier, "Name": self.name });
        if self.scopes.as_array().is_some_and(|scopes| !scopes.is_empty()) {
            description["Scopes"] = self.scopes.clone();
        }
        description
    }
}
