//! The protocol of two processes on one store, checked exhaustively: every order of their steps, with a crash between
//! any two of them.
//!
//! What a transaction does is the library's own code (`transaction.rs`); what its asynchronous code does between
//! transactions is listed in `steps.rs`, and `trace.rs` compares that list with the real client. `promises.rs` has what
//! must always be so.

mod interned;
mod promises;
mod service;
mod steps;
mod transaction;
mod world;

use std::time::Instant;

use stateright::{Checker, Model};

use promises::Protocol;
use world::{Left, Plan};

fn check(plan: Plan, rotates: bool, left: Left) -> impl Checker<Protocol> {
    let begun = Instant::now();
    let checker = Protocol { rotates, plan, left }.checker().threads(1).target_state_count(600_000).spawn_bfs().join();
    let (states, steps) = (checker.unique_state_count(), checker.state_count());
    println!("{plan:?}, {left:?}: {states} states, {steps} steps, {:?}", begun.elapsed());
    checker
}

const ONE: Left =
    Left { sign_ins: 1, refreshes: 2, sign_outs: 0, switches: 0, crashes: 1, lost_answers: 1, verdicts: 1 };

fn show(checker: &impl Checker<Protocol>) {
    for (name, path) in checker.discoveries() {
        println!("--- {name}");
        for action in path.into_actions() {
            println!("    {action:?}");
        }
    }
}

const NONE: Left =
    Left { sign_ins: 0, refreshes: 0, sign_outs: 0, switches: 0, crashes: 0, lost_answers: 0, verdicts: 0 };

#[test]
fn refreshes() {
    show(&check(Plan::AsItIs, true, ONE));
}

#[test]
fn planted() {
    show(&check(Plan::WithoutLock, true, Left { sign_ins: 1, refreshes: 2, ..NONE }));
    show(&check(Plan::LooksBeforeLock, true, Left { sign_ins: 1, refreshes: 2, ..NONE }));
    show(&check(Plan::ErasesFirst, true, Left { sign_ins: 1, sign_outs: 1, crashes: 1, ..NONE }));
    show(&check(Plan::ListsFirst, true, Left { sign_ins: 1, crashes: 1, ..NONE }));
    show(&check(Plan::Impatient, true, Left { sign_ins: 1, sign_outs: 1, refreshes: 1, verdicts: 1, ..NONE }));
}

#[test]
fn comings() {
    show(&check(Plan::AsItIs, true, Left { sign_ins: 2, crashes: 1, ..NONE }));
    show(&check(Plan::AsItIs, true, Left { sign_ins: 2, sign_outs: 1, ..NONE }));
    show(&check(Plan::AsItIs, true, Left { sign_ins: 2, switches: 1, refreshes: 1, ..NONE }));
    show(&check(Plan::AsItIs, true, Left { sign_ins: 1, sign_outs: 1, verdicts: 1, refreshes: 1, crashes: 1, ..NONE }));
}
