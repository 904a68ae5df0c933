//! The transactions of [`Records`], one store call at a time: the real function is run again from its beginning with the
//! answers it had so far, up to the first call that has none yet. So the model has no copy of any of them.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, LazyLock, Mutex};

use crate::error::Error;
use crate::storage::record::{AccountEntry, AccountsRecord, EndRecord, SessionRecord};
use crate::storage::{
    Begun, ExistingSession, Index, Records, Renewed, SecureStore, SignedOutAccount, StoreFailure, Stored, Until, Whose,
};
use crate::support::secret::Secret;

use super::interned::Bytes;
use super::service::{ACCOUNTS, Account, Token};

/// A session as the model's processes know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Session {
    pub account: Account,
    pub began: u64,
    pub revision: u64,
    pub token: Token,
    pub ended: bool,
}

impl Session {
    pub fn age(&self) -> (u64, u64) {
        (self.began, self.revision)
    }

    /// Whether both are the session of one sign-in: `current.rs`, `is_same`.
    pub fn is_same(&self, other: &Self) -> bool {
        self.account == other.account && self.began == other.began
    }

    fn record(self) -> SessionRecord {
        SessionRecord {
            began: self.began,
            revision: self.revision,
            username: self.account.to_owned(),
            user_id: self.account.to_owned(),
            access_token: Secret::new("access"),
            id_token: None,
            refresh_token: Some(Secret::new(self.token.to_string())),
            device_key: None,
            signed_in_at: 0,
            received_at: 0,
            expires_at: 0,
            wall_clock: 0,
            clock_offset: 0,
            web_ui: false,
            ended: self.ended.then(|| EndRecord {
                code: "ended".to_owned(),
                text: String::new(),
                service_code: None,
                request_id: None,
                unknown: serde_json::Map::new(),
            }),
            unknown: serde_json::Map::new(),
        }
    }

    pub fn of(record: &SessionRecord) -> Self {
        Self {
            account: account(&record.username),
            began: record.began,
            revision: record.revision,
            token: token(record.refresh_token.as_ref()),
            ended: record.ended.is_some(),
        }
    }
}

/// One call of a [`Records`] function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transaction {
    Generation,
    Load,
    Session(Account),
    Begin(Session, Existing),
    Renew(Session),
    SignOut(Meant),
    Switch(Account),
    Tidy,
    /// Planted: takes the session away first and the account off the list then.
    ErasingSignOut(Meant),
    /// Planted: lists the account first and writes its session then.
    ListingBegin(Session, Existing),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Existing {
    Replace,
    Keep,
}

/// Whom a sign-out is about, as in [`Whose`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meant {
    Current,
    User(Account, u64),
    All,
}

impl Meant {
    pub fn is(self, accounts: &AccountsRecord, entry: &AccountEntry) -> bool {
        match self {
            Self::Current => accounts.current.as_ref() == Some(&entry.username),
            Self::User(name, began) => entry.username == name && entry.began <= began,
            Self::All => true,
        }
    }

    fn whose(self) -> Whose {
        match self {
            Self::Current => Whose::CURRENT,
            Self::User(name, began) => Whose::user(name.to_owned(), Until::Generation(began)),
            Self::All => Whose::ALL,
        }
    }
}

/// What a transaction asks of the store, or of whoever began it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    Read(Bytes),
    Write(Bytes, Bytes),
    Remove(Bytes),
    Keys(Bytes),
    IsWanted,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    Found(Bytes),
    Absent,
    Done,
    Keys(Vec<Bytes>),
    Wanted(bool),
}

/// What a transaction came to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    Generation(u64),
    Loaded(u64, Option<Session>),
    Session(Option<Session>),
    Begun { generation: u64, session: Session, replaced: Vec<Token> },
    Unwanted,
    Stored(Session),
    Newer(Session),
    Gone,
    SignedOut { generation: u64, current: Option<Account>, removed: Vec<Token> },
    NoSuchAccount,
    Tidied,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Next {
    Call(Call),
    Outcome(Outcome),
}

/// What is in the store.
pub type Contents = BTreeMap<Bytes, Bytes>;

/// What the transaction does after these answers.
pub fn next(transaction: Transaction, replies: &[Reply]) -> Next {
    type Known = HashMap<(Transaction, Vec<Reply>), Next>;
    // It depends on nothing else, so each is computed once.
    thread_local!(static KNOWN: RefCell<Known> = RefCell::default());
    let asked = (transaction, replies.to_vec());
    KNOWN.with_borrow_mut(|known| known.entry(asked).or_insert_with(|| replayed(transaction, replies)).clone())
}

fn replayed(transaction: Transaction, replies: &[Reply]) -> Next {
    let replay = Arc::new(Replay { replies: Mutex::new(replies.iter().cloned().collect()), next: Mutex::default() });
    let outcome = run(&records(replay.clone()), &replay, transaction);
    let next = replay.next.lock().unwrap().take();
    match next {
        Some(call) => Next::Call(call),
        None => Next::Outcome(outcome.unwrap()),
    }
}

/// Runs a transaction to its end on what is in a store.
pub fn completed(transaction: Transaction, contents: &mut Contents) -> Outcome {
    let mut replies = Vec::new();
    loop {
        match next(transaction, &replies) {
            Next::Outcome(outcome) => return outcome,
            Next::Call(Call::IsWanted) => replies.push(Reply::Wanted(true)),
            Next::Call(call) => replies.push(answer(contents, &call)),
        }
    }
}

/// What a store does.
pub fn answer(contents: &mut Contents, call: &Call) -> Reply {
    match call {
        Call::Read(key) => contents.get(key).map_or(Reply::Absent, |bytes| Reply::Found(*bytes)),
        Call::Write(key, bytes) => {
            contents.insert(*key, *bytes);
            Reply::Done
        }
        Call::Remove(key) => {
            contents.remove(key);
            Reply::Done
        }
        Call::Keys(prefix) => {
            let prefix = prefix.text();
            Reply::Keys(contents.keys().filter(|key| key.text().starts_with(&prefix)).copied().collect())
        }
        Call::IsWanted => Reply::Wanted(true),
    }
}

/// Where the list of accounts is.
pub fn list() -> Bytes {
    static LIST: LazyLock<Bytes> = LazyLock::new(|| key(Records::accounts_key));
    *LIST
}

/// Where the sessions are.
pub fn sessions() -> [Bytes; 2] {
    static SESSIONS: LazyLock<[Bytes; 2]> =
        LazyLock::new(|| ACCOUNTS.map(|name| key(|records| records.session_key(name))));
    *SESSIONS
}

fn key(of: impl FnOnce(&Records) -> String) -> Bytes {
    Bytes::new(of(&records(Arc::new(crate::storage::MemoryStore::new()))).as_bytes())
}

fn records(store: Arc<dyn SecureStore>) -> Records {
    Records::new(store, "pool", "client")
}

fn run(records: &Records, replay: &Replay, transaction: Transaction) -> Result<Outcome, Error> {
    let is_wanted = || replay.is_wanted();
    let session_of = |record: Option<Box<SessionRecord>>| record.map(|record| Session::of(&record));
    Ok(match transaction {
        Transaction::Generation => Outcome::Generation(records.generation()?),
        Transaction::Load => {
            let loaded = records.load()?;
            Outcome::Loaded(loaded.index.generation, session_of(loaded.session))
        }
        Transaction::Session(name) => Outcome::Session(records.session(name)?.map(|record| Session::of(&record))),
        Transaction::Begin(session, existing) => begun(records.begin(session.record(), existing.into(), &is_wanted)?),
        Transaction::Renew(session) => match records.renew(session.record(), &Index::default())? {
            Renewed::Stored(record) => Outcome::Stored(Session::of(&record)),
            Renewed::Newer(record) => Outcome::Newer(Session::of(&record)),
            Renewed::Gone => Outcome::Gone,
        },
        Transaction::SignOut(meant) => signed_out(records, meant)?,
        Transaction::Switch(name) => match records.switch(name)? {
            Some(loaded) => Outcome::Loaded(loaded.index.generation, session_of(loaded.session)),
            None => Outcome::NoSuchAccount,
        },
        Transaction::Tidy => records.tidy().map(|()| Outcome::Tidied)?,
        Transaction::ErasingSignOut(meant) => {
            if let Meant::User(name, _) = meant {
                records.erase_account(name)?;
            }
            signed_out(records, meant)?
        }
        Transaction::ListingBegin(session, existing) => {
            let key = records.accounts_key();
            let mut accounts: AccountsRecord = records.read(&key)?.unwrap_or_default();
            accounts.generation += 1;
            let SessionRecord { username, user_id, .. } = session.record();
            accounts.current = Some(username.clone());
            accounts.accounts.retain(|entry| entry.username != username);
            let began = accounts.generation;
            accounts.accounts.push(AccountEntry { username, user_id, began, unknown: serde_json::Map::new() });
            records.write(&key, &accounts)?;
            begun(records.begin(session.record(), existing.into(), &is_wanted)?)
        }
    })
}

fn begun(begun: Begun) -> Outcome {
    match begun {
        Begun::Stored { index, session, replaced, .. } => {
            let replaced = replaced.iter().map(token_of).collect();
            Outcome::Begun { generation: index.generation, session: Session::of(&session), replaced }
        }
        Begun::Unwanted => Outcome::Unwanted,
    }
}

fn signed_out(records: &Records, meant: Meant) -> Result<Outcome, Error> {
    let signed_out = records.sign_out(&meant.whose())?;
    let removed = signed_out.removed.iter().map(token_of).collect();
    let Index { generation, current, .. } = signed_out.index;
    Ok(Outcome::SignedOut { generation, current: current.as_deref().map(account), removed })
}

impl From<Existing> for ExistingSession {
    fn from(existing: Existing) -> Self {
        match existing {
            Existing::Replace => Self::Replace,
            Existing::Keep => Self::Keep,
        }
    }
}

fn token_of(account: &SignedOutAccount) -> Token {
    token(account.refresh_token.as_ref())
}

fn token(secret: Option<&Secret>) -> Token {
    secret.unwrap().expose().parse().unwrap()
}

fn account(username: &str) -> Account {
    ACCOUNTS.into_iter().find(|name| *name == username).unwrap()
}

/// A store that gives the answers that were given before, notes the first call beyond them and refuses the rest.
#[derive(Debug)]
struct Replay {
    replies: Mutex<VecDeque<Reply>>,
    next: Mutex<Option<Call>>,
}

impl Replay {
    fn ask(&self, call: Call) -> Result<Reply, StoreFailure> {
        let mut next = self.next.lock().unwrap();
        if next.is_none() {
            if let Some(reply) = self.replies.lock().unwrap().pop_front() {
                return Ok(reply);
            }
            *next = Some(call);
        }
        Err(StoreFailure::Failed("not yet".to_owned()))
    }

    fn is_wanted(&self) -> bool {
        matches!(self.ask(Call::IsWanted), Ok(Reply::Wanted(true)))
    }
}

impl SecureStore for Replay {
    fn read(&self, key: &str) -> Result<Stored, StoreFailure> {
        match self.ask(Call::Read(Bytes::new(key.as_bytes())))? {
            Reply::Found(bytes) => Ok(Stored::Found(bytes.to_vec())),
            _ => Ok(Stored::Absent),
        }
    }

    fn write(&self, key: &str, bytes: &[u8]) -> Result<(), StoreFailure> {
        self.ask(Call::Write(Bytes::new(key.as_bytes()), Bytes::new(bytes))).map(drop)
    }

    fn remove(&self, key: &str) -> Result<(), StoreFailure> {
        self.ask(Call::Remove(Bytes::new(key.as_bytes()))).map(drop)
    }

    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreFailure> {
        match self.ask(Call::Keys(Bytes::new(prefix.as_bytes())))? {
            Reply::Keys(keys) => Ok(keys.into_iter().map(Bytes::text).collect()),
            _ => Ok(Vec::new()),
        }
    }
}
