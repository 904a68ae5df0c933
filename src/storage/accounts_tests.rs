//! The transactions against a store that dies after any number of calls: what a crash leaves, and that the next process
//! makes it good.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Map, Value};

use super::accounts::{Begun, ExistingSession, Renewed};
use super::dying_store::DyingStore;
use super::record::{EndRecord, SessionRecord};
use super::records::Records;
use super::whose::{Until, Who, Whose};
use super::{MemoryStore, SecureStore, Stored};
use crate::error::Error;
use crate::support::secret::Secret;

const POOL: &str = "portcullis/eu-west-1_Pool/client";

fn session(username: &str, token: &str) -> SessionRecord {
    SessionRecord {
        began: 0,
        revision: 1,
        username: username.to_owned(),
        user_id: format!("sub-{username}"),
        access_token: Secret::new("access"),
        id_token: None,
        refresh_token: Some(Secret::new(token)),
        device_key: None,
        signed_in_at: 0,
        received_at: 0,
        expires_at: 3600,
        wall_clock: 0,
        clock_offset: 0,
        web_ui: false,
        ended: None,
        unknown: Map::new(),
    }
}

fn records(store: impl SecureStore + 'static) -> Records {
    Records::new(Arc::new(store), "eu-west-1_Pool", "client")
}

fn begin(records: &Records, username: &str, existing: ExistingSession) -> Result<Begun, Error> {
    records.begin(session(username, &format!("token-{username}")), existing, &|| true)
}

/// A store with these accounts, the last one current.
fn store_with(usernames: &[&str]) -> Arc<MemoryStore> {
    let store = Arc::new(MemoryStore::new());
    for username in usernames {
        begin(&records(store.clone()), username, ExistingSession::Keep).unwrap();
    }
    store
}

fn current(store: &Arc<MemoryStore>) -> Option<String> {
    let loaded = records(store.clone()).load().unwrap();
    let session = loaded.session.map(|session| session.username.clone());
    assert_eq!(session, loaded.index.current);
    session
}

fn keys(store: &Arc<MemoryStore>, part: &str) -> Vec<String> {
    let mut keys = store.keys(&format!("{POOL}/account/{part}")).unwrap();
    keys.sort();
    keys
}

/// Whose records are still to be removed, as the list says.
fn leaving(store: &Arc<MemoryStore>) -> Option<Value> {
    let Stored::Found(bytes) = store.read(&format!("{POOL}/accounts")).unwrap() else { return None };
    serde_json::from_slice::<Value>(&bytes).unwrap().get("leaving").cloned()
}

/// A copy of the store on which the code ran for so many calls; whether it came to its end.
fn killed_after(calls: usize, store: &Arc<MemoryStore>, code: impl Fn(&Records) -> bool) -> (Arc<MemoryStore>, bool) {
    let copy = Arc::new(MemoryStore::new());
    for key in store.keys("").unwrap() {
        if let Stored::Found(bytes) = store.read(&key).unwrap() {
            copy.write(&key, &bytes).unwrap();
        }
    }
    let ended = code(&records(DyingStore::new(copy.clone(), calls)));
    (copy, ended)
}

/// For each number of calls after which the code can be killed.
fn at_every_call(store: &Arc<MemoryStore>, code: impl Fn(&Records) -> bool, check: impl Fn(&Arc<MemoryStore>, bool)) {
    for calls in 0..60 {
        let (after, ended) = killed_after(calls, store, &code);
        check(&after, ended);
        // The next process removes what is left, and that changes nothing else.
        let before = current(&after);
        records(after.clone()).tidy().unwrap();
        assert_eq!(current(&after), before);
        assert_eq!(leaving(&after), None);
        let listed = records(after.clone()).load().unwrap().index.accounts;
        for key in keys(&after, "") {
            assert!(listed.iter().any(|entry| key.contains(&format!("/{}/", entry.username))), "left over: {key}");
        }
        if ended && calls > 40 {
            return;
        }
    }
    panic!("the code never ends");
}

#[test]
fn a_first_sign_in_killed_anywhere_leaves_nobody_or_the_user() {
    let store = store_with(&[]);
    at_every_call(
        &store,
        |records| begin(records, "ann", ExistingSession::Replace).is_ok(),
        |after, ended| assert!(current(after).as_deref() == Some("ann") || current(after).is_none() && !ended),
    );
}

#[test]
fn a_switch_of_users_killed_anywhere_leaves_the_one_or_the_other_and_no_third_record() {
    for (existing, kept) in [(ExistingSession::Replace, 0), (ExistingSession::Keep, 1)] {
        let store = store_with(&["ann"]);
        at_every_call(
            &store,
            |records| matches!(begin(records, "cat", existing), Ok(Begun::Stored { is_tidy: true, .. })),
            |after, ended| {
                let user = current(after);
                assert!(user.as_deref() == Some("cat") || user.as_deref() == Some("ann") && !ended);
                if ended || existing == ExistingSession::Keep && user.as_deref() == Some("cat") {
                    assert_eq!(keys(after, "ann/").len(), kept);
                }
            },
        );
    }
}

#[test]
fn a_second_sign_in_of_the_same_user_killed_anywhere_loses_no_session() {
    let store = store_with(&["ann"]);
    at_every_call(
        &store,
        |records| records.begin(session("ann", "newer"), ExistingSession::Replace, &|| true).is_ok(),
        |after, _| assert_eq!(current(after).as_deref(), Some("ann")),
    );
}

#[test]
fn a_sign_out_killed_anywhere_is_done_or_not_begun() {
    let store = store_with(&["bob", "ann"]);
    let sign_out = |records: &Records| records.sign_out(&Whose::CURRENT).is_ok_and(|done| done.problem.is_none());
    at_every_call(&store, sign_out, |after, ended| {
        let user = current(after);
        assert!(user.is_none() || user.as_deref() == Some("ann") && !ended);
        assert_eq!(keys(after, "bob/").len(), 1);
        assert!(!ended || keys(after, "ann/").is_empty() && leaving(after).is_none());
    });
}

#[test]
fn signing_out_all_killed_anywhere_is_done_or_not_begun() {
    let store = store_with(&["bob", "ann"]);
    let sign_out = |records: &Records| records.sign_out(&Whose::ALL).is_ok_and(|done| done.problem.is_none());
    at_every_call(&store, sign_out, |after, ended| {
        assert!(!ended || store.keys("").unwrap().len() == 3 && keys(after, "").is_empty());
        assert!(current(after).is_none() || !ended);
    });
}

#[test]
fn a_sign_in_that_is_not_wanted_leaves_nothing_of_itself() {
    let store = store_with(&["ann"]);
    for wanted_looks in 0..2 {
        let looks = AtomicUsize::new(0);
        let is_wanted = || looks.fetch_add(1, Ordering::SeqCst) < wanted_looks;
        let begun = records(store.clone()).begin(session("cat", "t"), ExistingSession::Replace, &is_wanted);
        assert_eq!(begun, Ok(Begun::Unwanted));
        assert_eq!((current(&store).as_deref(), keys(&store, "cat/").len()), (Some("ann"), 0));
    }
}

#[test]
fn the_replaced_are_named_so_that_they_can_be_revoked() {
    let store = store_with(&["bob", "ann"]);
    let tokens = |begun: Begun| match begun {
        Begun::Stored { replaced, .. } => {
            replaced.into_iter().map(|account| account.refresh_token.unwrap().expose().to_owned()).collect::<Vec<_>>()
        }
        Begun::Unwanted => panic!("unwanted"),
    };
    let again = session("ann", "newer");
    let replaced = records(store.clone()).begin(again.clone(), ExistingSession::Replace, &|| true).unwrap();
    assert_eq!(tokens(replaced), ["token-ann"]);
    // Tried for the second time, its own tokens are not among them.
    let replaced = records(store.clone()).begin(again, ExistingSession::Replace, &|| true).unwrap();
    assert_eq!(tokens(replaced), Vec::<String>::new());
    let replaced = begin(&records(store.clone()), "cat", ExistingSession::Replace).unwrap();
    assert_eq!(tokens(replaced), ["newer"]);
    let users = records(store).load().unwrap().index.accounts;
    assert_eq!(users.iter().map(|entry| entry.username.as_str()).collect::<Vec<_>>(), ["bob", "cat"]);
}

#[test]
fn a_refresh_overwrites_only_what_is_older_and_never_brings_back_what_was_signed_out() {
    let store = store_with(&["ann"]);
    let records = records(store.clone());
    let index = records.load().unwrap().index;
    let mut renewed = records.session("ann").unwrap().unwrap();
    renewed.revision = 2;
    assert_eq!(records.renew(renewed.clone(), &index), Ok(Renewed::Stored(Box::new(renewed.clone()))));
    assert_eq!(records.renew(renewed.clone(), &index), Ok(Renewed::Stored(Box::new(renewed.clone()))));
    let other = SessionRecord { access_token: Secret::new("other"), ..renewed.clone() };
    assert_eq!(records.renew(other, &index), Ok(Renewed::Newer(Box::new(renewed.clone()))));
    records.sign_out(&Whose::CURRENT).unwrap();
    let late = SessionRecord { revision: 9, ..renewed };
    assert_eq!(records.renew(late.clone(), &index), Ok(Renewed::Gone));
    // A sign-out and a sign-in within one second: the session before is older, whatever its clock said.
    begin(&records, "ann", ExistingSession::Replace).unwrap();
    let now = records.session("ann").unwrap().unwrap();
    assert_eq!(records.renew(late, &index), Ok(Renewed::Newer(Box::new(now))));
}

#[test]
fn a_verdict_gives_way_to_the_tokens_of_the_one_who_won_and_leaves_the_list_alone() {
    let store = store_with(&["ann"]);
    let records = records(store.clone());
    let index = records.load().unwrap().index;
    let mut ended = records.session("ann").unwrap().unwrap();
    ended.revision = 2;
    let won = ended.clone();
    let end = EndRecord { code: "session_expired".to_owned(), ..EndRecord::default() };
    ended.ended = Some(end);
    assert!(matches!(records.renew(ended, &index), Ok(Renewed::Stored(_))));
    assert_eq!(records.generation(), Ok(index.generation));
    assert_eq!(records.renew(won.clone(), &index), Ok(Renewed::Stored(Box::new(won.clone()))));
    assert_eq!(records.session("ann"), Ok(Some(won)));
}

#[test]
fn fields_of_a_newer_release_survive_refreshes_and_sign_ins() {
    let store = store_with(&["ann"]);
    let with_field = |key: &str, at: &str| {
        let Stored::Found(bytes) = store.read(key).unwrap() else { panic!("{key}") };
        let mut value: Value = serde_json::from_slice(&bytes).unwrap();
        value.pointer_mut(at).unwrap()["colour"] = "new".into();
        store.write(key, value.to_string().as_bytes()).unwrap();
    };
    let (accounts, session_key) = (format!("{POOL}/accounts"), format!("{POOL}/account/ann/session"));
    with_field(&accounts, "");
    with_field(&accounts, "/accounts/0");
    with_field(&session_key, "");
    let records = records(store.clone());
    let mut renewed = records.session("ann").unwrap().unwrap();
    (renewed.revision, renewed.unknown) = (2, Map::new());
    records.renew(renewed, &records.load().unwrap().index).unwrap();
    begin(&records, "ann", ExistingSession::Replace).unwrap();
    begin(&records, "bob", ExistingSession::Keep).unwrap();
    records.switch("ann").unwrap();
    let field = |key: &str, at: &str| {
        let Stored::Found(bytes) = store.read(key).unwrap() else { panic!("{key}") };
        serde_json::from_slice::<Value>(&bytes).unwrap().pointer(at).cloned()
    };
    let expected = Some(Value::from("new"));
    assert_eq!(field(&session_key, "/colour"), expected);
    assert_eq!(field(&accounts, "/colour"), expected);
    assert_eq!(field(&accounts, "/accounts/0/colour"), expected);
}

#[test]
fn a_damaged_session_is_set_aside_and_overwritten_and_gone_after_the_sign_out() {
    let store = store_with(&["ann"]);
    let records = records(store.clone());
    let index = records.load().unwrap().index;
    let renewed = SessionRecord { revision: 2, ..records.session("ann").unwrap().unwrap() };
    let key = format!("{POOL}/account/ann/session");
    store.write(&key, b"{\"format\":99}").unwrap();
    assert!(matches!(records.load(), Err(Error::StorageCorrupt(_))));
    assert_eq!(store.read(&format!("{key}/quarantine")), Ok(Stored::Found(b"{\"format\":99}".to_vec())));
    assert!(matches!(records.renew(renewed, &index), Ok(Renewed::Stored(_))));
    assert_eq!(current(&store).as_deref(), Some("ann"));
    records.sign_out(&Whose::CURRENT).unwrap();
    assert_eq!(keys(&store, ""), Vec::<String>::new());
}

#[test]
fn the_last_record_that_could_not_be_read_is_set_aside_once() {
    let store = store_with(&["ann"]);
    let key = format!("{POOL}/account/ann/session");
    let copy = || store.read(&format!("{key}/quarantine")).unwrap();
    for damage in ["garbled", "garbled again"] {
        store.write(&key, damage.as_bytes()).unwrap();
        assert!(records(store.clone()).load().is_err());
        assert_eq!(copy(), Stored::Found(damage.as_bytes().to_vec()));
    }
    // The list, the session and the copy are read; for a write there is no call left.
    let error = records(DyingStore::new(store.clone(), 3)).load().unwrap_err();
    let Error::StorageCorrupt(why) = &error else { panic!("{error:?}") };
    assert!(why.ends_with("a copy was set aside"), "{why}");
}

#[test]
fn a_damaged_list_stops_no_session_and_is_made_good() {
    let store = store_with(&["bob", "ann"]);
    let records = records(store.clone());
    let index = records.load().unwrap().index;
    let renewed = SessionRecord { revision: 2, ..records.session("ann").unwrap().unwrap() };
    let damage = || store.write(&format!("{POOL}/accounts"), b"garbled").unwrap();
    damage();
    assert!(matches!(records.load(), Err(Error::StorageCorrupt(_))));
    assert!(matches!(records.renew(renewed, &index), Ok(Renewed::Stored(_))));
    assert_eq!(current(&store).as_deref(), Some("ann"));
    assert_eq!(records.generation(), Ok(index.generation + 1), "other processes have something to learn");
    // Who signs in finds the others again by their own records.
    damage();
    begin(&records, "cat", ExistingSession::Replace).unwrap();
    assert_eq!(records.load().unwrap().index.accounts.len(), 3);
    damage();
    assert!(records.sign_out(&Whose::ALL).unwrap().problem.is_none());
    assert_eq!(store.keys(POOL).unwrap(), [format!("{POOL}/accounts")]);
}

#[test]
fn somebody_who_signed_in_again_is_not_signed_out_by_an_older_will() {
    let store = store_with(&["ann"]);
    let records = records(store.clone());
    let began = records.session("ann").unwrap().unwrap().began;
    begin(&records, "ann", ExistingSession::Replace).unwrap();
    records.sign_out(&Whose::user("ann".to_owned(), Until::Generation(began))).unwrap();
    assert_eq!(current(&store).as_deref(), Some("ann"));
}

#[test]
fn a_will_from_when_the_store_could_not_be_asked_ends_what_had_begun_by_then() {
    // The session began in generation 1, at 0 s.
    for (known, at, stays) in [(0, -1, true), (0, 0, false), (1, -1, false)] {
        for who in [Who::User("ann".to_owned()), Who::Current, Who::All] {
            let store = store_with(&["ann"]);
            let whose = Whose { who, until: Until::Moment { known, at } };
            records(store.clone()).sign_out(&whose).unwrap();
            assert_eq!(current(&store).is_some(), stays, "{whose:?}");
        }
    }
}

#[test]
fn leaving_signs_nobody_out() {
    let store = store_with(&["bob", "ann"]);
    let records = records(store.clone());
    let before = records.generation().unwrap();
    assert!(!records.leave(Until::Generation(before - 1)).unwrap().changed, "ann began later");
    let left = records.leave(Until::Ever).unwrap();
    assert!(left.changed && left.removed.is_empty());
    assert_eq!((left.index.generation, left.index.current, left.index.accounts.len()), (before + 1, None, 2));
    assert!(!records.leave(Until::Ever).unwrap().changed);
}

#[test]
fn signing_out_a_user_removes_what_a_killed_sign_in_left_of_them() {
    let store = store_with(&["ann"]);
    let is_left = |calls: &usize| {
        let (after, _) = killed_after(*calls, &store, |records| begin(records, "cat", ExistingSession::Keep).is_ok());
        keys(&after, "cat/").len() == 1 && current(&after).as_deref() == Some("ann")
    };
    let calls = (0..60).find(is_left).unwrap(); // the session is written before the list
    let (after, _) = killed_after(calls, &store, |records| begin(records, "cat", ExistingSession::Keep).is_ok());
    let whose = Whose::user("cat".to_owned(), Until::Ever);
    assert!(!records(after.clone()).sign_out(&whose).unwrap().changed);
    assert_eq!(keys(&after, "").len(), 1, "ann's stays");
    assert_eq!(current(&after).as_deref(), Some("ann"));
}

#[test]
fn only_accounts_that_are_there_can_be_switched_to() {
    let store = store_with(&["bob", "ann"]);
    let records = records(store.clone());
    assert_eq!(records.switch("cat"), Ok(None));
    assert!(records.switch("bob").unwrap().is_some());
    assert_eq!(current(&store).as_deref(), Some("bob"));
    records.sign_out(&Whose::CURRENT).unwrap();
    assert_eq!((current(&store), keys(&store, "ann/").len()), (None, 1));
}

#[test]
fn clients_of_other_pools_and_apps_do_not_meet() {
    let store = store_with(&["ann"]);
    let other = Records::new(store.clone(), "eu-west-1_Pool", "other");
    assert_eq!(other.load().unwrap().session, None);
    other.sign_out(&Whose::ALL).unwrap();
    assert_eq!(current(&store).as_deref(), Some("ann"));
}
