//! The devices that the service knows, one record an account, filed under the user name that the service returned.

use super::RecordStore;
use super::record::DeviceRecord;
use crate::error::{Error, Result};

impl RecordStore {
    /// The devices of all accounts of this client. One that cannot be read is left out: it was set aside.
    pub async fn devices(&self) -> Result<Vec<DeviceRecord>> {
        self.run(|records| {
            let mut devices = Vec::new();
            for key in records.keys("device/")? {
                match records.read::<DeviceRecord>(&key) {
                    Ok(found) => devices.extend(found),
                    Err(Error::StorageCorrupt(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(devices)
        })
        .await
    }

    /// The device of one account.
    pub async fn device(&self, username: &str) -> Result<Option<DeviceRecord>> {
        let username = username.to_owned();
        self.run(move |records| records.read(&records.device_key(&username))).await
    }

    /// Stores a device in the place of the account's last one.
    pub async fn save_device(&self, device: DeviceRecord) -> Result<()> {
        self.run(move |records| records.write(&records.device_key(&device.username), &device)).await
    }

    /// Forgets the account's device, if it is still that one.
    pub async fn remove_device(&self, username: &str, device_key: &str) -> Result<()> {
        let (username, device_key) = (username.to_owned(), device_key.to_owned());
        self.run(move |records| {
            let key = records.device_key(&username);
            match records.read::<DeviceRecord>(&key)? {
                Some(device) if device.device_key == device_key => records.erase(&key),
                _ => Ok(()),
            }
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::storage::record::decode;
    use crate::storage::{MemoryStore, SecureStore as _};
    use crate::support::random::SystemRandom;
    use crate::support::secret::Secret;

    /// What release 0.1 wrote. Never edit: add a file beside it for a new format.
    const RELEASED_0_1: &str = include_str!("../../tests/fixtures/storage/device-0.1.json");

    fn device(username: &str, device_key: &str) -> DeviceRecord {
        DeviceRecord {
            username: username.to_owned(),
            names: vec!["ann@example.org".to_owned()],
            device_key: device_key.to_owned(),
            group_key: "-group".to_owned(),
            secret: Secret::new("canary"),
            confirmed: true,
            unknown: serde_json::Map::new(),
        }
    }

    #[tokio::test]
    async fn a_device_is_found_by_its_user_and_forgotten_by_its_key() {
        let records =
            RecordStore::new(Arc::new(MemoryStore::default()), "eu-west-1_Pool", "client", Arc::new(SystemRandom));
        records.save_device(device("ann", "one")).await.unwrap();
        records.save_device(device("bob", "two")).await.unwrap();
        assert_eq!(records.devices().await.unwrap().len(), 2);
        records.remove_device("ann", "another").await.unwrap();
        assert_eq!(records.device("ann").await.unwrap(), Some(device("ann", "one")));
        records.remove_device("ann", "one").await.unwrap();
        assert_eq!(records.device("ann").await.unwrap(), None);
        assert_eq!(records.devices().await.unwrap(), [device("bob", "two")]);
    }

    #[tokio::test]
    async fn one_unreadable_device_hides_no_other() {
        let store = Arc::new(MemoryStore::default());
        let records = RecordStore::new(store.clone(), "eu-west-1_Pool", "client", Arc::new(SystemRandom));
        records.save_device(device("bob", "two")).await.unwrap();
        store.write("portcullis/eu-west-1_Pool/client/device/ann", b"garbled").unwrap();
        assert_eq!(records.devices().await.unwrap(), [device("bob", "two")]);
        assert!(records.device("ann").await.is_err());
    }

    #[test]
    fn names_are_an_index_without_case() {
        assert!(device("Ann", "k").is_named("ANN@example.org") && device("Ann", "k").is_named("Ann"));
        assert!(!device("Ann", "k").is_named("ann"));
    }

    #[test]
    fn reads_what_was_released_and_prints_no_secret() {
        let record: DeviceRecord = decode(RELEASED_0_1.as_bytes()).unwrap();
        assert_eq!(record.device_key, "us-east-1_aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");
        assert_eq!(record.secret.expose(), "0f0f0f0f-1111-4222-8333-abcdefabcdef");
        assert!(record.confirmed);
        assert!(!format!("{record:?}").contains("0f0f"));
    }
}
