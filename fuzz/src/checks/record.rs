//! Stored records.

use portcullis::fuzzing::{RecordKind, rewrite_record};
use serde_json::{Map, Value};

/// The kinds, and the fields that this release knows of those that keep unknown ones.
const KINDS: [(RecordKind, Option<&[&str]>); 3] = [
    (RecordKind::Accounts, Some(&["format", "generation", "current", "accounts", "leaving"])),
    (
        RecordKind::Session,
        Some(&[
            "format",
            "began",
            "revision",
            "received_at",
            "expires_at",
            "wall_clock",
            "clock_offset",
            "web_ui",
            "username",
            "user_id",
            "access_token",
            "id_token",
            "refresh_token",
            "device_key",
            "signed_in_at",
            "ended",
        ]),
    ),
    (RecordKind::Device, Some(&["format", "username", "names", "device_key", "group_key", "secret", "confirmed"])),
];

/// What is read is written so that it reads the same, and what a newer release added is still there.
pub fn check(input: &[u8]) {
    for (kind, known) in KINDS {
        let Ok(rewritten) = rewrite_record(kind, input) else { continue };
        assert!(rewritten.is_same, "{kind:?}: reads differently once it was written");
        let Ok(before) = serde_json::from_slice::<Map<String, Value>>(input) else {
            panic!("{kind:?}: was read from what is no JSON object")
        };
        let after = serde_json::from_slice::<Map<String, Value>>(&rewritten.bytes).unwrap_or_default();
        assert!(after.contains_key("format"), "{kind:?}: was written without its format");
        for (name, value) in
            before.iter().filter(|(name, _)| known.is_some_and(|known| !known.contains(&name.as_str())))
        {
            assert_eq!(after.get(name), Some(value), "{kind:?}: {name:?} did not survive");
        }
    }
}
