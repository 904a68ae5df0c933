//! Processes that refresh in the same moment: each spends a token of its own, in turn.

use crate::process::token;
use crate::tally::Tally;
use crate::world::{World, rounds};

#[test]
fn two_processes_that_refresh_at_once_lose_no_session() {
    refresh_at_once("refresh against refresh, two processes", 2, rounds(60));
}

#[test]
fn three_processes_that_refresh_at_once_lose_no_session() {
    refresh_at_once("refresh against refresh, three processes", 3, rounds(40));
}

fn refresh_at_once(name: &'static str, count: u64, rounds: u64) {
    let mut world = World::new();
    let mut tally = Tally::new(name, world.chance.seed);
    let mut processes: Vec<_> = (0..count).map(|_| world.process()).collect();
    processes[0].must("sign-in ann replace");
    for process in &mut processes {
        assert_eq!(process.must("who"), "ok ann");
    }
    for _ in 0..rounds {
        tally.round();
        let before = world.pool.requests("GetTokensFromRefreshToken");
        for process in &mut processes {
            // Half of them in the same instant, the others while one is on its way.
            let wait = if world.chance.below(2) == 0 { 0 } else { world.chance.offset(10) };
            process.begin(wait, "refresh");
        }
        for process in &mut processes {
            let answer = process.answer();
            // The pool ends a session whose token comes twice, so a live one says that none did.
            if !token(&answer).is_some_and(|token| world.is_alive(token)) {
                tally.is_lost(answer);
            }
        }
        let asked = world.pool.requests("GetTokensFromRefreshToken") - before;
        if asked != count {
            tally.is_wrong(format!("{asked} requests"));
        }
    }
    let story = world.settled();
    if story.problem().is_some() || !story.leftovers.is_empty() || story.current.as_deref() != Some("ann") {
        tally.is_wrong(format!("{story:?}"));
    }
    tally.close();
}
