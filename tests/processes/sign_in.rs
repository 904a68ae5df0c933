//! A sign-in in one process while another one refreshes, signs out, switches or updates an attribute.

use std::time::Duration;

use local_pool::Fault;

use crate::process::{Process, token};
use crate::tally::Tally;
use crate::world::{World, rounds};

const SIGN_INS: [&str; 4] = ["sign-in bob replace", "sign-in bob keep", "sign-in ann replace", "sign-in ann keep"];
const MEANWHILE: [&str; 5] = ["refresh", "refresh-beside 5000 who", "sign-out", "switch bob", "update"];

#[test]
fn a_sign_in_while_another_process_acts_leaves_one_story() {
    let mut world = World::new();
    let mut tally = Tally::new("sign-in against refresh, sign-out, switch, update", world.chance.seed);
    let (mut app, mut other) = (world.process(), world.process());
    for round in 0..rounds(64) {
        tally.round();
        let (sign_in, meanwhile) = (world.chance.one_of(&SIGN_INS), world.chance.one_of(&MEANWHILE));
        begin_with_ann(&mut app, meanwhile == "switch bob");
        assert_eq!(other.must("who"), "ok ann");
        let name = format!("name-{round}");
        let command = if meanwhile == "update" { format!("update {name}") } else { meanwhile.to_owned() };
        let (first, second) = (world.chance.offset(30), world.chance.offset(30));
        app.begin(first, sign_in);
        other.begin(second, &command);
        let (signed_in, answer) = (app.answer(), other.answer());
        let happened = format!("{sign_in} ({signed_in}) while {meanwhile} ({})", outline(&answer));
        if signed_in != "ok" {
            tally.is_wrong(happened.clone());
        }
        let bearers = ["ann", "bob"].into_iter().filter(|user| world.given_name(user) == name).count();
        if meanwhile == "update" && (bearers > 1 || answer == "ok" && bearers == 0) {
            tally.is_wrong(format!("{happened}: {bearers} users have the name"));
        }
        for problem in disagreement(&world, [&mut app, &mut other]) {
            tally.is_wrong(format!("{happened}: {problem}"));
        }
        // Whoever signed in is signed in: the other process knew nothing of it.
        let story = world.story();
        let may_have_switched = meanwhile == "switch bob";
        let user = sign_in.split(' ').nth(1);
        // A sign-out is of all that its user began until then, in whichever process: it may have been the later one.
        let may_have_signed_out = meanwhile == "sign-out" && user == Some("ann") && story.current.is_none();
        if story.current.as_deref() != user && !may_have_switched && !may_have_signed_out {
            tally.is_lost(format!("{happened}: {story:?}"));
        }
        for problem in dead_sessions(&world, [&mut app, &mut other]) {
            tally.is_lost(format!("{happened}: {problem}"));
        }
    }
    tally.close();
}

/// Somebody else becomes the current user of the process whose refresh is on its way. The account stays, and so does its
/// session.
#[test]
fn a_refresh_on_its_way_is_kept_for_an_account_that_stays() {
    for change in ["sign-in bob keep", "switch bob"] {
        let world = World::new();
        let (mut app, mut other) = (world.process(), world.process());
        begin_with_ann(&mut app, change == "switch bob");
        assert_eq!(other.must("who"), "ok ann");
        world.pool.faults().queue("GetTokensFromRefreshToken", Fault::Delay(Duration::from_millis(900)), 1);
        assert_eq!(app.does(&format!("refresh-beside 100000 {change}")), "ok");
        assert_eq!(disagreement(&world, [&mut app, &mut other]), Vec::<String>::new());
        assert_eq!(dead_sessions(&world, [&mut app, &mut other]), Vec::<String>::new(), "{change}");
    }
}

/// An update that is on its way for ann while somebody else becomes the current user.
#[test]
fn an_act_for_one_user_never_lands_on_another() {
    let mut world = World::new();
    let mut tally = Tally::new("update against sign-in, switch and sign-out", world.chance.seed);
    let (mut app, mut other) = (world.process(), world.process());
    let changes = ["sign-in bob replace", "sign-in bob keep", "switch bob", "sign-out"];
    for round in 0..rounds(32) {
        tally.round();
        let change = world.chance.one_of(&changes);
        begin_with_ann(&mut app, true);
        assert_eq!(other.must("who"), "ok ann");
        let name = format!("for-ann-{round}");
        let before = world.pool.requests("UpdateUserAttributes");
        world.pool.faults().queue("UpdateUserAttributes", Fault::Delay(Duration::from_millis(15)), 1);
        other.begin(0, &format!("update {name}"));
        world.has_requests("UpdateUserAttributes", before + 1);
        let wait = world.chance.offset(10);
        app.begin(wait, change);
        let (changed, answer) = (app.answer(), other.answer());
        if world.given_name("bob") == name || (answer == "ok") != (world.given_name("ann") == name) {
            tally.is_wrong(format!("{change} ({changed}) while updating ({answer})"));
        }
        for problem in disagreement(&world, [&mut app, &mut other]) {
            tally.is_wrong(format!("{change}: {problem}"));
        }
    }
    tally.close();
}

/// Nobody but ann is signed in, or bob too.
pub fn begin_with_ann(process: &mut Process, with_bob: bool) {
    process.must("sign-out-all");
    if with_bob {
        process.must("sign-in bob keep");
    }
    process.must("sign-in ann keep");
}

/// How the store contradicts itself, or a process contradicts it at its next call.
pub fn disagreement(world: &World, processes: [&mut Process; 2]) -> Vec<String> {
    let story = world.settled();
    let mut problems: Vec<String> = story.problem().into_iter().collect();
    if !story.leftovers.is_empty() {
        problems.push(format!("left: {:?}", story.leftovers));
    }
    let who = story.current.as_ref().map_or("not_signed_in".to_owned(), |user| format!("ok {user}"));
    for process in processes {
        let seen = (process.does("who"), process.does("accounts"));
        if seen != (who.clone(), format!("ok {}", story.names())) {
            problems.push(format!("a process says {seen:?}, the store {who} of {}", story.names()));
        }
    }
    problems
}

/// The accounts that are listed and cannot go on, as either process finds.
pub fn dead_sessions(world: &World, [app, other]: [&mut Process; 2]) -> Vec<String> {
    let mut dead = Vec::new();
    for name in world.story().accounts.into_keys() {
        let switched = app.does(&format!("switch {name}"));
        for process in [&mut *app, &mut *other] {
            let answer = process.does("refresh");
            let is_theirs = answer.starts_with(&format!("ok {name} "));
            if !is_theirs || !token(&answer).is_some_and(|token| world.is_alive(token)) {
                dead.push(format!("{name} (switch: {switched}): {}", outline(&answer)));
            }
        }
    }
    dead
}

/// An answer without its token.
pub fn outline(answer: &str) -> String {
    answer.split(' ').take(2).collect::<Vec<_>>().join(" ")
}
