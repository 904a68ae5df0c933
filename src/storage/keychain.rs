//! The Apple keychain: generic passwords in the data protection keychain, readable after the device's first unlock and
//! never leaving the device (no backup to another one, no iCloud).

use std::time::Duration;

use core_foundation::data::CFData;
use security_framework::access_control::{ProtectionMode, SecAccessControl};
use security_framework::base::Error;
use security_framework::item::{
    ItemClass, ItemSearchOptions, ItemUpdateOptions, ItemUpdateValue, Limit, SearchResult, update_item,
};
use security_framework::passwords::{
    PasswordOptions, delete_generic_password_options, generic_password, set_generic_password_options,
};

use super::{LockOutcome, SecureStore, StoreFailure, Stored, ticket_lock};
use crate::support::clock::{Clock as _, SystemClock};
use crate::support::shown::shows;

/// `kSecAttrService` of the app's own items; `kSecAttrAccount` is the key.
const OWN: &str = "dev.portcullis";
/// The same of items in an access group: without a name of their own, a store that names no group would find them too.
const SHARED: &str = "dev.portcullis.shared";

// Result codes of Security.framework (SecBase.h).
const DUPLICATE_ITEM: i32 = -25299;
const ITEM_NOT_FOUND: i32 = -25300;
const INTERACTION_NOT_ALLOWED: i32 = -25308;
const MISSING_ENTITLEMENT: i32 = -34018;

/// Keeps records in the keychain (`kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly`).
///
/// On macOS this is the data protection keychain, which needs the Keychain Sharing capability (Apple TN3137).
#[derive(Clone)]
pub struct KeychainStore {
    access_group: Option<String>,
}
shows!(KeychainStore { access_group });

impl KeychainStore {
    /// A store in the app's own keychain, or in the group that it shares with its extensions. To take older records along
    /// when the group changes, put both into a [`MovingStore`](super::MovingStore). Nothing is read or written here.
    #[must_use]
    pub const fn new(access_group: Option<String>) -> Self {
        Self { access_group }
    }

    const fn service(&self) -> &'static str {
        if self.access_group.is_some() { SHARED } else { OWN }
    }

    fn item(&self, key: &str) -> PasswordOptions {
        let mut options = PasswordOptions::new_generic_password(self.service(), key);
        options.use_protected_keychain();
        if let Some(group) = &self.access_group {
            options.set_access_group(group);
        }
        options
    }

    fn search(&self) -> ItemSearchOptions {
        let mut search = ItemSearchOptions::new();
        search.class(ItemClass::generic_password()).service(self.service());
        #[cfg(target_os = "macos")] // elsewhere there is no other keychain
        search.ignore_legacy_keychains();
        if let Some(group) = &self.access_group {
            search.access_group(group);
        }
        search
    }

    fn update(&self, key: &str, bytes: &[u8]) -> Result<(), Error> {
        let mut update = ItemUpdateOptions::new();
        update.set_value(ItemUpdateValue::Data(CFData::from_buffer(bytes)));
        update_item(self.search().account(key), &update)
    }

    fn add(&self, key: &str, bytes: &[u8]) -> Result<(), Error> {
        let protection = ProtectionMode::AccessibleAfterFirstUnlockThisDeviceOnly;
        let mut item = self.item(key);
        item.set_access_control(SecAccessControl::create_with_protection(Some(protection), 0)?);
        set_generic_password_options(bytes, item)
    }
}

impl SecureStore for KeychainStore {
    fn read(&self, key: &str) -> Result<Stored, StoreFailure> {
        match generic_password(self.item(key)) {
            Ok(bytes) => Ok(Stored::Found(bytes)),
            Err(error) => match error.code() {
                ITEM_NOT_FOUND => Ok(Stored::Absent),
                INTERACTION_NOT_ALLOWED => Ok(Stored::Locked),
                _ => Err(failed(error)),
            },
        }
    }

    fn write(&self, key: &str, bytes: &[u8]) -> Result<(), StoreFailure> {
        let written = match self.update(key, bytes) {
            Err(error) if error.code() == ITEM_NOT_FOUND => self.add(key, bytes),
            other => other,
        };
        // Another process (an extension) added the item, or replaced it, between the two.
        let written = match written {
            Err(error) if [DUPLICATE_ITEM, ITEM_NOT_FOUND].contains(&error.code()) => self.update(key, bytes),
            other => other,
        };
        written.map_err(failed)
    }

    fn remove(&self, key: &str) -> Result<(), StoreFailure> {
        match delete_generic_password_options(self.item(key)) {
            Err(error) if error.code() != ITEM_NOT_FOUND => Err(failed(error)),
            _ => Ok(()),
        }
    }

    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreFailure> {
        let found = match self.search().load_attributes(true).limit(Limit::All).search() {
            Err(error) if error.code() == ITEM_NOT_FOUND => return Ok(Vec::new()),
            found => found.map_err(failed)?,
        };
        Ok(found.iter().filter_map(account_of).filter(|key| key.starts_with(prefix)).collect())
    }

    /// The keychain has no lock, but one order of what all processes do: tickets in it are one.
    fn try_lock(&self, name: &str, owner: &str, lease: Duration) -> Result<LockOutcome, StoreFailure> {
        ticket_lock::try_lock(self, SystemClock.now(), name, owner, lease)
    }

    fn unlock(&self, name: &str, owner: &str) -> Result<(), StoreFailure> {
        ticket_lock::unlock(self, name, owner)
    }
}

/// `kSecAttrAccount` of an item.
fn account_of(item: &SearchResult) -> Option<String> {
    item.simplify_dict()?.remove("acct")
}

fn failed(error: Error) -> StoreFailure {
    match error.code() {
        INTERACTION_NOT_ALLOWED => StoreFailure::Locked,
        MISSING_ENTITLEMENT => StoreFailure::Failed(
            "the app has no right to this keychain (errSecMissingEntitlement): add the Keychain Sharing entitlement \
             (keychain-access-groups), and check the access group"
                .to_owned(),
        ),
        code => StoreFailure::Failed(format!("the keychain answered {code}")),
    }
}
