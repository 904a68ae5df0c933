//! Reading a JSON Web Token's claims (RFC 7519 §7.2, without its verification: the token came from the service over
//! TLS, and a phone has no use for a signature that only the app's own servers must check).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::json::{self, Members};

/// More than any token of the service, which keeps them below 16 KiB.
const MAX_LENGTH: usize = 64 * 1024;

/// A token that is not a JWT of three parts with a JSON object in the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a JSON Web Token")]
pub(crate) struct NotAToken;

/// The claims of a compact JWS, each as its JSON text: an odd one says nothing about the others.
pub(crate) fn claims(token: &str) -> Result<Members, NotAToken> {
    if token.len() > MAX_LENGTH {
        return Err(NotAToken);
    }
    let mut parts = token.split('.');
    let (Some(_header), Some(payload), Some(_signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(NotAToken);
    };
    let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).map_err(|_| NotAToken)?;
    let payload = json::mended(&payload);
    std::str::from_utf8(&payload).ok().and_then(json::members).ok_or(NotAToken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_payload() {
        let payload = URL_SAFE_NO_PAD.encode(r#"{"sub":"ann","exp":12}"#);
        let claims = claims(&format!("e30.{payload}.c2ln")).unwrap();
        assert_eq!((claims["sub"].get(), claims["exp"].get()), (r#""ann""#, "12"));
    }

    #[test]
    fn refuses_what_is_no_token() {
        let array = URL_SAFE_NO_PAD.encode("[]");
        for text in
            ["", "a.b", "a.b.c.d", "e30.!!.x", "e30.bm90IGpzb24.x", &format!("e30.{array}.x"), &"a.".repeat(70_000)]
        {
            assert_eq!(claims(text).unwrap_err(), NotAToken);
        }
    }
}
