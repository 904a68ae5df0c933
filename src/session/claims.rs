//! A token's claims: the standard ones typed, every other one by name.

use std::collections::HashMap;
use std::time::SystemTime;

use crate::error::{AuthError, InputError};
use crate::support::clock::from_unix_seconds;
use crate::support::json::{self, Members};
use crate::support::jwt;
use crate::support::shown::shows;

/// A claim of any kind.
#[derive(Clone, PartialEq, uniffi::Enum)]
pub enum ClaimValue {
    /// A string.
    Text {
        /// The string.
        value: String,
    },
    /// A number that is written with a fraction or an exponent, to about 15 digits.
    Number {
        /// The number.
        value: f64,
    },
    /// A whole number, exact: an account number or an id keeps all its digits. One beyond 64 bits is in `Json`.
    Integer {
        /// The number.
        value: i64,
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
    /// Anything else, as its JSON text: objects, mixed arrays, `null`, numbers that no type of the language can hold.
    Json {
        /// The JSON text, as the token has it.
        value: String,
    },
}
shows!(
    enum ClaimValue {
        Text {},
        Number {},
        Integer {},
        Flag {},
        Texts {},
        Json {},
    }
);

/// The value as text: a string without quotes, strings with commas between them.
impl std::fmt::Display for ClaimValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text { value } | Self::Json { value } => f.write_str(value),
            Self::Number { value } => write!(f, "{value}"),
            Self::Integer { value } => write!(f, "{value}"),
            Self::Flag { value } => write!(f, "{value}"),
            Self::Texts { values } => f.write_str(&values.join(", ")),
        }
    }
}

/// The claims of an ID or access token (RFC 7519 and OpenID Connect Core §5.1, with Cognito's own). Only decoded:
/// servers must verify the signature, a phone need not.
#[derive(Clone, PartialEq, uniffi::Record)]
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
shows!(TokenClaims { all: names });

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

    pub(crate) fn from_map(claims: Members) -> Self {
        let all: HashMap<String, ClaimValue> =
            claims.iter().map(|(name, value)| (name.clone(), ClaimValue::read(value.get()))).collect();
        let text = |name: &str| match all.get(name) {
            Some(ClaimValue::Text { value }) => Some(value.clone()),
            _ => None,
        };
        let flag = |name: &str| all.get(name).and_then(as_flag);
        let time = |name: &str| json::seconds(claims.get(name)?.get()).map(from_unix_seconds);
        let texts = |name: &str| match all.get(name) {
            Some(ClaimValue::Texts { values }) => values.clone(),
            _ => Vec::new(),
        };
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
            groups: texts("cognito:groups"),
            email: text("email"),
            email_verified: flag("email_verified"),
            phone_number: text("phone_number"),
            phone_number_verified: flag("phone_number_verified"),
            all,
        }
    }
}

impl ClaimValue {
    /// The value that the JSON text stands for; what no case can hold exactly enough stays that text.
    fn read(json: &str) -> Self {
        let read = match json.as_bytes().first() {
            Some(b'"') => serde_json::from_str(json).ok().map(|value| Self::Text { value }),
            Some(b't' | b'f') => serde_json::from_str(json).ok().map(|value| Self::Flag { value }),
            Some(b'[') => serde_json::from_str(json).ok().map(|values| Self::Texts { values }),
            Some(b'-' | b'0'..=b'9') if json.contains(['.', 'e', 'E']) => {
                json.parse().ok().filter(|number: &f64| number.is_finite()).map(|value| Self::Number { value })
            }
            Some(b'-' | b'0'..=b'9') => json.parse().ok().map(|value| Self::Integer { value }),
            _ => None,
        };
        read.unwrap_or_else(|| Self::Json { value: json.to_owned() })
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

fn as_flag(value: &ClaimValue) -> Option<bool> {
    match value {
        ClaimValue::Flag { value } => Some(*value),
        ClaimValue::Text { value } => value.parse().ok(),
        _ => None,
    }
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
        assert_eq!(claims.get("custom:n"), Some(&ClaimValue::Integer { value: 4 }));
        assert_eq!(claims.get("address"), Some(&ClaimValue::Json { value: r#"{"formatted":"here"}"#.to_owned() }));
        assert_eq!((claims.text("sub"), claims.text("custom:n"), claims.text("absent")), (Some("s"), None, None));
    }

    #[test]
    fn the_names_are_printed_and_no_value() {
        let claims = read(r#"{"sub":"s","custom:n":4}"#);
        assert_eq!(format!("{claims:?}"), r#"TokenClaims { all: ["custom:n", "sub"], .. }"#);
    }

    fn read(payload: &str) -> TokenClaims {
        decode_claims(&format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))).unwrap()
    }

    #[test]
    fn times_may_have_fractions() {
        let expected = Some(from_unix_seconds(1_767_607_387));
        for number in
            ["1767607387", "1767607387.25", "1767607387.0", "1767607387.999", "1767607387e0", "1.767607387E+9"]
        {
            let claims = read(&format!(r#"{{"exp":{number},"iat":{number},"auth_time":{number}}}"#));
            let times = [claims.expires_at, claims.issued_at, claims.authenticated_at];
            assert_eq!(times, [expected; 3], "{number}");
        }
        assert_eq!(read(r#"{"exp":-0.5}"#).expires_at, Some(from_unix_seconds(-1)));
        for no_time in ["null", "\"1767607387\"", "1.5e400", "[]", "true", &"9".repeat(400)] {
            assert_eq!(read(&format!(r#"{{"exp":{no_time}}}"#)).expires_at, None, "{no_time}");
        }
        // Beyond what clocks can hold is as far as they go.
        assert_eq!(read(r#"{"exp":1e300}"#).expires_at, Some(from_unix_seconds(i64::MAX)));
    }

    #[test]
    fn an_odd_claim_does_not_hide_the_others() {
        let nested = format!("{}{}", "[".repeat(200), "]".repeat(200));
        let long = "7".repeat(400);
        for (odd, expected) in [
            ("1.5e400", ClaimValue::Json { value: "1.5e400".to_owned() }),
            (&long, ClaimValue::Json { value: long.clone() }),
            (&nested, ClaimValue::Json { value: nested.clone() }),
            (r#""half \ud83d""#, ClaimValue::Text { value: "half \u{fffd}".to_owned() }),
            ("null", ClaimValue::Json { value: "null".to_owned() }),
            (r#"["a",1]"#, ClaimValue::Json { value: r#"["a",1]"#.to_owned() }),
            (r#"["a"]"#, ClaimValue::Texts { values: vec!["a".to_owned()] }),
        ] {
            let claims = read(&format!(r#"{{"exp":12,"odd":{odd},"\udc00":1,"sub":"s"}}"#));
            assert_eq!(claims.get("odd"), Some(&expected));
            assert_eq!((claims.subject.as_deref(), claims.expires_at), (Some("s"), Some(from_unix_seconds(12))));
        }
        let bytes = URL_SAFE_NO_PAD.encode(b"{\"name\":\"Ren\xe9\",\"sub\":\"s\"}");
        assert_eq!(decode_claims(&format!("e30.{bytes}.c2ln")).unwrap().subject.as_deref(), Some("s"));
    }

    #[test]
    fn whole_numbers_keep_their_digits() {
        for digits in ["100002348117421473", "0", "-9007199254740993", "9223372036854775807"] {
            let claims = read(&format!(r#"{{"account":{digits}}}"#));
            let value = digits.parse().unwrap();
            assert_eq!(claims.get("account"), Some(&ClaimValue::Integer { value }));
            assert_eq!(claims.get("account").unwrap().to_string(), digits);
        }
        let beyond = "9223372036854775808";
        let claims = read(&format!(r#"{{"account":{beyond},"rate":0.25,"rates":2.0}}"#));
        assert_eq!(claims.get("account").unwrap().to_string(), beyond);
        assert_eq!(claims.get("rate"), Some(&ClaimValue::Number { value: 0.25 }));
        assert_eq!(claims.get("rates"), Some(&ClaimValue::Number { value: 2.0 }));
    }

    #[test]
    fn a_text_that_is_no_token_names_the_field() {
        assert_eq!(decode_claims("hello").unwrap_err().info().field.as_deref(), Some("token"));
    }
}
