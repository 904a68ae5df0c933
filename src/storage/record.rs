//! The records that are stored. A released format is for ever: fields are only added, and what a newer release added
//! survives being rewritten by this one.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::support::secret::Secret;

/// The newest format that this release writes, and the newest that it can read.
const FORMAT: u32 = 1;

/// A stored record in its envelope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Envelope<T> {
    /// Version of the format: a reader refuses one that is newer than it knows.
    format: u32,
    #[serde(flatten)]
    pub body: T,
}

/// Who is signed in now; the session itself is filed under that name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CurrentRecord {
    /// The user name that the service returned.
    pub username: String,
}

/// One account's session.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SessionRecord {
    /// Grows with every write: of two copies the higher is the newer, whoever wrote it.
    pub revision: u64,
    /// The user name that the service returned, never the one that was typed.
    pub username: String,
    /// The `sub` claim.
    pub user_id: String,
    pub access_token: Secret,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token: Option<Secret>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<Secret>,
    /// The device that the refresh token is bound to, kept here so that a refresh needs no look-up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_key: Option<String>,
    /// Unix seconds.
    pub signed_in_at: i64,
    /// The code of the verdict that ended the session; absent while it lives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<EndRecord>,
    /// Fields of a newer release, kept as they are.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

/// Why a session ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EndRecord {
    pub code: String,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl std::fmt::Debug for SessionRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionRecord")
            .field("revision", &self.revision)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

/// A device that the service knows, for one account (`NewDeviceMetadata`).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct DeviceRecord {
    /// The user name that the service returned; the record is filed under it.
    pub username: String,
    /// What was typed at sign-ins that came out as this user, in lower case: only an index.
    #[serde(default)]
    pub names: Vec<String>,
    pub device_key: String,
    pub group_key: String,
    /// The device's own password, which it proves with SRP.
    pub secret: Secret,
    /// Whether the service has the device's verifier (`ConfirmDevice`). Until then refreshes are refused.
    #[serde(default)]
    pub confirmed: bool,
    /// Fields of a newer release, kept as they are.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}

impl DeviceRecord {
    /// Whether a sign-in under this name, typed or returned, is this user's as far as is known.
    pub fn is_named(&self, name: &str) -> bool {
        let lower = name.to_lowercase();
        self.username == name || self.names.contains(&lower)
    }
}

impl std::fmt::Debug for DeviceRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeviceRecord").field("confirmed", &self.confirmed).finish_non_exhaustive()
    }
}

/// A record that this release cannot read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("the record was written by a newer release (format {0})")]
    Newer(u32),
    #[error("the record is not in a known format")]
    Garbled,
}

/// The bytes to store.
pub(crate) fn encode<T: Serialize>(body: &T) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(8 * 1024));
    serde_json::to_writer(&mut *bytes, &Envelope { format: FORMAT, body }).map_err(|_| Unreadable::Garbled)?;
    Ok(bytes)
}

/// What the stored bytes mean.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unreadable> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let Format { format } = serde_json::from_slice(bytes).map_err(|_| Unreadable::Garbled)?;
    if format > FORMAT {
        return Err(Unreadable::Newer(format));
    }
    let envelope: Envelope<T> = serde_json::from_slice(bytes).map_err(|_| Unreadable::Garbled)?;
    Ok(envelope.body)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What release 0.1 wrote. Never edit: add a file beside it for a new format.
    const RELEASED_0_1: &str = include_str!("../../tests/fixtures/storage/session-0.1.json");

    #[test]
    fn reads_what_was_released() {
        let record: SessionRecord = decode(RELEASED_0_1.as_bytes()).unwrap();
        assert_eq!(record.username, "ann");
        assert_eq!(record.refresh_token, Some(Secret::new("opaque-refresh")));
        assert_eq!(record.revision, 7);
    }

    #[test]
    fn keeps_what_a_newer_release_added() {
        let text = RELEASED_0_1.replacen('{', r#"{"colour":{"of":"tomorrow"},"#, 1);
        let record: SessionRecord = decode(text.as_bytes()).unwrap();
        let rewritten = encode(&record).unwrap();
        let value: Value = serde_json::from_slice(&rewritten).unwrap();
        assert_eq!(value["colour"]["of"], "tomorrow");
        assert_eq!(value["format"], 1);
    }

    #[test]
    fn refuses_what_it_cannot_know() {
        let newer = RELEASED_0_1.replace("\"format\": 1", "\"format\": 2");
        assert_eq!(decode::<SessionRecord>(newer.as_bytes()), Err(Unreadable::Newer(2)));
        for text in ["", "{}", "[]", "{\"format\":1}", "{\"format\":\"1\"}", "null"] {
            assert_eq!(decode::<SessionRecord>(text.as_bytes()), Err(Unreadable::Garbled), "{text}");
        }
    }

    #[test]
    fn prints_no_token() {
        let record: SessionRecord = decode(RELEASED_0_1.as_bytes()).unwrap();
        let printed = format!("{record:?}");
        assert!(!printed.contains("opaque") && !printed.contains("ann"), "{printed}");
    }
}
