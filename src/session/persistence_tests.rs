//! The queue of writes: what makes what needless, and what stays due.

use serde_json::Map;

use super::*;
use crate::storage::{LockOutcome, MemoryStore, SecureStore, StoreFailure, Stored, Until};
use crate::support::random::SystemRandom;
use crate::support::secret::Secret;

fn record(name: &str, revision: u64) -> SessionRecord {
    SessionRecord {
        began: 0,
        revision,
        username: name.to_owned(),
        user_id: format!("sub-{name}"),
        access_token: Secret::new("access"),
        id_token: None,
        refresh_token: Some(Secret::new("refresh")),
        device_key: None,
        signed_in_at: 0,
        received_at: 0,
        expires_at: 0,
        wall_clock: 0,
        clock_offset: 0,
        web_ui: false,
        ended: None,
        unknown: Map::new(),
    }
}

fn begin(name: &str, revision: u64) -> Write {
    Write::Begin { session: Arc::new(Session::from_record(record(name, revision))), existing: ExistingSession::Keep }
}

fn renew(name: &str, revision: u64) -> Write {
    Write::Renew { session: Arc::new(Session::from_record(record(name, revision))), known: Index::default() }
}

fn sign_out(name: &str) -> Write {
    Write::SignOut(Whose::user(name.to_owned(), Until::Generation(9)))
}

/// What is due after these writes, in words.
fn due(writes: &[Write]) -> Vec<String> {
    let mut due = VecDeque::new();
    for write in writes {
        enqueue(&mut due, write);
    }
    let words = |write: Write| match write {
        Write::Begin { session, .. } => format!("begin {} {}", session.username(), session.record().revision),
        Write::Renew { session, .. } => format!("renew {} {}", session.username(), session.record().revision),
        Write::SignOut(Whose { who: Who::User(username), .. }) => format!("sign out {username}"),
        Write::SignOut(whose) => format!("sign out {:?}", whose.who),
        Write::Leave(_) => "leave".to_owned(),
        Write::Tidy => "tidy".to_owned(),
    };
    due.into_iter().map(words).collect()
}

#[test]
fn of_one_users_session_only_the_newest_is_written() {
    assert_eq!(due(&[begin("ann", 1), renew("ann", 2)]), ["begin ann 2"]);
    assert_eq!(due(&[renew("ann", 1), renew("ann", 2)]), ["renew ann 2"]);
    assert_eq!(due(&[begin("ann", 1), begin("ann", 2)]), ["begin ann 2"]);
    assert_eq!(due(&[renew("ann", 1), begin("ann", 2)]), ["begin ann 2"]);
}

#[test]
fn what_is_due_for_another_user_stays() {
    assert_eq!(due(&[begin("bob", 1), renew("ann", 2)]), ["begin bob 1", "renew ann 2"]);
    assert_eq!(due(&[renew("bob", 1), renew("ann", 2)]), ["renew bob 1", "renew ann 2"]);
    assert_eq!(due(&[begin("bob", 1), renew("bob", 2), begin("ann", 3)]), ["begin bob 2", "begin ann 3"]);
    assert_eq!(due(&[renew("bob", 1), Write::Tidy, begin("ann", 2)]), ["renew bob 1", "tidy", "begin ann 2"]);
}

#[test]
fn tokens_of_who_signs_out_are_not_written() {
    assert_eq!(due(&[begin("ann", 1), sign_out("ann")]), ["leave", "sign out ann"]);
    assert_eq!(due(&[renew("ann", 1), renew("bob", 1), sign_out("ann")]), ["renew bob 1", "sign out ann"]);
    assert_eq!(due(&[sign_out("ann"), sign_out("bob"), sign_out("ann")]), ["sign out bob", "sign out ann"]);
    let replacing =
        Write::Begin { session: Arc::new(Session::from_record(record("ann", 1))), existing: ExistingSession::Replace };
    assert_eq!(due(&[replacing, Write::Tidy, sign_out("ann")]), ["sign out Current", "tidy", "sign out ann"]);
}

#[test]
fn no_other_account_becomes_the_current_one_by_a_sign_out_that_waits() {
    let current = || Write::SignOut(Whose::CURRENT);
    assert_eq!(due(&[begin("bob", 1), begin("ann", 1), sign_out("ann")]), ["begin bob 1", "leave", "sign out ann"]);
    // Nobody is the current one any more, so bob is not meant.
    let twice = [begin("bob", 1), begin("ann", 1), sign_out("ann"), current()];
    assert_eq!(due(&twice), ["begin bob 1", "leave", "sign out ann", "sign out Current"]);
    assert_eq!(due(&[begin("bob", 1), begin("ann", 1), current()]), ["begin bob 1", "leave", "sign out Current"]);
}

/// Works, or refuses to write or to remove.
#[derive(Debug, Default)]
struct Moody {
    store: MemoryStore,
    refuses_writes: AtomicBool,
    refuses_removals: AtomicBool,
}

impl Moody {
    fn refused(refuses: &AtomicBool) -> std::result::Result<(), StoreFailure> {
        if refuses.load(Ordering::Relaxed) { Err(StoreFailure::Failed("refused".to_owned())) } else { Ok(()) }
    }
}

impl SecureStore for Moody {
    fn read(&self, key: &str) -> std::result::Result<Stored, StoreFailure> {
        self.store.read(key)
    }

    fn write(&self, key: &str, bytes: &[u8]) -> std::result::Result<(), StoreFailure> {
        Self::refused(&self.refuses_writes).and_then(|()| self.store.write(key, bytes))
    }

    fn remove(&self, key: &str) -> std::result::Result<(), StoreFailure> {
        Self::refused(&self.refuses_removals).and_then(|()| self.store.remove(key))
    }

    fn keys(&self, prefix: &str) -> std::result::Result<Vec<String>, StoreFailure> {
        self.store.keys(prefix)
    }

    fn try_lock(&self, name: &str, owner: &str, lease: Duration) -> std::result::Result<LockOutcome, StoreFailure> {
        self.store.try_lock(name, owner, lease)
    }

    fn unlock(&self, name: &str, owner: &str) -> std::result::Result<(), StoreFailure> {
        self.store.unlock(name, owner)
    }
}

fn persistence() -> (Arc<Moody>, Persistence) {
    let store = Arc::new(Moody::default());
    let records = RecordStore::new(store.clone(), "eu-west-1_Pool", "client", Arc::new(SystemRandom));
    (store, Persistence::new(records))
}

async fn begins(persistence: &Persistence, name: &str) -> Result<Begun> {
    let changing = persistence.changing().await;
    let session = Session::from_record(record(name, 1));
    persistence.begin(&changing, &session, ExistingSession::Keep, always()).await
}

#[tokio::test]
async fn a_write_that_waited_for_others_gives_its_own_result() {
    let (store, persistence) = persistence();
    store.refuses_writes.store(true, Ordering::Relaxed);
    assert!(begins(&persistence, "bob").await.is_err());
    let is_due = |name: &str| persistence.is_due(&Session::from_record(record(name, 1)));
    assert!(persistence.is_behind() && is_due("bob") && !is_due("ann"));
    store.refuses_writes.store(false, Ordering::Relaxed);
    let Ok(Begun::Stored { index, session, .. }) = begins(&persistence, "ann").await else { panic!("not stored") };
    assert_eq!((session.username.as_str(), index.current.as_deref(), index.accounts.len()), ("ann", Some("ann"), 2));
    assert!(!persistence.is_behind());
}

#[tokio::test]
async fn a_sign_out_stays_due_until_all_of_it_is_removed() {
    let (store, persistence) = persistence();
    begins(&persistence, "ann").await.unwrap();
    store.refuses_removals.store(true, Ordering::Relaxed);
    let changing = persistence.changing().await;
    let signed_out = persistence.sign_out(&changing, Whose::CURRENT).await.unwrap();
    assert!(signed_out.changed && signed_out.problem.is_some());
    assert!(persistence.is_behind() && !persistence.is_due(&Session::from_record(record("ann", 1))));
    let (_, problem) = persistence.flush(&changing).await;
    assert!(problem.is_some() && persistence.is_behind());
    store.refuses_removals.store(false, Ordering::Relaxed);
    let (_, problem) = persistence.flush(&changing).await;
    assert!(problem.is_none() && !persistence.is_behind());
    assert_eq!(store.keys("portcullis/eu-west-1_Pool/client/account/").unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn one_task_at_a_time_tries_again_and_none_where_nothing_is_due() {
    let (store, persistence) = persistence();
    assert!(!persistence.becomes_flusher());
    store.refuses_writes.store(true, Ordering::Relaxed);
    assert!(begins(&persistence, "ann").await.is_err());
    assert!(persistence.becomes_flusher());
    assert!(!persistence.becomes_flusher());
    persistence.stops_flushing();
    assert!(persistence.becomes_flusher());
}

#[tokio::test]
async fn new_tokens_of_a_sign_in_that_waits_are_stored_with_it_and_those_of_the_one_before_are_not() {
    let (store, persistence) = persistence();
    store.refuses_writes.store(true, Ordering::Relaxed);
    assert!(begins(&persistence, "ann").await.is_err());
    store.refuses_writes.store(false, Ordering::Relaxed);
    let changing = persistence.changing().await;
    let before = Session::from_record(SessionRecord { signed_in_at: -1, ..record("ann", 5) });
    assert_eq!(persistence.renew(&changing, &before, Index::default()).await, Ok(Renewed::Gone));
    let renewed = Session::from_record(record("ann", 2));
    let stored = persistence.renew(&changing, &renewed, Index::default()).await;
    assert!(matches!(stored, Ok(Renewed::Stored(record)) if record.username == "ann" && record.began == 1));
}

#[tokio::test]
async fn a_sign_out_means_who_is_there_at_once_and_later_only_who_had_begun() {
    let until = Until::Generation(0);
    for fails_first in [false, true] {
        let (store, persistence) = persistence();
        begins(&persistence, "ann").await.unwrap(); // in generation 1, which the sign-out had not seen
        let changing = persistence.changing().await;
        store.refuses_writes.store(fails_first, Ordering::Relaxed);
        let signed_out = persistence.sign_out(&changing, Whose { who: Who::Current, until }).await;
        assert_eq!(signed_out.is_err(), fails_first);
        store.refuses_writes.store(false, Ordering::Relaxed);
        drop(changing);
        let Ok(Begun::Stored { index, .. }) = begins(&persistence, "bob").await else { panic!("not stored") };
        assert_eq!(index.accounts.len(), if fails_first { 2 } else { 1 });
    }
}
