//! Reading signed tokens (JWS compact form, RFC 7515) and checking them by RSA keys of others (JWK, RFC 7517).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RsaParameters,
};
use serde_json::{Map, Value};

/// A token in its parts. Nobody has checked it.
pub(crate) struct Jws<'a> {
    pub header: Map<String, Value>,
    pub claims: Map<String, Value>,
    /// What the signature is of.
    pub signed: &'a str,
    pub signature: Vec<u8>,
}

/// An RSA key that verifies.
#[derive(Clone, Debug)]
pub(crate) struct PublicKey {
    pub kid: Option<String>,
    pub components: PublicKeyComponents<Vec<u8>>,
}

impl<'a> Jws<'a> {
    /// None: it has not the form of one.
    pub fn read(token: &'a str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let json = |part: &str| -> Option<Map<String, Value>> {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
        };
        Some(Self {
            header: json(header)?,
            claims: json(claims)?,
            signed,
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    pub fn alg(&self) -> &str {
        self.header.get("alg").and_then(Value::as_str).unwrap_or_default()
    }

    pub fn kid(&self) -> Option<&str> {
        self.header.get("kid").and_then(Value::as_str)
    }

    /// A claim that is text.
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim).and_then(Value::as_str)
    }

    /// A claim that is a number; fractions of seconds do not count.
    pub fn number(&self, claim: &str) -> Option<i64> {
        let value = self.claims.get(claim)?;
        value.as_i64().or_else(|| value.as_f64().map(|number| number as i64))
    }

    /// `aud`, which is one text or a list of them.
    pub fn audience(&self) -> Vec<&str> {
        match self.claims.get("aud") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

impl PublicKey {
    /// None: no RSA key, or one for another use than signing.
    pub fn from_jwk(jwk: &Value) -> Option<Self> {
        let text = |member: &str| jwk.get(member).and_then(Value::as_str);
        if text("kty")? != "RSA" || text("use").is_some_and(|intended| intended != "sig") {
            return None;
        }
        let number = |member: &str| URL_SAFE_NO_PAD.decode(text(member)?).ok();
        let components = PublicKeyComponents { n: number("n")?, e: number("e")? };
        Some(Self { kid: text("kid").map(str::to_owned), components })
    }

    /// The keys of a JWKS that can be used.
    pub fn of_set(jwks: &Value) -> Vec<Self> {
        jwks.get("keys").and_then(Value::as_array).into_iter().flatten().filter_map(Self::from_jwk).collect()
    }

    /// Whether the token is signed by this key, with an RSA algorithm.
    pub fn verifies(&self, token: &Jws<'_>) -> bool {
        let parameters: &RsaParameters = match token.alg() {
            "RS256" => &RSA_PKCS1_2048_8192_SHA256,
            "RS384" => &RSA_PKCS1_2048_8192_SHA384,
            "RS512" => &RSA_PKCS1_2048_8192_SHA512,
            _ => return false,
        };
        self.components.verify(parameters, token.signed.as_bytes(), &token.signature).is_ok()
    }
}

/// A token that nobody signed: `alg` is `none`.
pub(crate) fn unsigned(claims: &Value) -> String {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
    format!("{header}.{}.", URL_SAFE_NO_PAD.encode(claims.to_string()))
}
