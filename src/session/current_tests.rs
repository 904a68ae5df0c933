//! The session in memory, without a store and a service: what takes its place, and what is told of it. `races.rs` tries
//! the orders.

use std::sync::Arc;

use serde_json::Map;

use super::current::{Change, Current};
use super::session::Session;
use crate::events::{AuthEvent, AuthState, AuthUser, Hub};
use crate::storage::Index;
use crate::storage::record::{AccountEntry, EndRecord, SessionRecord};
use crate::support::secret::Secret;

fn record(name: &str, began: u64) -> SessionRecord {
    SessionRecord {
        began,
        revision: 1,
        username: name.to_owned(),
        user_id: format!("sub-{name}"),
        access_token: Secret::new("access"),
        id_token: None,
        refresh_token: None,
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

fn session(name: &str, began: u64) -> Arc<Session> {
    Arc::new(Session::from_record(record(name, began)))
}

fn expired(name: &str, began: u64) -> Arc<Session> {
    let ended = Some(EndRecord { code: "session_expired".to_owned(), ..EndRecord::default() });
    Arc::new(Session::from_record(SessionRecord { ended, ..record(name, began) }))
}

fn user(name: &str) -> AuthUser {
    session(name, 1).user()
}

/// Ann is signed in.
fn current() -> Arc<Current> {
    let current = Arc::new(Current::new(Hub::new()));
    assert!(current.publish(|current| !current.is_loaded(), Change::Learned(Some(session("ann", 1)))));
    current
}

/// What was told since.
async fn told(current: &Current, change: impl FnOnce(&Current)) -> Vec<AuthEvent> {
    let stream = current.hub.subscribe();
    assert!(matches!(stream.next().await, Some(AuthEvent::Configured { .. })));
    change(current);
    current.hub.close();
    let mut events = Vec::new();
    while let Some(event) = stream.next().await {
        events.push(event);
    }
    events
}

#[test]
fn what_was_on_its_way_before_a_sign_out_brings_nobody_back() {
    let current = current();
    let signs_in = |sign_outs| {
        let is_right = |current: &Current| current.sign_outs() == sign_outs;
        current.publish(is_right, Change::SignedIn(session("bob", 2)))
    };
    let before = current.sign_outs();
    current.forget(None, |user| AuthEvent::SignedOut { user });
    assert!(!signs_in(before));
    assert!(current.session().is_none());
    assert!(signs_in(current.sign_outs()));
}

#[test]
fn only_the_user_who_is_meant_is_forgotten() {
    let current = current();
    let forget = |name: &str| current.forget(Some(&user(name)), |user| AuthEvent::UserDeleted { user });
    assert!(forget("bob").is_none());
    assert_eq!(current.live().map(|session| session.user()).ok(), Some(user("ann")));
    assert!(forget("ann").is_some());
    assert!(current.session().is_none());
    assert!(forget("ann").is_none());
}

#[test]
fn a_sign_out_is_on_its_way_until_the_last_one_is_over() {
    let current = current();
    assert!(!current.is_leaving());
    let (one, two) = (current.leave(), current.leave());
    drop(one);
    assert!(current.is_leaving());
    drop(two);
    assert!(!current.is_leaving());
}

#[test]
fn the_session_goes_on_under_other_tokens_and_not_under_another_sign_in() {
    let current = current();
    assert!(current.continues(&session("ann", 1)));
    assert!(!current.continues(&session("ann", 2)));
    assert!(!current.continues(&session("bob", 1)));
}

#[test]
fn what_others_changed_is_not_known_after_a_change_of_this_process() {
    let index = |generation, name: &str| {
        let entry = AccountEntry { username: name.to_owned(), user_id: String::new(), began: 1, unknown: Map::new() };
        Index { generation, current: None, accounts: vec![entry] }
    };
    let current = current();
    current.learn_index(index(3, "ann"));
    // Its own change and no other.
    current.learn_after_own(index(4, "bob"), true);
    assert_eq!(current.index(), index(4, "bob"));
    // Others changed something before it: that is still to be looked at.
    current.learn_after_own(index(7, "cat"), true);
    assert_eq!(current.index(), index(4, "cat"));
    current.learn_after_own(index(4, "dan"), false);
    assert_eq!(current.index(), index(4, "dan"));
    current.learn_after_own(index(5, "eve"), false);
    assert_eq!(current.index(), index(4, "eve"));
}

#[test]
fn a_look_at_the_store_counts_for_a_second() {
    let current = current();
    assert!(!current.has_just_looked(5_000));
    current.looked(5_000);
    for (running, counts) in [(4_999, false), (5_000, true), (5_999, true), (6_000, false), (i64::MIN, false)] {
        assert_eq!(current.has_just_looked(running), counts, "{running}");
    }
}

#[tokio::test]
async fn an_end_is_news_only_where_the_session_was_known() {
    let learned = || Change::Learned(Some(expired("ann", 1)));
    let events = told(&current(), |current| {
        assert!(current.publish(|_| true, learned()));
        assert!(matches!(current.hub.state(), AuthState::SessionExpired { .. }));
    })
    .await;
    assert!(matches!(&events[..], [AuthEvent::SessionExpired { .. }]), "{events:?}");

    let events = told(&Current::new(Hub::new()), |current| {
        assert!(current.publish(|_| true, learned()));
        assert!(matches!(current.hub.state(), AuthState::SessionExpired { .. }));
    })
    .await;
    assert!(matches!(&events[..], [AuthEvent::StateChanged { .. }]), "{events:?}");
}

#[tokio::test]
async fn another_session_that_goes_on_is_a_change_of_state_and_no_end() {
    let events = told(&current(), |current| {
        assert!(current.publish(|_| true, Change::Learned(Some(session("bob", 2)))));
        assert_eq!(current.hub.state(), AuthState::SignedIn { user: user("bob") });
    })
    .await;
    assert!(matches!(&events[..], [AuthEvent::StateChanged { .. }]), "{events:?}");
}
