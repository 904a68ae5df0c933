//! The sign-in on the hosted pages that a browser is away with. One a client: a later one takes its place.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::RecordStore;
use super::exclusive::LOCK_LIMIT;
use super::record::Record;
use crate::error::{Error, Result};
use crate::support::secret::Secret;
use crate::support::shown::shows;

/// What is needed when the browser comes back.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct WebSignInRecord {
    /// The `state` parameter: whoever does not know it did not come from there.
    pub state: Secret,
    /// The `nonce` parameter, which stands in the ID token.
    pub nonce: Secret,
    /// What proves that the code is ours (RFC 7636).
    pub code_verifier: Secret,
    pub redirect_uri: String,
    /// What the app wants to have back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_state: Option<String>,
    /// `keep` or `refuse` what is there of another user; absent: it is replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing_session: Option<String>,
    /// Unix milliseconds by the service's clock.
    pub began_at: i64,
    /// Fields of a newer release, kept as they are.
    #[serde(flatten)]
    pub unknown: Map<String, Value>,
}
shows!(WebSignInRecord { redirect_uri, began_at });

impl Record for WebSignInRecord {
    fn is_plausible(&self) -> bool {
        !self.state.is_empty() && !self.code_verifier.is_empty()
    }
}

impl RecordStore {
    /// The sign-in that a browser is away with. What cannot be decoded counts as none: it can be begun again.
    pub async fn web_sign_in(&self) -> Result<Option<WebSignInRecord>> {
        self.read(|records| match records.read(&records.key(KEY)) {
            Err(Error::StorageCorrupt(_)) => Ok(None),
            read => read,
        })
        .await
    }

    pub async fn save_web_sign_in(&self, record: WebSignInRecord) -> Result<()> {
        self.exclusive(LOCK_LIMIT, move |records| records.write(&records.key(KEY), &record)).await
    }

    /// Removes it; with a state, only if it is still that one.
    pub async fn remove_web_sign_in(&self, state: Option<Secret>) -> Result<()> {
        self.exclusive(LOCK_LIMIT, move |records| {
            let key = records.key(KEY);
            if let (Some(meant), Ok(Some(stored))) = (state, records.read::<WebSignInRecord>(&key))
                && stored.state != meant
            {
                return Ok(());
            }
            records.erase(&key)
        })
        .await
    }
}

const KEY: &str = "web-sign-in";

#[cfg(test)]
mod tests {
    use super::super::record::{decode, encode};
    use super::*;

    /// What release 0.1 writes. Never edit: add a file beside it for a new format.
    const WEB_SIGN_IN_0_1: &str = include_str!("../../tests/fixtures/storage/web-sign-in-0.1.json");

    #[test]
    fn reads_and_writes_what_was_released_and_prints_no_secret() {
        let record: WebSignInRecord = decode(WEB_SIGN_IN_0_1.as_bytes()).unwrap();
        assert_eq!((record.redirect_uri.as_str(), record.began_at), ("myapp://signed-in/", 1_767_604_987_000));
        assert_eq!(record.code_verifier.expose(), "canary-verifier");
        let again: Value = serde_json::from_slice(&encode(&record).unwrap()).unwrap();
        assert_eq!(again, serde_json::from_str::<Value>(WEB_SIGN_IN_0_1).unwrap());
        assert!(!format!("{record:?}").contains("canary"));
    }
}
