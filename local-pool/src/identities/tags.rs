//! Principal tags: claims that become tags of the session.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::logins::Proven;
use crate::model::identity_pool::IdentityPool;

pub(crate) type Tags = BTreeMap<String, String>;

/// What the provider's map is by default (developer guide, "Default provider mappings").
const DEFAULTS: [(&str, &str); 2] = [("client", "aud"), ("username", "sub")];
/// As the model has them.
const LONGEST_VALUE: usize = 256;

pub(crate) fn of(pool: &IdentityPool, proven: &Proven) -> Tags {
    let own = proven.own.as_ref().map(|own| told(&own.claims)).unwrap_or_default();
    let mapped = proven.bearers.iter().find_map(|bearer| {
        let map = pool.tag_maps.get(&bearer.provider).or_else(|| pool.tag_maps.get(&bearer.mapping_key))?;
        Some((map, &bearer.claims))
    });
    let Some((map, claims)) = mapped else { return own };
    let defaults = DEFAULTS.iter().map(|(tag, claim)| (*tag, *claim));
    let chosen: Vec<(&str, &str)> = if map.use_defaults {
        defaults.collect()
    } else {
        map.principal_tags.iter().map(|(tag, claim)| (tag.as_str(), claim.as_str())).collect()
    };
    let tag = |(tag, claim): (&str, &str)| Some((tag.to_owned(), text(claims.get(claim)?)?));
    chosen.into_iter().filter_map(tag).collect()
}

/// The claim of an OpenID token that STS reads tags from.
pub(crate) fn claim(tags: &Tags) -> Value {
    let each: Map<String, Value> =
        tags.iter().map(|(tag, value)| (tag.clone(), Value::from(vec![value.as_str()]))).collect();
    serde_json::json!({ "principal_tags": each })
}

pub(crate) const CLAIM: &str = "https://aws.amazon.com/tags";

/// The tags in an OpenID token.
pub(crate) fn told(claims: &Map<String, Value>) -> Tags {
    let tags = claims.get(CLAIM).and_then(|claim| claim.get("principal_tags")).and_then(Value::as_object);
    let tag = |(tag, values): (&String, &Value)| Some((tag.clone(), values.get(0)?.as_str()?.to_owned()));
    tags.into_iter().flatten().filter_map(tag).collect()
}

fn text(claim: &Value) -> Option<String> {
    let text = match claim {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => claim.to_string(),
        _ => return None,
    };
    (!text.is_empty() && text.chars().count() <= LONGEST_VALUE).then_some(text)
}
