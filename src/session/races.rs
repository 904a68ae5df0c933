//! Every order in which threads can change and read the current session, tried by shuttle on the real code
//! (`cargo xtask races`). The one refresh and the order of stored changes rest on tokio's tasks and locks, which shuttle
//! does not know; `storage/protocol` has their orders.

use std::sync::Arc;

use serde_json::Map;
use shuttle::thread;

use super::current::{Change, Current};
use super::session::Session;
use crate::events::{AuthEvent, AuthState, EventStream, Hub};
use crate::storage::record::SessionRecord;
use crate::support::secret::Secret;

/// Where not every order can be tried, so many are drawn.
const DRAWN: usize = 5_000;

fn session(name: &str, began: u64, revision: u64) -> Arc<Session> {
    Arc::new(Session::from_record(SessionRecord {
        began,
        revision,
        username: name.to_owned(),
        user_id: name.to_owned(),
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
    }))
}

/// A current session of ann, known to all.
fn signed_in() -> Arc<Current> {
    let current = Arc::new(Current::new(Hub::new()));
    assert!(current.publish(|current| !current.is_loaded(), Change::Learned(Some(session("ann", 1, 1)))));
    current
}

fn signs_out(current: &Current) {
    current.forget(None, |user| AuthEvent::SignedOut { user });
}

/// What the state was last told to be, by the events alone.
fn replayed(current: &Current, stream: &EventStream) -> AuthState {
    current.hub.close();
    let mut state = None;
    while let Some(event) = shuttle::future::block_on(stream.next()) {
        match event {
            AuthEvent::Configured { state: told } | AuthEvent::StateChanged { state: told } => state = Some(told),
            AuthEvent::SignedIn { user } => state = Some(AuthState::SignedIn { user }),
            AuthEvent::SignedOut { .. } => state = Some(AuthState::SignedOut),
            _ => {}
        }
    }
    state.expect("the first event has the state")
}

fn held(current: &Current) -> AuthState {
    current.session().map_or(AuthState::SignedOut, |session| session.state())
}

#[test]
fn the_events_the_state_and_the_session_agree() {
    shuttle::check_random(
        || {
            let current = signed_in();
            let stream = current.hub.subscribe();
            let [a, b] = [current.clone(), current.clone()];
            let signing_in = thread::spawn(move || a.publish(|_| true, Change::SignedIn(session("bob", 2, 1))));
            let signing_out = thread::spawn(move || signs_out(&b));
            let before = session("ann", 1, 1);
            current.publish(|current| current.continues(&before), Change::Refreshed(session("ann", 1, 2)));
            signing_in.join().unwrap();
            signing_out.join().unwrap();
            assert_eq!(held(&current), current.hub.state());
            assert_eq!(replayed(&current, &stream), current.hub.state());
        },
        DRAWN,
    );
}

#[test]
fn what_was_on_its_way_before_a_sign_out_brings_nobody_back() {
    shuttle::check_dfs(
        || {
            let current = signed_in();
            let (sign_outs, other) = (current.sign_outs(), current.clone());
            let signing_in = thread::spawn(move || {
                let is_right = |current: &Current| current.sign_outs() == sign_outs;
                other.publish(is_right, Change::SignedIn(session("bob", 2, 1)))
            });
            signs_out(&current);
            assert!(current.session().is_none(), "after the sign-out returned");
            signing_in.join().unwrap();
            assert_eq!((held(&current), current.hub.state()), (AuthState::SignedOut, AuthState::SignedOut));
        },
        None,
    );
}

#[test]
fn new_tokens_come_before_a_sign_out_or_not_at_all() {
    shuttle::check_dfs(
        || {
            let current = signed_in();
            let other = current.clone();
            let refreshing = thread::spawn(move || {
                let before = session("ann", 1, 1);
                other.publish(|current| current.continues(&before), Change::Refreshed(session("ann", 1, 2)))
            });
            signs_out(&current);
            assert!(current.session().is_none(), "after the sign-out returned");
            refreshing.join().unwrap();
            assert_eq!(held(&current), AuthState::SignedOut);
        },
        None,
    );
}

#[test]
fn what_was_read_while_a_sign_out_removes_is_not_published() {
    shuttle::check_dfs(
        || {
            let current = signed_in();
            let leaving = current.leave();
            let other = current.clone();
            let looking = thread::spawn(move || {
                let is_right = |current: &Current| current.session().is_none() && !current.is_leaving();
                other.publish(is_right, Change::Learned(Some(session("ann", 1, 1))))
            });
            signs_out(&current);
            // The removal holds off looks; when it is over, there is nothing left to read.
            looking.join().unwrap();
            drop(leaving);
            assert_eq!((held(&current), current.hub.state()), (AuthState::SignedOut, AuthState::SignedOut));
        },
        None,
    );
}

#[test]
fn who_sees_a_session_sees_that_the_store_was_read() {
    shuttle::check_dfs(
        || {
            let current = Arc::new(Current::new(Hub::new()));
            let other = current.clone();
            let reading = thread::spawn(move || other.publish(|_| true, Change::Learned(Some(session("ann", 1, 1)))));
            let (session, state) = (current.session(), current.hub.state());
            if matches!(state, AuthState::SignedIn { .. }) {
                assert!(current.is_loaded() && current.session().is_some());
            }
            drop(session);
            reading.join().unwrap();
            assert!(current.is_loaded());
        },
        None,
    );
}
