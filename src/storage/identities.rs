//! The identities of an identity pool as transactions on the records.
//!
//! A user's identity is one of the account's records, so a sign-out takes it along; it is only stored while the account is
//! listed. A federation counts once its own record is there; what it brought with it is written before and removed after.

use super::RecordStore;
use super::exclusive::LOCK_LIMIT;
use super::identity_record::{FederationRecord, IdentityRecord};
use super::record::AccountEntry;
use super::records::Records;
use crate::error::{Error, Result};
use crate::support::shown::shows;

/// Whose identity it is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum IdentityOwner {
    /// Nobody's who is known.
    Guest,
    /// A user of the user pool; `user_id` is the `sub` claim, which another user of the same name does not have.
    User { username: String, user_id: String },
    /// Whoever another provider vouches for since that moment, in Unix milliseconds: a later federation is another's.
    Federated { began: i64 },
}
shows!(enum IdentityOwner { Guest, User {}, Federated { began } });

impl IdentityOwner {
    /// What tells them from the next who has the same place in the store.
    pub fn mark(&self) -> Option<String> {
        match self {
            Self::Guest => None,
            Self::User { user_id, .. } => Some(user_id.clone()),
            Self::Federated { began } => Some(began.to_string()),
        }
    }
}

impl RecordStore {
    /// What is stored of an identity. One that cannot be decoded was set aside, and the service can be asked again.
    pub async fn identity(&self, owner: &IdentityOwner) -> Result<Option<IdentityRecord>> {
        let owner = owner.clone();
        let stored = self.read({
            let owner = owner.clone();
            move |records| readable(records.read::<IdentityRecord>(&records.identity_key(&owner)))
        });
        Ok(stored.await?.filter(|identity| identity.owner == owner.mark()))
    }

    /// Stores an identity. Not that of an account that is not listed: `false` then.
    pub async fn save_identity(&self, owner: &IdentityOwner, identity: IdentityRecord) -> Result<bool> {
        let owner = owner.clone();
        self.exclusive(LOCK_LIMIT, move |records| records.save_identity(&owner, identity)).await
    }

    /// Removes an identity, if it is still that one, or whichever it is.
    pub async fn remove_identity(&self, owner: &IdentityOwner, identity_id: Option<String>) -> Result<()> {
        let owner = owner.clone();
        self.exclusive(LOCK_LIMIT, move |records| {
            let key = records.identity_key(&owner);
            let stored = readable(records.read::<IdentityRecord>(&key))?;
            match (stored, identity_id) {
                (Some(stored), Some(meant)) if stored.identity_id != meant => Ok(()),
                _ => records.erase(&key),
            }
        })
        .await
    }

    /// Who is federated.
    pub async fn federation(&self) -> Result<Option<FederationRecord>> {
        self.read(|records| readable(records.read(&records.federation_key()))).await
    }

    /// Stores a federation and its identity, unless a user of the user pool is signed in: `false` then.
    pub async fn save_federation(
        &self,
        federation: FederationRecord,
        identity: Option<IdentityRecord>,
    ) -> Result<bool> {
        self.exclusive(LOCK_LIMIT, move |records| {
            if records.accounts()?.is_some_and(|accounts| accounts.current.is_some()) {
                return Ok(false);
            }
            if let Some(identity) = identity {
                records.write(&records.federated_identity_key(), &identity)?;
            }
            records.write(&records.federation_key(), &federation)?;
            Ok(true)
        })
        .await
    }

    /// Ends the federation and removes what it brought.
    pub async fn remove_federation(&self) -> Result<()> {
        self.exclusive(LOCK_LIMIT, |records| {
            records.erase(&records.federation_key())?;
            records.erase(&records.federated_identity_key())
        })
        .await
    }
}

impl Records {
    fn save_identity(&self, owner: &IdentityOwner, mut identity: IdentityRecord) -> Result<bool> {
        let key = self.identity_key(owner);
        if !self.may_have_identity(owner)? {
            return Ok(false);
        }
        if let Some(stored) = readable(self.read::<IdentityRecord>(&key))? {
            identity.unknown = stored.unknown;
        }
        self.write(&key, &identity)?;
        // A sign-out that got no lock goes without, and may have come in between.
        if self.may_have_identity(owner)? {
            return Ok(true);
        }
        self.erase(&key)?;
        Ok(false)
    }

    fn may_have_identity(&self, owner: &IdentityOwner) -> Result<bool> {
        Ok(match owner {
            IdentityOwner::Guest => true,
            IdentityOwner::User { username, user_id } => {
                let is_theirs = |entry: &AccountEntry| entry.username == *username && entry.user_id == *user_id;
                self.accounts()?.is_some_and(|accounts| accounts.accounts.iter().any(is_theirs))
            }
            IdentityOwner::Federated { began } => {
                let federation = readable(self.read::<FederationRecord>(&self.federation_key()))?;
                federation.is_some_and(|federation| federation.began == *began)
            }
        })
    }

    fn identity_key(&self, owner: &IdentityOwner) -> String {
        match owner {
            IdentityOwner::Guest => self.key("guest/identity"),
            IdentityOwner::User { username, .. } => format!("{}identity", self.account_prefix(username)),
            IdentityOwner::Federated { .. } => self.federated_identity_key(),
        }
    }

    fn federated_identity_key(&self) -> String {
        self.key("federation/identity")
    }

    fn federation_key(&self) -> String {
        self.key("federation/provider")
    }
}

/// What cannot be decoded was set aside and counts as absent: everything in it can be had anew.
fn readable<T>(read: Result<Option<T>>) -> Result<Option<T>> {
    match read {
        Err(Error::StorageCorrupt(_)) => Ok(None),
        read => read,
    }
}
