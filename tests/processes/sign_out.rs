//! A sign-out in one process and a refresh in another: the sign-out counts.

use portcullis::AuthState;

use crate::process::token;
use crate::tally::Tally;
use crate::world::{World, rounds};

#[test]
fn a_refresh_elsewhere_undoes_no_sign_out() {
    let mut world = World::new();
    let mut tally = Tally::new("sign-out against refresh", world.chance.seed);
    let (mut app, mut other) = (world.process(), world.process());
    let mut refreshed = 0;
    for _ in 0..rounds(60) {
        tally.round();
        app.must("sign-in ann replace");
        let before = other.must("refresh");
        let (signs_out, refreshes) = (world.chance.offset(30), world.chance.offset(30));
        app.begin(signs_out, "sign-out");
        other.begin(refreshes, "refresh");
        let (signed_out, answer) = (app.answer(), other.answer());
        if signed_out != "ok" {
            tally.is_wrong(format!("the sign-out says {signed_out}"));
        }
        refreshed += u64::from(answer.starts_with("ok"));
        if !answer.starts_with("ok") && answer != "not_signed_in" {
            tally.is_wrong(format!("the refresh says {answer}"));
        }
        let story = world.story();
        if !story.accounts.is_empty() || !story.leftovers.is_empty() {
            tally.is_undone(format!("{story:?}"));
        }
        let tokens = [token(&before), token(&answer)];
        if tokens.into_iter().flatten().any(|token| world.is_alive(token)) {
            tally.is_undone("the tokens still count at the service".to_owned());
        }
        let seen = [app.does("who"), other.does("who"), other.does("refresh")];
        if seen.iter().any(|seen| seen != "not_signed_in") {
            tally.is_undone(format!("the processes say {seen:?}"));
        }
        let next = world.next_start();
        if next != AuthState::SignedOut {
            tally.is_undone(format!("the next start says {next:?}"));
        }
    }
    tally.note(format!("{refreshed} refreshes were in time"));
    tally.close();
}
