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
    /// Its scopes as clients and tokens name them: `identifier/scope`.
    pub fn scope_names(&self) -> Vec<String> {
        let scopes = self.scopes.as_array().into_iter().flatten();
        let names = scopes.filter_map(|scope| scope.get("ScopeName").and_then(Value::as_str));
        names.map(|name| format!("{}/{name}", self.identifier)).collect()
    }

    /// `ResourceServerType`
    pub fn description(&self) -> Value {
        let mut description = json!({ "UserPoolId": self.pool_id, "Identifier": self.identifier, "Name": self.name });
        if self.scopes.as_array().is_some_and(|scopes| !scopes.is_empty()) {
            description["Scopes"] = self.scopes.clone();
        }
        description
    }
}
