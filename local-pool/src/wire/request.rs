//! Reading a request: target header, JSON without its nulls, types.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::constraint::{Member, check, wrong_type};
use crate::error::{Outcome, ServiceError};

/// A service whose requests name their operation in `X-Amz-Target`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    /// `cognito-idp`
    UserPools,
    /// `cognito-identity`
    IdentityPools,
}

const PREFIXES: [(Api, &str); 2] =
    [(Api::UserPools, "AWSCognitoIdentityProviderService."), (Api::IdentityPools, "AWSCognitoIdentityService.")];

/// The operation an `X-Amz-Target` header names; None when it names no operation of these services.
pub(crate) fn operation(target: &str) -> Option<(Api, &str)> {
    PREFIXES.iter().find_map(|(api, prefix)| Some((*api, target.strip_prefix(prefix)?)))
}

/// Reads the body as a JSON object. A null means the same as no member at all.
pub(crate) fn object(body: &[u8]) -> Outcome<Map<String, Value>> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(mut object)) => {
            drop_nulls(&mut object);
            Ok(object)
        }
        Ok(_) => Err(ServiceError::serialization("Start of structure or map found where not expected.")),
        Err(_) => Err(ServiceError::serialization("The request body is not valid JSON.")),
    }
}

/// Checks the object by the model, its JSON types first, and gives it its type.
/// Members that the model does not have are left out.
pub(crate) fn typed<T: DeserializeOwned>(mut object: Map<String, Value>, members: &[Member]) -> Outcome<T> {
    check(members, &object)?;
    object.retain(|name, _| members.iter().any(|member| member.name == name));
    // The reader's own text would repeat the value, which may be a secret.
    T::deserialize(Value::Object(object)).map_err(|_| wrong_type())
}

fn drop_nulls(object: &mut Map<String, Value>) {
    object.retain(|_, value| !value.is_null());
    for value in object.values_mut() {
        drop_nulls_in(value);
    }
}

fn drop_nulls_in(value: &mut Value) {
    match value {
        Value::Object(object) => drop_nulls(object),
        Value::Array(items) => items.iter_mut().for_each(drop_nulls_in),
        _ => {}
    }
}
