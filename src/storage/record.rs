//! The records that are stored. A released format is for ever: fields are only added, and what a newer release added
//! survives being rewritten by this one.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::support::secret::Secret;
use crate::support::shown::shows;

/// The newest format that this release writes, and the newest that it can read.
const FORMAT: u32 = 1;

/// Counters above this are damage: nothing counts so far, and adding to them must not overflow.
const HIGHEST_COUNT: u64 = 1 << 53;

/// A stored record in its envelope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Envelope<T> {
    /// Version of the format: a reader refuses one that is newer than it knows.
    format: u32,
    #[serde(flatten)]
    pub body: T,
}

/// Which accounts have a session here, and which one is the current. It is what counts: a session record that it does not
/// list is a leftover. Every change of it is one atomic write, and makes the generation greater.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct AccountsRecord {
    /// Counts the changes, for ever: a process that remembers another number has something to learn.
    pub generation: u64,
    /// The user name of the current account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    #[serde(default)]
    pub accounts: Vec<AccountEntry>,
    /// The user names of accounts that are signed out, while their records are being removed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leaving: Vec<String>,
    /// Fields of a newer release, kept as they are.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}
shows!(AccountsRecord { generation, accounts });

/// One account that has a session.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AccountEntry {
    /// The user name that the service returned.
    pub username: String,
    /// The `sub` claim.
    pub user_id: String,
    /// The generation in which its session began.
    pub began: u64,
    /// Fields of a newer release, kept as they are.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}
shows!(AccountEntry { began });

impl AccountsRecord {
    pub fn entry(&self, username: &str) -> Option<&AccountEntry> {
        self.accounts.iter().find(|entry| entry.username == username)
    }
}

/// One account's session.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SessionRecord {
    /// The generation of the accounts' record in which this session began. Of two sessions the later one counts.
    pub began: u64,
    /// Counts the writes of this session: of two copies the higher is the newer, whoever wrote it.
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
    /// When the user signed in, in Unix milliseconds by the service's clock.
    pub signed_in_at: i64,
    /// When the tokens came and when the first of them ends: Unix seconds by the service's clock.
    pub received_at: i64,
    pub expires_at: i64,
    /// The wall clock when the tokens came, in Unix seconds, and how many seconds the service's clock was ahead of it.
    pub wall_clock: i64,
    pub clock_offset: i64,
    /// Whether the user signed in on the hosted pages: their browser has a session of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub web_ui: bool,
    /// The code of the verdict that ended the session; absent while it lives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<EndRecord>,
    /// Fields of a newer release, kept as they are.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}
shows!(SessionRecord { began, revision, ended });

impl SessionRecord {
    /// Of two copies of an account's session the greater is the newer.
    pub const fn age(&self) -> (u64, u64) {
        (self.began, self.revision)
    }
}

/// Why a session ended.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EndRecord {
    pub code: String,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Fields of a newer release, kept as they are.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}
shows!(EndRecord { code, text, service_code, request_id });

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
shows!(DeviceRecord { confirmed });

impl DeviceRecord {
    /// Whether a sign-in under this name, typed or returned, is this user's as far as is known.
    pub fn is_named(&self, name: &str) -> bool {
        let lower = name.to_lowercase();
        self.username == name || self.names.contains(&lower)
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

/// What is stored as a record of its own.
pub(crate) trait Record: Serialize + DeserializeOwned {
    /// Whether what was decoded can be true.
    fn is_plausible(&self) -> bool {
        true
    }
}

impl Record for AccountsRecord {
    fn is_plausible(&self) -> bool {
        self.generation <= HIGHEST_COUNT
    }
}

impl Record for SessionRecord {
    fn is_plausible(&self) -> bool {
        self.began.max(self.revision) <= HIGHEST_COUNT
    }
}

impl Record for DeviceRecord {}

/// The bytes to store.
pub(crate) fn encode<T: Serialize>(body: &T) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(8 * 1024));
    serde_json::to_writer(&mut *bytes, &Envelope { format: FORMAT, body }).map_err(|_| Unreadable::Garbled)?;
    Ok(bytes)
}

/// What the stored bytes mean.
pub(crate) fn decode<T: Record>(bytes: &[u8]) -> Result<T, Unreadable> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    let Format { format } = serde_json::from_slice(bytes).map_err(|_| Unreadable::Garbled)?;
    if format > FORMAT {
        return Err(Unreadable::Newer(format));
    }
    let envelope: Envelope<T> = serde_json::from_slice(bytes).map_err(|_| Unreadable::Garbled)?;
    Some(envelope.body).filter(Record::is_plausible).ok_or(Unreadable::Garbled)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What release 0.1 writes. Never edit: add a file beside it for a new format.
    const SESSION_0_1: &str = include_str!("../../tests/fixtures/storage/session-0.1.json");
    const ACCOUNTS_0_1: &str = include_str!("../../tests/fixtures/storage/accounts-0.1.json");

    #[test]
    fn reads_what_was_released() {
        let record: SessionRecord = decode(SESSION_0_1.as_bytes()).unwrap();
        assert_eq!((record.username.as_str(), record.age()), ("ann", (3, 7)));
        assert_eq!(record.refresh_token, Some(Secret::new("opaque-refresh")));
        assert_eq!((record.received_at, record.expires_at), (1_767_604_987, 1_767_608_587));
        assert_eq!((record.wall_clock, record.clock_offset), (1_767_604_387, 600));
        let record: AccountsRecord = decode(ACCOUNTS_0_1.as_bytes()).unwrap();
        assert_eq!((record.generation, record.current.as_deref()), (4, Some("ann")));
        assert_eq!(record.entry("ann").map(|entry| entry.began), Some(3));
        assert_eq!(record.leaving, ["bob"]);
    }

    #[test]
    fn writes_what_was_released() {
        fn same<T: Record>(text: &str) {
            let rewritten = encode(&decode::<T>(text.as_bytes()).unwrap()).unwrap();
            let value = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap();
            assert_eq!(value(&rewritten), value(text.as_bytes()));
        }
        same::<SessionRecord>(SESSION_0_1);
        same::<AccountsRecord>(ACCOUNTS_0_1);
    }

    #[test]
    fn keeps_what_a_newer_release_added() {
        let text = SESSION_0_1.replacen('{', r#"{"colour":{"of":"tomorrow"},"#, 1);
        let record: SessionRecord = decode(text.as_bytes()).unwrap();
        let value: Value = serde_json::from_slice(&encode(&record).unwrap()).unwrap();
        assert_eq!((&value["colour"]["of"], &value["format"]), (&"tomorrow".into(), &1.into()));
        let end = r#""clock_offset": 600, "ended": {"code": "c", "text": "t", "colour": 1}"#;
        let text = SESSION_0_1.replace("\"clock_offset\": 600", end);
        let record: SessionRecord = decode(text.as_bytes()).unwrap();
        let value: Value = serde_json::from_slice(&encode(&record).unwrap()).unwrap();
        assert_eq!(value["ended"]["colour"], 1);
        let text = ACCOUNTS_0_1.replace("\"began\"", "\"colour\": 1, \"began\"");
        let record: AccountsRecord = decode(text.as_bytes()).unwrap();
        let value: Value = serde_json::from_slice(&encode(&record).unwrap()).unwrap();
        assert_eq!(value["accounts"][0]["colour"], 1);
    }

    #[test]
    fn refuses_what_it_cannot_know() {
        let newer = SESSION_0_1.replace("\"format\": 1", "\"format\": 2");
        assert_eq!(decode::<SessionRecord>(newer.as_bytes()), Err(Unreadable::Newer(2)));
        for text in ["", "{}", "[]", "{\"format\":1}", "{\"format\":\"1\"}", "null"] {
            assert_eq!(decode::<SessionRecord>(text.as_bytes()), Err(Unreadable::Garbled), "{text}");
        }
    }

    #[test]
    fn a_counter_that_cannot_be_true_is_damage() {
        for text in [
            SESSION_0_1.replace("\"revision\": 7", "\"revision\": 18446744073709551615"),
            SESSION_0_1.replace("\"began\": 3", "\"began\": 9007199254740993"),
        ] {
            assert_eq!(decode::<SessionRecord>(text.as_bytes()), Err(Unreadable::Garbled));
        }
        let text = ACCOUNTS_0_1.replace("\"generation\": 4", "\"generation\": 18446744073709551615");
        assert_eq!(decode::<AccountsRecord>(text.as_bytes()), Err(Unreadable::Garbled));
    }

    #[test]
    fn prints_no_token_and_no_name() {
        let session: SessionRecord = decode(SESSION_0_1.as_bytes()).unwrap();
        let accounts: AccountsRecord = decode(ACCOUNTS_0_1.as_bytes()).unwrap();
        let device = DeviceRecord {
            username: "ann".to_owned(),
            names: vec!["ann@example.org".to_owned()],
            device_key: "key".to_owned(),
            group_key: "group".to_owned(),
            secret: Secret::new("opaque"),
            confirmed: true,
            unknown: Map::new(),
        };
        // What is left is worth reading.
        assert_eq!(format!("{session:?}"), "SessionRecord { began: 3, revision: 7, ended: None, .. }");
        assert_eq!(
            format!("{accounts:?}"),
            "AccountsRecord { generation: 4, accounts: [AccountEntry { began: 3, .. }], .. }"
        );
        assert_eq!(format!("{:?}", accounts.accounts), "[AccountEntry { began: 3, .. }]");
        assert_eq!(format!("{device:?}"), "DeviceRecord { confirmed: true, .. }");
    }
}
