//! What must hold, one file a target.

use serde_json::Value;

pub mod claims;
pub mod configuration;
pub mod exception;
pub mod file;
pub mod record;

/// Stands for a secret in the seeds.
const SECRET: &str = "Tr0ub4dor";

/// Whether some key holds the secret. Keys are no secrets and may be shown.
fn is_in_a_key(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(is_in_a_key),
        Value::Object(members) => members.iter().any(|(key, value)| key.contains(SECRET) || is_in_a_key(value)),
        _ => false,
    }
}
