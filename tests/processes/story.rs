//! What the shared store says, read from its records.

use std::collections::BTreeMap;

use portcullis::{FileStore, SecureStore as _, Stored};
use serde_json::Value;

/// What is in the store at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    pub current: Option<String>,
    /// The listed accounts with their session records; `None` where there is none, or one that began too early.
    pub accounts: BTreeMap<String, Option<Value>>,
    /// Keys that nothing lists, and accounts whose removal is not finished.
    pub leftovers: Vec<String>,
}

impl Story {
    pub fn read(store: &FileStore, scope: &str) -> Self {
        let accounts_key = format!("{scope}/accounts");
        let list = record(store, &accounts_key).unwrap_or_default();
        let session_key = |name: &str| format!("{scope}/account/{name}/session");
        let mut accounts = BTreeMap::new();
        for entry in list["accounts"].as_array().into_iter().flatten() {
            let name = entry["username"].as_str().unwrap();
            let session = record(store, &session_key(name));
            let session = session.filter(|session| session["began"].as_u64() >= entry["began"].as_u64());
            accounts.insert(name.to_owned(), session);
        }
        let is_listed = |key: &String| *key == accounts_key || accounts.keys().any(|name| *key == session_key(name));
        let mut leftovers = store.keys("").unwrap();
        leftovers.retain(|key| !is_listed(key));
        leftovers.extend(list["leaving"].as_array().into_iter().flatten().map(|name| format!("leaving: {name}")));
        Self { current: list["current"].as_str().map(str::to_owned), accounts, leftovers }
    }

    /// Whether it contradicts itself, and how.
    pub fn problem(&self) -> Option<String> {
        if let Some(current) = self.current.as_ref().filter(|current| !self.accounts.contains_key(*current)) {
            return Some(format!("the current account {current} is not listed"));
        }
        let mut missing = self.accounts.iter().filter(|(_, session)| session.is_none());
        missing.next().map(|(name, _)| format!("{name} is listed and has no session"))
    }

    pub fn names(&self) -> String {
        self.accounts.keys().cloned().collect::<Vec<_>>().join(",")
    }

    /// A token of an account's session.
    pub fn token(&self, name: &str, which: &str) -> Option<String> {
        self.accounts.get(name)?.as_ref()?[which].as_str().map(str::to_owned)
    }
}

/// A record may be removed between the list and this moment.
fn record(store: &FileStore, key: &str) -> Option<Value> {
    match store.read(key).unwrap() {
        Stored::Absent => None,
        Stored::Found(bytes) => Some(serde_json::from_slice(&bytes).unwrap()),
        other => panic!("{key}: {other:?}"),
    }
}
