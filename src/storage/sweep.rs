//! Removing what is nobody's: records of accounts that are signed out, or whose sign-in never came to its end.

use std::collections::BTreeSet;

use crate::error::{Error, Result};

use super::record::{AccountEntry, AccountsRecord, SessionRecord};
use super::records::{Records, SESSION, key_part};

impl Records {
    /// Removes all records of an account, the device apart: it stays known, as the service keeps it too.
    pub(super) fn erase_account(&self, username: &str) -> Result<()> {
        // The session first: the others are worth nothing without it.
        self.erase(&self.session_key(username))?;
        for key in self.store.keys(&self.account_prefix(username))? {
            self.store.remove(&key)?;
        }
        Ok(())
    }

    /// Removes the records of accounts that are not listed.
    pub(super) fn sweep(&self, accounts: &AccountsRecord) -> Result<()> {
        let listed: BTreeSet<String> = accounts.accounts.iter().map(|entry| key_part(&entry.username)).collect();
        let prefix = self.key("account/");
        for key in self.store.keys(&prefix)? {
            let owner = key.strip_prefix(&prefix).and_then(|rest| rest.split('/').next());
            if owner.is_some_and(|owner| !listed.contains(owner)) {
                self.store.remove(&key)?;
            }
        }
        Ok(())
    }

    /// What was set aside of the accounts' record names users too.
    pub(super) fn erase_copy_of_accounts(&self) -> Result<()> {
        let key = self.accounts_key();
        for copy in self.store.keys(&format!("{key}/"))? {
            self.store.remove(&copy)?;
        }
        Ok(())
    }

    /// The accounts as far as the session records themselves tell. Nobody is the current one.
    pub(super) fn rebuilt(&self) -> Result<AccountsRecord> {
        let mut accounts = AccountsRecord::default();
        for key in self.keys("account/")? {
            if !key.ends_with(&format!("/{SESSION}")) {
                continue;
            }
            match self.read::<SessionRecord>(&key) {
                Ok(Some(SessionRecord { username, user_id, began, .. })) => {
                    accounts.generation = accounts.generation.max(began);
                    accounts.accounts.push(AccountEntry { username, user_id, began, unknown: serde_json::Map::new() });
                }
                Ok(None) | Err(Error::StorageCorrupt(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(accounts)
    }
}
