//! One of two processes is killed at a moment that nobody chose.

use std::time::Duration;

use crate::process::Process;
use crate::sign_in::{begin_with_ann, outline};
use crate::tally::Tally;
use crate::world::{World, rounds};

const DEEDS: [&str; 8] = [
    "refresh",
    "refresh",
    "sign-out",
    "sign-out",
    "sign-in bob replace",
    "sign-in bob keep",
    "sign-in ann replace",
    "switch bob",
];

#[test]
fn a_killed_process_loses_no_session_and_undoes_no_sign_out() {
    let mut world = World::new();
    let mut tally = Tally::new("killed at random", world.chance.seed);
    let mut other = world.process();
    let mut next = world.process();
    let (mut answered, mut unavoidable, mut overtaken) = (0, 0, 0);
    for _ in 0..rounds(64) {
        tally.round();
        let deed = world.chance.one_of(&DEEDS);
        let mut victim = std::mem::replace(&mut next, world.process());
        begin_with_ann(&mut other, deed == "switch bob");
        victim.must("refresh"); // it has its connection; a deed is over soon
        next.ready();
        let before = world.pool.requests("GetTokensFromRefreshToken");
        let (begins, dies) = (world.chance.offset(8), world.chance.offset(24));
        victim.begin(0, deed);
        other.begin(begins, "refresh");
        std::thread::sleep(Duration::from_micros(dies)); // the random moment
        let done = victim.kill();
        let at_death = world.story();
        let answer = other.answer();
        let requests = world.pool.requests("GetTokensFromRefreshToken") - before;
        let happened = format!("{deed} ({}) while refresh ({})", done.clone().unwrap_or_default(), outline(&answer));
        answered += u64::from(done.is_some());
        // The next start finds a store that it can tidy, and agrees with it.
        let found = next.does("who");
        let story = world.settled();
        if let Some(problem) = story.problem() {
            tally.is_wrong(format!("{happened}: {problem}"));
        }
        if !story.leftovers.is_empty() {
            tally.is_wrong(format!("{happened}: left {:?}", story.leftovers));
        }
        let was_signed_out = deed == "sign-out" && (done.is_some() || at_death.current.is_none());
        if was_signed_out && (story.current.is_some() || found != "not_signed_in") {
            tally.is_undone(format!("{happened}: {found}, {story:?}"));
        }
        if story.current.is_none() && deed != "sign-out" {
            tally.is_lost(format!("{happened}: {story:?}"));
        }
        for name in story.accounts.keys() {
            match goes_on(&world, &mut next, name) {
                Ok(()) => {}
                // The service had answered and the process died before it could store that: at a grace period of zero
                // there is no token left that counts.
                Err(_) if deed == "refresh" && is_superseded(&world, story.token(name, "refresh_token")) => {
                    unavoidable += 1;
                }
                // It died with its request on the way, and the service came to that after the other process's: the same
                // token, twice. That two living processes never do this is what `refresh.rs` shows.
                Err(_) if deed == "refresh" && done.is_none() && answer.starts_with("ok") && requests == 2 => {
                    overtaken += 1;
                }
                Err(how) => tally.is_lost(format!("{happened}: {how}")),
            }
        }
    }
    tally.note(format!("{answered} had answered before"));
    tally.note(format!("{unavoidable} died between the service's answer and the store"));
    tally.note(format!("{overtaken} died with a request on the way that the service handled later"));
    tally.close();
}

/// Whether that account's session can be renewed.
fn goes_on(world: &World, process: &mut Process, name: &str) -> Result<(), String> {
    let switched = process.does(&format!("switch {name}"));
    let answer = process.does("refresh");
    let story = world.story();
    let alive = story.token(name, "access_token").is_some_and(|token| world.is_alive(&token));
    if answer.starts_with(&format!("ok {name} ")) && alive {
        return Ok(());
    }
    Err(format!("{name}: {switched}, {}, alive: {alive}", outline(&answer)))
}

fn is_superseded(world: &World, refresh_token: Option<String>) -> bool {
    refresh_token.is_some_and(|token| world.is_superseded(&token))
}
