//! The protocol of two processes on one store, checked exhaustively: every order of their steps, with a crash between
//! any two of them.
//!
//! What a transaction does is the library's own code (`transaction.rs`). What its asynchronous code does between
//! transactions is listed in `calls.rs`, and `trace.rs` holds that list against the real client. `promises.rs` says what
//! must always be so. The service rotates refresh tokens without grace, and ends a session whose token is spent again.
//!
//! `PORTCULLIS_MODEL=deep` looks at more of everything, which takes minutes.

mod calls;
mod interned;
mod promises;
mod service;
mod steps;
mod trace;
mod transaction;
mod world;

use stateright::{Checker, HasDiscoveries, Model};
use tokio::time::Instant;

use promises::Protocol;
use world::{Left, Plan};

const NONE: Left =
    Left { sign_ins: 0, refreshes: 0, sign_outs: 0, switches: 0, crashes: 0, lost_answers: 0, verdicts: 0 };

fn check(plan: Plan, rotates: bool, left: Left, until: HasDiscoveries) -> impl Checker<Protocol> {
    let checker = Protocol { rotates, plan, left }.checker().finish_when(until).threads(2).spawn_bfs().join();
    println!("{plan:?}, {left:?}: {} states", checker.unique_state_count());
    checker
}

/// Every promise holds, or the steps to where one does not are told.
fn holds(rotates: bool, left: Left) {
    let is_deep = std::env::var("PORTCULLIS_MODEL").is_ok_and(|how| how == "deep");
    let more = |count: u8| if is_deep && count > 0 { count + 1 } else { count };
    let left = Left { refreshes: more(left.refreshes), crashes: more(left.crashes), ..left };
    let broken = check(Plan::AsItIs, rotates, left, HasDiscoveries::Any).discoveries();
    let told = broken.into_iter().map(|(promise, path)| format!("not kept: {promise}\n{:#?}\n", path.into_actions()));
    let told: String = told.collect();
    assert!(told.is_empty(), "{told}");
}

/// The checker finds what is wrong with that plan.
fn finds(plan: Plan, left: Left, promises: &[&'static str]) {
    let checker = check(plan, true, left, HasDiscoveries::AllOf(promises.iter().copied().collect()));
    for promise in promises {
        assert!(checker.discoveries().contains_key(promise), "{plan:?} keeps the promise that {promise}");
    }
}

#[test]
fn refreshes_keep_their_promises() {
    let left = Left { sign_ins: 1, refreshes: 2, crashes: 1, lost_answers: 1, verdicts: 1, ..NONE };
    holds(true, left);
    holds(false, left);
}

#[test]
fn sign_ins_and_switches_keep_their_promises() {
    holds(true, Left { sign_ins: 2, refreshes: 1, switches: 1, ..NONE });
    holds(true, Left { sign_ins: 2, refreshes: 1, crashes: 1, ..NONE });
}

#[test]
fn sign_outs_keep_their_promises() {
    holds(true, Left { sign_ins: 1, refreshes: 1, sign_outs: 1, crashes: 1, ..NONE });
    holds(true, Left { sign_ins: 1, refreshes: 1, sign_outs: 1, verdicts: 1, ..NONE });
    holds(true, Left { sign_ins: 2, sign_outs: 1, ..NONE });
    holds(true, Left { sign_ins: 1, sign_outs: 1, switches: 1, ..NONE });
}

#[test]
fn without_a_lock_refresh_tokens_are_spent_twice() {
    let left = Left { sign_ins: 1, refreshes: 2, ..NONE };
    let broken = ["no refresh token is spent twice", "no session is lost"];
    finds(Plan::WithoutLock, left, &broken);
    finds(Plan::LooksBeforeLock, left, &broken);
}

#[test]
fn the_order_of_writes_matters() {
    let left = Left { sign_ins: 1, crashes: 1, ..NONE };
    finds(Plan::ListsFirst, left, &["what is listed can be read"]);
    finds(Plan::ErasesFirst, Left { sign_outs: 1, ..left }, &["what is listed can be read"]);
}

/// Who signs out while another process refreshes for longer than two seconds writes the list without the lock. A verdict
/// that is stored in the same instant does not list the account again, since it leaves the list alone.
#[test]
fn a_sign_out_without_the_lock_is_not_undone_by_a_verdict() {
    let left = Left { sign_ins: 1, refreshes: 1, sign_outs: 1, verdicts: 1, ..NONE };
    let broken =
        check(Plan::Impatient, true, left, HasDiscoveries::AllOf(["a sign-out is never undone"].into())).discoveries();
    assert!(!broken.contains_key("a sign-out is never undone"), "{:?}", broken.keys());
}
