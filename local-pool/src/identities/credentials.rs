//! AWS credentials: what they are made of, and whose they are.
//!
//! Nothing is stored of them. The session token says what there is to know under a MAC, and the secret follows from it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::seconds;
use super::tags::Tags;
use crate::crypto::{hmac_sha256, same_secret};
use crate::error::Outcome;
use crate::service::Service;
use crate::signing_keys::server_secret;

/// The name of sessions that GetCredentialsForIdentity begins.
pub(crate) const SESSION_NAME: &str = "CognitoIdentityCredentials";
/// How long they live, in the enhanced flow always.
pub(crate) const LIFE_S: i64 = 3600;

/// What real tokens begin with: `IQoJb3JpZ2luX2Vj`.
const PREFIX: &[u8] = b"!\n\x09origin_ec";
const TAG: usize = 32;
/// For the length of real ones, about 1 kB.
const PADDING: usize = 420;

/// Whose credentials they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Holder {
    pub access_key_id: String,
    pub identity_id: String,
    pub pool_id: String,
    pub role_arn: String,
    pub session_name: String,
    pub ends_s: i64,
    pub tags: Tags,
}

/// What is asked for.
pub(crate) struct Grant {
    pub identity_id: String,
    pub pool_id: String,
    pub role_arn: String,
    pub session_name: String,
    pub seconds: i64,
    pub tags: Tags,
}

#[derive(Clone, Debug)]
pub(crate) struct Credentials {
    pub access_key_id: String,
    pub secret: String,
    pub session_token: String,
    pub ends_s: i64,
}

/// Why credentials are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// None that this server has given.
    Foreign,
    Expired,
}

impl Credentials {
    /// As GetCredentialsForIdentity answers.
    pub fn shown(&self) -> Value {
        json!({
            "AccessKeyId": self.access_key_id,
            "SecretKey": self.secret,
            "SessionToken": self.session_token,
            "Expiration": seconds(self.ends_s.saturating_mul(1000)),
        })
    }
}

pub(crate) fn issue(service: &Service, grant: Grant) -> Outcome<Credentials> {
    let access_key_id = format!("ASIA{}", service.random.text(16, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"));
    let ends_s = service.now_ms().div_euclid(1000) + grant.seconds;
    let Grant { identity_id, pool_id, role_arn, session_name, tags, .. } = grant;
    let holder =
        Holder { access_key_id: access_key_id.clone(), identity_id, pool_id, role_arn, session_name, ends_s, tags };
    let mut body = service.random.bytes::<PADDING>().to_vec();
    body.extend_from_slice(&serde_json::to_vec(&holder)?);
    let key = server_secret(&service.store, &service.random)?;
    let tag = hmac_sha256(&key, &[b"session token", &body]);
    let session_token = STANDARD.encode([PREFIX, &tag, &body].concat());
    let secret = secret_of(&key, &session_token);
    Ok(Credentials { access_key_id, secret, session_token, ends_s })
}

/// Whose a session token is, and the secret that belongs to it. Expired ones are told from foreign ones.
pub(crate) fn read(
    service: &Service,
    access_key_id: &str,
    session_token: &str,
) -> Outcome<Result<(Holder, String), Flaw>> {
    let key = server_secret(&service.store, &service.random)?;
    let Some(holder) = holder(&key, session_token).filter(|holder| holder.access_key_id == access_key_id) else {
        return Ok(Err(Flaw::Foreign));
    };
    if holder.ends_s <= service.now_ms().div_euclid(1000) {
        return Ok(Err(Flaw::Expired));
    }
    let secret = secret_of(&key, session_token);
    Ok(Ok((holder, secret)))
}

fn holder(key: &[u8], session_token: &str) -> Option<Holder> {
    let bytes = STANDARD.decode(session_token).ok()?;
    let (tag, body) = bytes.strip_prefix(PREFIX)?.split_at_checked(TAG)?;
    if !same_secret(tag, &hmac_sha256(key, &[b"session token", body])) {
        return None;
    }
    serde_json::from_slice(body.get(PADDING..)?).ok()
}

/// 40 characters.
fn secret_of(key: &[u8], session_token: &str) -> String {
    let mac = hmac_sha256(key, &[b"secret access key", session_token.as_bytes()]);
    STANDARD.encode(&mac[..30])
}
