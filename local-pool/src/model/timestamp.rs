use serde_json::{Value, json};

/// A time as the API writes it: seconds with up to three decimals.
pub(crate) fn seconds(ms: i64) -> Value {
    json!(ms as f64 / 1000.0)
}
