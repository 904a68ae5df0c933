//! The id that threat protection knows this installation by: one record for all pools and accounts, which a sign-out
//! leaves alone.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::RecordStore;
use super::record::Record;
use crate::error::{Error, Result};
use crate::support::shown::shows;

/// No pool id is like this, since those hold a `_`.
const KEY: &str = "portcullis/install/threat-device";

#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct ThreatDeviceRecord {
    id: String,
    /// Fields of a newer release, kept as they are.
    #[serde(flatten)]
    unknown: Map<String, Value>,
}
shows!(ThreatDeviceRecord {});

impl Record for ThreatDeviceRecord {}

impl RecordStore {
    /// The installation's id; `fresh` becomes it if there is none that can be read.
    pub async fn threat_device_id(&self, fresh: String) -> Result<String> {
        self.run(|records| match records.read::<ThreatDeviceRecord>(KEY) {
            Ok(Some(record)) => Ok(record.id),
            Ok(None) | Err(Error::StorageCorrupt(_)) => {
                records.write(KEY, &ThreatDeviceRecord { id: fresh.clone(), unknown: Map::new() })?;
                Ok(fresh)
            }
            Err(error) => Err(error),
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::storage::{MemoryStore, SecureStore as _, Stored, Whose};
    use crate::support::random::SystemRandom;

    #[tokio::test]
    async fn one_id_for_every_pool_of_an_installation() {
        let store = Arc::new(MemoryStore::default());
        let records = |pool| RecordStore::new(store.clone(), pool, "client", Arc::new(SystemRandom));
        assert_eq!(records("eu-west-1_A").threat_device_id("one".to_owned()).await.unwrap(), "one");
        assert_eq!(records("eu-west-1_B").threat_device_id("two".to_owned()).await.unwrap(), "one");
        records("eu-west-1_A").exclusive(Duration::ZERO, |records| records.sign_out(&Whose::ALL)).await.unwrap();
        assert_eq!(records("eu-west-1_A").threat_device_id("two".to_owned()).await.unwrap(), "one");
    }

    #[tokio::test]
    async fn an_unreadable_one_is_replaced() {
        let store = Arc::new(MemoryStore::default());
        store.write(KEY, b"garbled").unwrap();
        let records = RecordStore::new(store.clone(), "eu-west-1_A", "client", Arc::new(SystemRandom));
        assert_eq!(records.threat_device_id("one".to_owned()).await.unwrap(), "one");
        assert_eq!(store.read(KEY).unwrap(), Stored::Found(br#"{"format":1,"id":"one"}"#.to_vec()));
    }
}
