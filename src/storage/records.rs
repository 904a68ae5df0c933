//! The records of one user pool and app client in a store: what their keys are, and how an unreadable one is set aside.
//! Synchronous: [`RecordStore`](super::RecordStore) calls it off the async workers.

use std::sync::Arc;

use sha2::Digest as _;

use super::record::{self, Record, Unreadable};
use super::{SecureStore, StoreFailure, Stored};
use crate::error::{Error, Result};
use crate::support::shown::shows;

/// The records of one user pool and app client.
///
/// ```text
/// portcullis/<pool id>/<client id>/accounts                     AccountsRecord
///                                  account/<user name>/session  SessionRecord
///                                  account/<user name>/identity IdentityRecord: theirs at an identity pool
///                                  device/<user name>           DeviceRecord, which a sign-out leaves alone
///                                  guest/identity               IdentityRecord of whoever is not signed in
///                                  federation/provider          FederationRecord: who is federated without a user pool
///                                  federation/identity          IdentityRecord of theirs
///                                  web-sign-in                  WebSignInRecord: what a browser is away with
///                                  <any of these>/quarantine    a copy of what could not be read there
/// portcullis/install/threat-device                              the installation's id
/// ```
#[derive(Clone)]
pub(crate) struct Records {
    pub(super) store: Arc<dyn SecureStore>,
    /// `portcullis/<pool id>/<client id>`: clients of other pools never meet.
    pub(super) scope: Arc<str>,
}
shows!(Records { store, scope });

impl Records {
    pub fn new(store: Arc<dyn SecureStore>, pool_id: &str, client_id: &str) -> Self {
        Self { store, scope: format!("portcullis/{pool_id}/{client_id}").into() }
    }

    pub(super) fn read<T: Record>(&self, key: &str) -> Result<Option<T>> {
        match self.store.read(key)? {
            Stored::Absent => Ok(None),
            Stored::Locked => Err(Error::StorageLocked),
            Stored::Corrupt(why) => Err(Error::StorageCorrupt(why)),
            Stored::Found(bytes) => {
                let bytes = zeroize::Zeroizing::new(bytes);
                record::decode(&bytes).map(Some).map_err(|unreadable| self.set_aside(key, &bytes, &unreadable))
            }
        }
    }

    pub(super) fn write<T: Record>(&self, key: &str, body: &T) -> Result<()> {
        let bytes = record::encode(body).map_err(|error| Error::internal(error.to_string()))?;
        Ok(self.store.write(key, &bytes)?)
    }

    /// Removes a record and what was set aside of it. The copy goes first: without its record nobody would look for it.
    pub(super) fn erase(&self, key: &str) -> Result<()> {
        self.store.remove(&aside(key))?;
        Ok(self.store.remove(key)?)
    }

    /// The keys of the records of one kind, without what was set aside.
    pub(super) fn keys(&self, kind: &str) -> Result<Vec<String>> {
        let mut keys = self.store.keys(&self.key(kind))?;
        keys.retain(|key| !key.ends_with(ASIDE));
        Ok(keys)
    }

    pub(super) fn key(&self, part: &str) -> String {
        format!("{}/{part}", self.scope)
    }

    pub(super) fn accounts_key(&self) -> String {
        self.key("accounts")
    }

    /// What the keys of an account's own records begin with: all that goes with a sign-out.
    pub(super) fn account_prefix(&self, username: &str) -> String {
        self.key(&format!("account/{}/", key_part(username)))
    }

    pub(super) fn session_key(&self, username: &str) -> String {
        format!("{}{SESSION}", self.account_prefix(username))
    }

    pub(super) fn device_key(&self, username: &str) -> String {
        self.key(&format!("device/{}", key_part(username)))
    }

    /// Copies a record that cannot be decoded to a place where the next write will not overwrite it, once. The original
    /// stays too: it is never removed but by a sign-in or sign-out of that account.
    fn set_aside(&self, key: &str, bytes: &[u8], unreadable: &Unreadable) -> Error {
        let kept = match self.store.read(&aside(key)) {
            Ok(Stored::Found(copy)) if copy == bytes => Ok(()),
            _ => self.store.write(&aside(key), bytes),
        };
        Error::StorageCorrupt(match kept {
            Ok(()) => format!("{unreadable}; a copy was set aside"),
            Err(_) => unreadable.to_string(),
        })
    }
}

impl From<StoreFailure> for Error {
    fn from(failure: StoreFailure) -> Self {
        match failure {
            StoreFailure::Locked => Self::StorageLocked,
            StoreFailure::Failed(why) => Self::StorageFailed(why),
        }
    }
}

/// The last part of a session record's key.
pub(super) const SESSION: &str = "session";

/// Where a copy of an unreadable record is kept.
const ASIDE: &str = "/quarantine";

fn aside(key: &str) -> String {
    format!("{key}{ASIDE}")
}

/// A user name as a part of a key: printable ASCII without `/` and `%`, and no two names alike. A name that would
/// make the key too long for a store is told by its digest; the record itself holds the name.
pub(super) fn key_part(username: &str) -> String {
    use std::fmt::Write as _;
    let part = username.bytes().fold(String::with_capacity(username.len()), |mut part, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.@+".contains(&byte) {
            part.push(char::from(byte));
        } else {
            let _ = write!(part, "%{byte:02x}"); // writing to a String cannot fail
        }
        part
    });
    if part.len() <= LONGEST_PART {
        return part;
    }
    format!("sha256%{}", crate::support::hex::lower(&sha2::Sha256::digest(username.as_bytes())))
}

/// So that the longest key (an id of 55 and one of 128 characters before it) has fewer than 512 bytes.
const LONGEST_PART: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_make_distinct_keys() {
        assert_eq!(key_part("Ann+x@example.org"), "Ann+x@example.org");
        assert_eq!(key_part("a/b%c ü"), "a%2fb%25c%20%c3%bc");
        assert!(key_part(&"ü".repeat(128)).len() < 100);
        assert_eq!(key_part(&"u".repeat(128)).len(), 128);
        assert_ne!(key_part(&"ü".repeat(128)), key_part(&"ü".repeat(127)));
    }
}
