//! The accounts of one client and their sessions as transactions on the records: each is a read, a comparison and a few
//! writes in an order that a crash may cut at any point.
//!
//! The accounts' record is what counts. A sign-in writes its session first and lists it then; a sign-out takes the account
//! off the list first and removes its records then; a refresh never touches the list, so it cannot bring back what was
//! signed out. `README.md` beside this file has the table of what a crash leaves.

use crate::error::{Error, Result};
use crate::support::secret::Secret;

use super::record::{AccountEntry, AccountsRecord, SessionRecord};
use super::records::Records;
use super::whose::{Until, Who, Whose};
use crate::support::shown::shows;

/// The accounts as this process knows them.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Index {
    pub generation: u64,
    pub current: Option<String>,
    pub accounts: Vec<AccountEntry>,
}
shows!(Index { generation, accounts });

impl From<AccountsRecord> for Index {
    fn from(record: AccountsRecord) -> Self {
        Self { generation: record.generation, current: record.current, accounts: record.accounts }
    }
}

/// What the store says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Loaded {
    pub index: Index,
    /// The current account's session.
    pub session: Option<Box<SessionRecord>>,
}

/// What becomes of the session of another user who is signed in when somebody signs in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, uniffi::Enum)]
pub enum ExistingSession {
    /// It ends here and is revoked at the service. The default.
    #[default]
    Replace,
    /// It stays in the store: `switchAccount` goes back to it.
    Keep,
    /// The sign-in is refused with `another_user_signed_in` before anything is sent.
    Refuse,
}

/// What storing a new session came to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Begun {
    /// It is stored, and its account is the current one.
    Stored {
        index: Index,
        session: Box<SessionRecord>,
        /// What nobody will use any more: the sessions that it took the place of.
        replaced: Vec<SignedOutAccount>,
        /// Whether nothing of them is left in the store.
        is_tidy: bool,
    },
    /// The sign-in was not wanted any longer; nothing of it is left.
    Unwanted,
}

/// What storing a renewed session came to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Renewed {
    /// It is stored, with the fields that the stored one had of a newer release.
    Stored(Box<SessionRecord>),
    /// Not: another process has stored this one, which is as new or newer.
    Newer(Box<SessionRecord>),
    /// Not: the account was signed out.
    Gone,
}

/// What a sign-out did.
#[derive(Debug)]
pub(crate) struct SignedOut {
    pub index: Index,
    /// Whether the list changed by it, so that the generation is one more than before.
    pub changed: bool,
    pub removed: Vec<SignedOutAccount>,
    /// Why something of it is still in the store; the next transaction of this kind tries again.
    pub problem: Option<Error>,
}

/// What is known of a session that was just removed, to revoke its tokens at the service.
#[derive(Clone, PartialEq)]
pub(crate) struct SignedOutAccount {
    pub username: String,
    pub refresh_token: Option<Secret>,
    pub access_token: Secret,
}
shows!(SignedOutAccount {});

impl From<SessionRecord> for SignedOutAccount {
    fn from(record: SessionRecord) -> Self {
        let SessionRecord { username, refresh_token, access_token, .. } = record;
        Self { username, refresh_token, access_token }
    }
}

impl Records {
    /// The accounts and the current one's session. Locked, failing and unreadable are errors, never "nothing".
    pub fn load(&self) -> Result<Loaded> {
        let index = Index::from(self.accounts()?.unwrap_or_default());
        let session = match &index.current {
            Some(username) => self.session_of(&index, username)?,
            None => None,
        };
        Ok(Loaded { index, session: session.map(Box::new) })
    }

    /// How many changes the accounts have seen: cheap to ask, and the same as long as there is nothing to learn.
    pub fn generation(&self) -> Result<u64> {
        Ok(self.accounts()?.map_or(0, |accounts| accounts.generation))
    }

    /// One account's session, as another process may have left it; `None` if it is signed out.
    pub fn session(&self, username: &str) -> Result<Option<SessionRecord>> {
        match self.accounts()? {
            Some(accounts) => self.session_of(&accounts.into(), username),
            None => Ok(None),
        }
    }

    /// Stores the session that a sign-in began, and makes its account the current one.
    pub fn begin(
        &self,
        mut session: SessionRecord,
        existing: ExistingSession,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<Begun> {
        let mut accounts = self.accounts_or_rebuilt()?;
        let before = accounts.entry(&session.username).cloned();
        let stored = self.lenient(self.read::<SessionRecord>(&self.session_key(&session.username)))?;
        if !is_wanted() {
            return Ok(Begun::Unwanted);
        }
        // A crash may have left a session that is newer than the list.
        accounts.generation = stored.as_ref().map_or(0, |stored| stored.began).max(accounts.generation) + 1;
        (session.began, session.revision) = (accounts.generation, 1);
        let mut replaced = Vec::new();
        if let Some(stored) = stored {
            session.unknown = stored.unknown.clone();
            // Its own tokens are there already where this is tried for the second time.
            replaced
                .extend(Some(stored).filter(|stored| stored.refresh_token != session.refresh_token).map(Into::into));
        }
        self.write(&self.session_key(&session.username), &session)?;
        // What is not listed yet can still be taken back: should that fail, it is a leftover and nobody's session.
        if before.is_none() && !is_wanted() {
            let _ = self.erase_account(&session.username);
            return Ok(Begun::Unwanted);
        }
        let other = accounts.current.take().filter(|name| *name != session.username);
        if let Some(other) = other.filter(|_| existing == ExistingSession::Replace) {
            replaced.extend(self.session_of(&accounts.clone().into(), &other).ok().flatten().map(Into::into));
            accounts.accounts.retain(|entry| entry.username != other);
            accounts.leaving.push(other);
        }
        accounts.leaving.retain(|name| *name != session.username);
        accounts.accounts.retain(|entry| entry.username != session.username);
        accounts.accounts.push(AccountEntry {
            username: session.username.clone(),
            user_id: session.user_id.clone(),
            began: session.began,
            unknown: before.map(|entry| entry.unknown).unwrap_or_default(),
        });
        accounts.current = Some(session.username.clone());
        self.write(&self.accounts_key(), &accounts)?;
        let (accounts, problem) = self.finish_leaving(accounts);
        let is_tidy = problem.is_none();
        Ok(Begun::Stored { index: accounts.into(), session: Box::new(session), replaced, is_tidy })
    }

    /// Stores new tokens, or a verdict, in the place of an older record of the same session. The list stays as it is, so that
    /// a sign-out that goes without the lock is not undone; one that cannot be read says nothing, and what this process
    /// knows of it takes its place.
    pub fn renew(&self, mut session: SessionRecord, known: &Index) -> Result<Renewed> {
        let accounts = match self.accounts() {
            Ok(None) => return Ok(Renewed::Gone),
            Ok(Some(accounts)) => accounts,
            Err(Error::StorageCorrupt(_)) => self.repaired(known)?,
            Err(error) => return Err(error),
        };
        if accounts.entry(&session.username).is_none() {
            return Ok(Renewed::Gone);
        }
        let key = self.session_key(&session.username);
        match self.lenient(self.read::<SessionRecord>(&key))? {
            Some(stored) if stored == session => return Ok(Renewed::Stored(Box::new(session))),
            // A verdict gives way to tokens: the service renewed the session after all, for another process.
            Some(stored) if stored.age() >= session.age() && !gives_way(&stored, &session) => {
                return Ok(Renewed::Newer(Box::new(stored)));
            }
            Some(stored) => session.unknown = stored.unknown,
            None => {}
        }
        self.write(&key, &session)?;
        Ok(Renewed::Stored(Box::new(session)))
    }

    /// Makes another account the current one. `None` if it has no session here.
    pub fn switch(&self, username: &str) -> Result<Option<Loaded>> {
        let Some(mut accounts) = self.accounts()? else { return Ok(None) };
        let Some(session) = self.session_of(&accounts.clone().into(), username)? else { return Ok(None) };
        if accounts.current.as_deref() != Some(username) {
            accounts.generation += 1;
            accounts.current = Some(username.to_owned());
            self.write(&self.accounts_key(), &accounts)?;
        }
        Ok(Some(Loaded { index: accounts.into(), session: Some(Box::new(session)) }))
    }

    /// Takes accounts off the list and removes what there is of them. Once the list is written they are signed out,
    /// whatever happens then: what could not be removed is removed at the next occasion.
    pub fn sign_out(&self, whose: &Whose) -> Result<SignedOut> {
        let mut accounts = self.accounts_or_rebuilt()?;
        let index = Index::from(accounts.clone());
        let (mut meant, mut stay) = (Vec::new(), Vec::new());
        for entry in &index.accounts {
            if self.is_meant(whose, &index, entry)? { &mut meant } else { &mut stay }.push(entry.clone());
        }
        let session = |entry: &AccountEntry| self.session_of(&index, &entry.username).ok().flatten();
        let removed = meant.iter().filter_map(session).map(SignedOutAccount::from).collect();
        let changed = !meant.is_empty();
        if changed {
            accounts.generation += 1;
            accounts.current = accounts.current.filter(|name| meant.iter().all(|entry| entry.username != *name));
            accounts.leaving.extend(meant.into_iter().map(|entry| entry.username));
            accounts.accounts = stay;
            self.write(&self.accounts_key(), &accounts)?;
        }
        let (accounts, mut problem) = self.finish_leaving(accounts);
        let swept = match &whose.who {
            Who::All => self.sweep(&accounts).and_then(|()| self.erase_copy_of_accounts()),
            // A sign-in that could not be stored to its end left records that nothing lists.
            Who::User(username) if accounts.entry(username).is_none() => self.erase_account(username),
            Who::User(_) | Who::Current => Ok(()),
        };
        problem = problem.or(swept.err());
        Ok(SignedOut { index: accounts.into(), changed, removed, problem })
    }

    fn is_meant(&self, whose: &Whose, index: &Index, entry: &AccountEntry) -> Result<bool> {
        let is_theirs = match &whose.who {
            Who::All => true,
            Who::Current => index.current.as_ref() == Some(&entry.username),
            Who::User(username) => entry.username == *username,
        };
        Ok(is_theirs
            && match whose.until {
                Until::Ever => true,
                Until::Generation(known) => entry.began <= known,
                Until::Moment { known, at } => {
                    let session = || self.lenient(self.session_of(index, &entry.username));
                    entry.began <= known || session()?.is_none_or(|session| session.signed_in_at <= at)
                }
            })
    }

    /// Leaves nobody the current account, if it is one that began until then; it stays signed in.
    pub fn leave(&self, until: Until) -> Result<SignedOut> {
        let mut accounts = self.accounts_or_rebuilt()?;
        let (index, whose) = (Index::from(accounts.clone()), Whose { who: Who::Current, until });
        let mut changed = false;
        for entry in &index.accounts {
            changed |= self.is_meant(&whose, &index, entry)?;
        }
        if changed {
            accounts.generation += 1;
            accounts.current = None;
            self.write(&self.accounts_key(), &accounts)?;
        }
        Ok(SignedOut { index: accounts.into(), changed, removed: Vec::new(), problem: None })
    }

    /// Removes what crashes left: records of accounts that are being signed out, and of those that are not listed.
    pub fn tidy(&self) -> Result<()> {
        let Some(accounts) = self.accounts()? else { return self.sweep(&AccountsRecord::default()) };
        self.sweep(&accounts)?;
        if !accounts.leaving.is_empty() {
            self.write(&self.accounts_key(), &AccountsRecord { leaving: Vec::new(), ..accounts })?;
        }
        Ok(())
    }

    pub(super) fn accounts(&self) -> Result<Option<AccountsRecord>> {
        self.read(&self.accounts_key())
    }

    /// The session that the list means. One that began before is a leftover of a process that did not see the sign-in.
    fn session_of(&self, index: &Index, username: &str) -> Result<Option<SessionRecord>> {
        let Some(entry) = index.accounts.iter().find(|entry| entry.username == username) else { return Ok(None) };
        let session: Option<SessionRecord> = self.read(&self.session_key(username))?;
        Ok(session.filter(|session| session.began >= entry.began))
    }

    /// The accounts, where somebody's will is to be done whatever state they are in: an unreadable record was set aside,
    /// and what the sessions themselves say takes its place.
    fn accounts_or_rebuilt(&self) -> Result<AccountsRecord> {
        match self.accounts() {
            Err(Error::StorageCorrupt(_)) => self.rebuilt(),
            read => Ok(read?.unwrap_or_default()),
        }
    }

    /// Removes the records of those who leave, and notes that it is done. Failing that, it is done at the next occasion.
    fn finish_leaving(&self, accounts: AccountsRecord) -> (AccountsRecord, Option<Error>) {
        if accounts.leaving.is_empty() {
            return (accounts, None);
        }
        let done = AccountsRecord { leaving: Vec::new(), ..accounts.clone() };
        let erased = accounts.leaving.iter().try_for_each(|username| self.erase_account(username));
        match erased.and_then(|()| self.write(&self.accounts_key(), &done)) {
            Ok(()) => (done, None),
            Err(error) => (accounts, Some(error)),
        }
    }

    /// The list as this process knows it, in the place of one that cannot be read (a copy was set aside).
    fn repaired(&self, known: &Index) -> Result<AccountsRecord> {
        let Index { generation, current, accounts } = known.clone();
        let generation = generation + 1;
        let repaired = AccountsRecord { generation, current, accounts, ..AccountsRecord::default() };
        self.write(&self.accounts_key(), &repaired)?;
        Ok(repaired)
    }

    /// An unreadable record (a copy was set aside) is overwritten; a store that fails is not.
    fn lenient<T>(&self, read: Result<Option<T>>) -> Result<Option<T>> {
        match read {
            Err(Error::StorageCorrupt(_)) => Ok(None),
            other => other,
        }
    }
}

/// Whether the stored verdict gives way to the tokens: both continue the same record.
fn gives_way(stored: &SessionRecord, session: &SessionRecord) -> bool {
    stored.ended.is_some() && session.ended.is_none() && stored.age() == session.age()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_names_nobody() {
        let ann = || "ann".to_owned();
        let entry = AccountEntry { username: ann(), user_id: ann(), began: 1, unknown: serde_json::Map::new() };
        let index = Index { generation: 2, current: Some(ann()), accounts: vec![entry] };
        assert_eq!(format!("{index:?}"), "Index { generation: 2, accounts: [AccountEntry { began: 1, .. }], .. }");
        let account = SignedOutAccount { username: ann(), refresh_token: None, access_token: Secret::new("opaque") };
        assert_eq!(format!("{account:?}"), "SignedOutAccount { .. }");
    }
}
