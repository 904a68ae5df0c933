//! Codes of the providers that this server plays: what the person said on its page, signed, for one state.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::crypto::{hmac_sha256, same_secret};
use crate::error::Outcome;
use crate::service::Service;
use crate::signing_keys::server_secret;

const TAG: usize = 32;

/// What a provider would say of somebody, under the names of each.
pub(crate) fn claims(subject: &str, more: Map<String, Value>) -> Map<String, Value> {
    let mut claims = Map::new();
    for name in ["sub", "id", "user_id"] {
        claims.insert(name.into(), json!(subject));
    }
    claims.extend(more);
    claims
}

pub(crate) fn code(service: &Service, state: &str, claims: &Map<String, Value>) -> Outcome<String> {
    let told = serde_json::to_string(claims)?;
    let tag = tag(service, state, &told)?;
    Ok(URL_SAFE_NO_PAD.encode([&tag, told.as_bytes()].concat()))
}

/// None: it is none of these codes, or for another state.
pub(crate) fn read(service: &Service, state: &str, code: &str) -> Outcome<Option<Map<String, Value>>> {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(code) else { return Ok(None) };
    let Some((given, told)) = bytes.split_at_checked(TAG) else { return Ok(None) };
    let Ok(told) = std::str::from_utf8(told) else { return Ok(None) };
    match same_secret(given, &tag(service, state, told)?) {
        true => Ok(serde_json::from_str(told).ok()),
        false => Ok(None),
    }
}

fn tag(service: &Service, state: &str, told: &str) -> Outcome<[u8; TAG]> {
    let secret = server_secret(&service.store, &service.random)?;
    Ok(hmac_sha256(&secret, &[b"code of a provider", state.as_bytes(), b"\0", told.as_bytes()]))
}
