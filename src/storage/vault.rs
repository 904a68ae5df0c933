//! One client's records in the store: which keys they have, how an unreadable one is set aside, and that the store is
//! called off the async workers, one call at a time.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Digest as _;

use super::record::{self, CurrentRecord, SessionRecord, Unreadable};
use super::{SecureStore, StoreFailure, Stored};
use crate::error::{Error, Result};
use crate::support::task;

/// A key store that does not answer within this time counts as failed for now.
const STORE_LIMIT: Duration = Duration::from_secs(10);

/// The records of one user pool and app client.
#[derive(Clone, Debug)]
pub(crate) struct Vault {
    store: Arc<dyn SecureStore>,
    /// `portcullis/<pool id>/<client id>`: clients of other pools never meet.
    scope: Arc<str>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// What the store says about the session.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Loaded {
    Session(Box<SessionRecord>),
    /// Truly nothing: nobody is signed in.
    Nothing,
}

/// What a session record may take the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    /// Whatever there is, or nothing: a sign-in.
    Anything,
    /// An older record of the same session: a refresh.
    Older,
}

/// How a session was saved.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Saved {
    Done,
    /// Not: another process has stored this one, which is as new or newer.
    Newer(Box<SessionRecord>),
    /// Not: another process has removed the session.
    Gone,
}

impl Vault {
    pub fn new(store: Arc<dyn SecureStore>, pool_id: &str, client_id: &str) -> Self {
        Self { store, scope: format!("portcullis/{pool_id}/{client_id}").into(), turn: Arc::default() }
    }

    /// The current account's session. Locked, failing and unreadable are errors, never "nothing".
    pub async fn load(&self) -> Result<Loaded> {
        self.run(|vault| {
            let Some(current) = vault.read::<CurrentRecord>(&vault.current_key())? else { return Ok(Loaded::Nothing) };
            vault.load_account(&current.username)
        })
        .await
    }

    /// One account's session, as another process may have left it.
    pub async fn load_session(&self, username: &str) -> Result<Loaded> {
        let username = username.to_owned();
        self.run(move |vault| vault.load_account(&username)).await
    }

    /// Stores the session and makes its account the current one. Processes that share the store agree by the revision;
    /// a store offers no lock, so two that write in the same instant can still overtake each other.
    pub async fn save(&self, session: SessionRecord, over: Over) -> Result<Saved> {
        self.run(move |vault| {
            let key = vault.session_key(&session.username);
            if over == Over::Older {
                match vault.read::<SessionRecord>(&key) {
                    Ok(None) => return Ok(Saved::Gone),
                    Ok(Some(stored)) if stored == session => return Ok(Saved::Done),
                    Ok(Some(stored)) if stored.revision >= session.revision => {
                        return Ok(Saved::Newer(Box::new(stored)));
                    }
                    Ok(Some(_)) | Err(Error::StorageCorrupt(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            vault.write(&key, &session)?;
            let current = CurrentRecord { username: session.username.clone() };
            if !matches!(vault.read::<CurrentRecord>(&vault.current_key()), Ok(Some(stored)) if stored == current) {
                vault.write(&vault.current_key(), &current)?;
            }
            Ok(Saved::Done)
        })
        .await
    }

    /// Removes one account's session and what was set aside of it. The session goes first: a pointer to nothing is
    /// harmless. Without a name, that is when the store could not say who is signed in, every session goes.
    pub async fn remove(&self, username: Option<&str>) -> Result<()> {
        let username = username.map(str::to_owned);
        self.run(move |vault| {
            let pointer = match vault.read::<CurrentRecord>(&vault.current_key()) {
                Ok(pointer) => pointer.map(|current| current.username),
                Err(Error::StorageCorrupt(_)) => None,
                Err(error) => return Err(error),
            };
            let doomed = match &username {
                Some(name) => vec![vault.session_key(name)],
                None => vault.store.keys(&format!("{}/session/", vault.scope))?,
            };
            for key in doomed {
                vault.erase(&key)?;
            }
            if pointer.is_none() || username.is_none() || pointer == username {
                vault.store.remove(&vault.current_key())?;
            }
            Ok(())
        })
        .await
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        code: impl FnOnce(&Self) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (vault, turn) = (self.clone(), self.turn.clone());
        let call = async {
            let turn = turn.lock_owned().await;
            // The store's turn ends with its call and not with the waiting: a store that hangs holds one thread only.
            task::blocking(move || {
                let result = code(&vault);
                drop(turn);
                result
            })
            .await
        };
        let no_answer = || Error::StorageFailed(format!("the store gave no answer within {} s", STORE_LIMIT.as_secs()));
        tokio::time::timeout(STORE_LIMIT, call).await.map_err(|_elapsed| no_answer())??
    }

    fn load_account(&self, username: &str) -> Result<Loaded> {
        let session = self.read::<SessionRecord>(&self.session_key(username))?;
        Ok(session.map_or(Loaded::Nothing, |session| Loaded::Session(Box::new(session))))
    }

    pub(super) fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
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

    pub(super) fn write<T: Serialize>(&self, key: &str, body: &T) -> Result<()> {
        let bytes = record::encode(body).map_err(|error| Error::internal(error.to_string()))?;
        Ok(self.store.write(key, &bytes)?)
    }

    /// Removes a record and what was set aside of it.
    pub(super) fn erase(&self, key: &str) -> Result<()> {
        self.store.remove(key)?;
        Ok(self.store.remove(&aside(key))?)
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

    /// Copies a record that cannot be decoded to a place where the next sign-in will not overwrite it, once. The
    /// original stays too: it is never removed but by a sign-in or sign-out of that account.
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

    fn current_key(&self) -> String {
        self.key("current")
    }

    fn session_key(&self, username: &str) -> String {
        self.key(&format!("session/{}", key_part(username)))
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

/// Where a copy of an unreadable record is kept.
const ASIDE: &str = "/quarantine";

fn aside(key: &str) -> String {
    format!("{key}{ASIDE}")
}

/// A user name as a part of a key: printable ASCII without `/` and `%`, and no two names alike. A name that would
/// make the key too long for a store is told by its digest; the record itself holds the name.
pub(super) fn key_part(username: &str) -> String {
    use std::fmt::Write as _;
    if username.len() > 100 {
        return format!("sha256%{}", crate::support::hex::lower(&sha2::Sha256::digest(username.as_bytes())));
    }
    username.bytes().fold(String::with_capacity(username.len()), |mut part, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.@+".contains(&byte) {
            part.push(char::from(byte));
        } else {
            let _ = write!(part, "%{byte:02x}"); // writing to a String cannot fail
        }
        part
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::MemoryStore;
    use crate::support::secret::Secret;

    fn record(username: &str, revision: u64) -> SessionRecord {
        SessionRecord {
            revision,
            username: username.to_owned(),
            user_id: "sub".to_owned(),
            access_token: Secret::new("access"),
            id_token: None,
            refresh_token: None,
            device_key: None,
            signed_in_at: 0,
            ended: None,
            unknown: serde_json::Map::new(),
        }
    }

    fn vault() -> (Vault, Arc<MemoryStore>) {
        let store = Arc::new(MemoryStore::default());
        (Vault::new(store.clone(), "eu-west-1_Pool", "client"), store)
    }

    #[tokio::test]
    async fn loads_what_was_saved_and_forgets_what_was_removed() {
        let (vault, store) = vault();
        assert_eq!(vault.load().await, Ok(Loaded::Nothing));
        vault.save(record("ann/ü%", 1), Over::Anything).await.unwrap();
        assert_eq!(vault.load().await, Ok(Loaded::Session(Box::new(record("ann/ü%", 1)))));
        vault.remove(Some("ann/ü%")).await.unwrap();
        assert_eq!(vault.load().await, Ok(Loaded::Nothing));
        assert_eq!(store.keys("").unwrap(), Vec::<String>::new());
    }

    #[tokio::test]
    async fn accounts_do_not_disturb_each_other() {
        let (vault, _) = vault();
        vault.save(record("ann", 1), Over::Anything).await.unwrap();
        vault.save(record("bob", 1), Over::Anything).await.unwrap();
        vault.remove(Some("ann")).await.unwrap();
        assert_eq!(vault.load().await, Ok(Loaded::Session(Box::new(record("bob", 1)))));
    }

    #[tokio::test]
    async fn sets_aside_what_cannot_be_decoded() {
        let (vault, store) = vault();
        vault.save(record("ann", 1), Over::Anything).await.unwrap();
        let key = "portcullis/eu-west-1_Pool/client/session/ann";
        store.write(key, b"{\"format\":99}").unwrap();
        assert!(matches!(vault.load().await, Err(Error::StorageCorrupt(_))));
        assert_eq!(store.read(key).unwrap(), Stored::Found(b"{\"format\":99}".to_vec()));
        assert_eq!(store.read(&format!("{key}/quarantine")).unwrap(), Stored::Found(b"{\"format\":99}".to_vec()));
    }

    #[tokio::test]
    async fn a_refresh_overwrites_only_what_is_older() {
        let (vault, _) = vault();
        assert_eq!(vault.save(record("ann", 2), Over::Older).await, Ok(Saved::Gone));
        vault.save(record("ann", 2), Over::Anything).await.unwrap();
        assert_eq!(vault.save(record("ann", 2), Over::Older).await, Ok(Saved::Done));
        assert_eq!(vault.save(record("ann", 3), Over::Older).await, Ok(Saved::Done));
        let mine = SessionRecord { access_token: Secret::new("other"), ..record("ann", 3) };
        assert_eq!(vault.save(mine, Over::Older).await, Ok(Saved::Newer(Box::new(record("ann", 3)))));
    }

    #[tokio::test]
    async fn without_a_name_every_session_goes() {
        let (vault, store) = vault();
        vault.save(record("ann", 1), Over::Anything).await.unwrap();
        vault.save(record("bob", 1), Over::Anything).await.unwrap();
        store.write("portcullis/eu-west-1_Pool/client/current", b"garbled").unwrap();
        assert!(matches!(vault.load().await, Err(Error::StorageCorrupt(_))));
        vault.remove(None).await.unwrap();
        assert_eq!(store.keys("portcullis/eu-west-1_Pool/client/session").unwrap(), Vec::<String>::new());
        assert_eq!(vault.load().await, Ok(Loaded::Nothing));
    }

    #[test]
    fn names_make_distinct_keys() {
        assert_eq!(key_part("Ann+x@example.org"), "Ann+x@example.org");
        assert_eq!(key_part("a/b%c ü"), "a%2fb%25c%20%c3%bc");
        assert!(key_part(&"ü".repeat(128)).len() < 100);
        assert_ne!(key_part(&"ü".repeat(128)), key_part(&"ü".repeat(127)));
    }
}
