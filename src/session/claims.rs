//! A token's claims: the standard ones typed, every other one by name.

use std::collections::HashMap;
use std::time::SystemTime;

use serde_json::{Map, Value};

use crate::error::{AuthError, InputError};
use crate::support::clock::from_unix_seconds;
use crate::support::jwt;

/// A claim of any kind.
#[derive(Clone, Debug, PartialEq, uniffi::Enum)]
pub enum ClaimValue {
    /// A string.
    Text {
        /// The string.
        value: String,
    },
    /// A number; integers up to 2^53 are exact.
    Number {
        /// The number.
        value: f64,
    },
    /// True or false.
    Flag {
        /// The truth.
        value: bool,
    },
    /// An array of strings.
    Texts {
        /// The strings, in order.
        values: Vec<String>,
    },
    /// Anything else, as JSON text.
    Json {
        /// The JSON text.
        value: String,
    },
}

/// The value as text: a string without quotes, strings with commas between them.
impl std::fmt::Display for ClaimValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text { value } | Self::Json { value } => f.write_str(value),
            Self::Number { value } => write!(f, "{value}"),
            Self::Flag { value } => write!(f, "{value}"),
            Self::Texts { values } => f.write_str(&values.join(", ")),
        }
    }
}

/// The claims of an ID or access token (RFC 7519 and OpenID Connect Core §5.1, with Cognito's own). Only decoded:
/// servers must verify the signature, a phone need not.
#[derive(Clone, PartialEq, uniffi::Record)]
#[uniffi::export(Debug)]
pub struct TokenClaims {
    /// `sub`: the user's identifier, the same for as long as the user exists.
    pub subject: Option<String>,
    /// `cognito:username` or `username`.
    pub username: Option<String>,
    /// `token_use`: `id` or `access`.
    pub token_use: Option<String>,
    /// `iss`.
    pub issuer: Option<String>,
    /// `aud` of an ID token, `client_id` of an access token.
    pub client_id: Option<String>,
    /// `iat`.
    pub issued_at: Option<SystemTime>,
    /// `exp`.
    pub expires_at: Option<SystemTime>,
    /// `auth_time`: when the user signed in; a refresh keeps it.
    pub authenticated_at: Option<SystemTime>,
    /// `scope`, split at blanks.
    pub scopes: Vec<String>,
    /// `cognito:groups`.
    pub groups: Vec<String>,
    /// `email`.
    pub email: Option<String>,
    /// `email_verified`.
    pub email_verified: Option<bool>,
    /// `phone_number`.
    pub phone_number: Option<String>,
    /// `phone_number_verified`.
    pub phone_number_verified: Option<bool>,
    /// Every claim by its name, those above included.
    pub all: HashMap<String, ClaimValue>,
}

impl TokenClaims {
    /// A claim by its name, for example `custom:tenant`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&ClaimValue> {
        self.all.get(name)
    }

    /// A claim that is a string.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(ClaimValue::Text { value }) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn from_map(claims: Map<String, Value>) -> Self {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        let flag = |name: &str| claims.get(name).and_then(as_flag);
        let time = |name: &str| claims.get(name).and_then(Value::as_i64).map(from_unix_seconds);
        Self {
            subject: text("sub"),
            username: text("cognito:username").or_else(|| text("username")),
            token_use: text("token_use"),
            issuer: text("iss"),
            client_id: text("client_id").or_else(|| text("aud")),
            issued_at: time("iat"),
            expires_at: time("exp"),
            authenticated_at: time("auth_time"),
            scopes: text("scope").map(|scope| scope.split(' ').map(str::to_owned).collect()).unwrap_or_default(),
            groups: claims.get("cognito:groups").and_then(as_texts).unwrap_or_default(),
            email: text("email"),
            email_verified: flag("email_verified"),
            phone_number: text("phone_number"),
            phone_number_verified: flag("phone_number_verified"),
            all: claims.into_iter().map(|(name, value)| (name, value.into())).collect(),
        }
    }
}

/// Claims are personal data: only their names are printed.
impl std::fmt::Debug for TokenClaims {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut names: Vec<_> = self.all.keys().collect();
        names.sort_unstable();
        f.debug_struct("TokenClaims").field("names", &names).finish()
    }
}

impl From<Value> for ClaimValue {
    fn from(value: Value) -> Self {
        match value {
            Value::String(value) => Self::Text { value },
            Value::Bool(value) => Self::Flag { value },
            Value::Number(ref number) => match number.as_f64() {
                Some(value) => Self::Number { value },
                None => Self::Json { value: number.to_string() },
            },
            other => match as_texts(&other) {
                Some(values) => Self::Texts { values },
                None => Self::Json { value: other.to_string() },
            },
        }
    }
}

/// Reads the claims of a token. The signature is not verified.
///
/// # Errors
/// `validation_failed` for a text that is no JSON Web Token.
pub fn decode_claims(token: &str) -> Result<TokenClaims, AuthError> {
    let claims =
        jwt::claims(token).map_err(|error| crate::error::Error::from(InputError::new("token", error.to_string())))?;
    Ok(TokenClaims::from_map(claims))
}

fn as_flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn as_texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    #[test]
    fn types_the_standard_claims_and_keeps_the_rest() {
        let payload = URL_SAFE_NO_PAD.encode(
            r#"{"sub":"s","cognito:username":"ann","exp":1767608587,"scope":"a b","cognito:groups":["x"],
                "email_verified":true,"phone_number_verified":"false","custom:n":4,"address":{"formatted":"here"}}"#,
        );
        let claims = decode_claims(&format!("e30.{payload}.c2ln")).unwrap();
        assert_eq!(claims.username.as_deref(), Some("ann"));
        assert_eq!(claims.expires_at, Some(from_unix_seconds(1_767_608_587)));
        assert_eq!(claims.scopes, ["a", "b"]);
        assert_eq!(claims.groups, ["x"]);
        assert_eq!((claims.email_verified, claims.phone_number_verified), (Some(true), Some(false)));
        assert_eq!(claims.get("custom:n"), Some(&ClaimValue::Number { value: 4.0 }));
        assert_eq!(claims.get("address"), Some(&ClaimValue::Json { value: r#"{"formatted":"here"}"#.to_owned() }));
        assert!(!format!("{claims:?}").contains("here"));
    }

    #[test]
    fn a_text_that_is_no_token_names_the_field() {
        assert_eq!(decode_claims("hello").unwrap_err().info().field.as_deref(), Some("token"));
    }
}
