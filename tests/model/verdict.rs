//! What is checked after every step and at the end.

use portcullis::AuthState;

use super::book::{Book, Scene, could_not_be_saved};
use super::call::{Done, Outcome};
use super::play::{Fixture, Shared};
use super::pool::{Access, Books, HOUR, access_number};
use super::step::Call;

/// Tokens are renewed two minutes before their end; a few seconds are for the way.
const YOUNG: i64 = HOUR - 120 - 10;

impl Book {
    /// The calls of a step, and what the service saw.
    pub fn check(&mut self, fixture: &Fixture, scene: &Scene) -> Result<(), String> {
        for call in &scene.calls {
            if call.took > call.limit + 5 {
                return Err(format!("a call took {} ms of {}: {call:?}", call.took, call.limit));
            }
            let allowed = self.who_is_meant(&fixture.shared, scene, call);
            self.check_result(fixture, scene, call, &allowed)?;
            self.allowed.insert(call.number, allowed);
        }
        let books = fixture.shared.pool.books();
        for act in &books.acts[self.acts_seen..] {
            let Some(allowed) = act.mark.and_then(|mark| self.allowed.get(&mark)) else { continue };
            if !allowed.contains(&act.user) {
                return Err(format!("a call for {allowed:?} acted on another user: {act:?}"));
            }
        }
        for call in scene.calls.iter().filter(|call| call.call == Call::Delete && self.is_lone(scene, call)) {
            let acts = books.acts[self.acts_seen..].iter().filter(|act| act.operation == "DeleteUser");
            for act in acts.filter(|act| (call.begun..=call.ended).contains(&act.at)) {
                if !self.allowed[&call.number].contains(&act.user) {
                    return Err(format!("a call deleted another user: {act:?}"));
                }
            }
        }
        self.acts_seen = books.acts.len();
        self.check_renewals(scene, &books)
    }

    /// Whom a call may be about: who was there when it began, as the process or the store had it, or came in that moment.
    fn who_is_meant(&self, shared: &Shared, scene: &Scene, call: &Done) -> Vec<String> {
        let mut meant = Vec::from_iter(call.user_before.clone().or_else(|| call.current_before.clone()));
        if !matches!(call.call, Call::Update | Call::Attributes | Call::Delete) {
            meant.extend(call.current_before.clone()); // what only asks may learn what another process did
        }
        let signs_out = |other: &Done| {
            other.gate == call.gate && other.call.signs_out() && (other.begun..=other.ended).contains(&call.begun)
        };
        if scene.calls.iter().any(signs_out) {
            meant.extend(call.current_before.clone()); // nobody was there when it began, as far as the process knew
        }
        if !scene.clean {
            // Sign-ins that the store did not have yet may have reached it in that moment.
            let books = shared.pool.books();
            let pending = self.lines.iter().zip(&books.lines).filter(|(status, _)| status.pending.is_some());
            meant.extend(pending.map(|(_, line)| line.user.clone()));
        }
        for other in scene.calls.iter().chain(self.loose.iter().map(|(loose, _)| loose)) {
            let user = match other.call {
                Call::SignIn(user, _) | Call::Begin(user, _) | Call::Switch(user) => user,
                _ => continue,
            };
            let at_once = other.ended <= call.begun + 1;
            if at_once || !scene.clean || other.goes_on() || !matches!(call.call, Call::Update | Call::Attributes) {
                meant.push(user.to_owned());
            }
        }
        meant
    }

    fn check_result(&self, fixture: &Fixture, scene: &Scene, call: &Done, allowed: &[String]) -> Result<(), String> {
        let Shared { pool, world, .. } = &*fixture.shared;
        let answers = scene.calls.iter().any(|other| other.call == Call::Answer) || !self.loose.is_empty();
        match &call.outcome {
            Outcome::User(user)
                if !allowed.contains(user) && !answers && (scene.clean || call.call != Call::CurrentUser) =>
            {
                Err(format!("told {user} where {allowed:?} was meant: {call:?}"))
            }
            Outcome::Tokens { user, access, fresh } => {
                let books = pool.books();
                let given = &books.access[*access];
                if given.user != *user {
                    return Err(format!("gave tokens of {} for {user}: {call:?}", given.user));
                }
                let is_known = scene.clean && scene.open.contains(&call.gate);
                if *fresh && is_known && self.must_be_over(given.line, call.gate, call.begun) {
                    return Err(format!("gave tokens of a session that has ended: {call:?}"));
                }
                let age = (call.ended / 1000) - (given.issued - world.began());
                // The service's seconds are whole, and the tokens were a moment on their way.
                if *fresh && age > HOUR && !is_deceived(fixture, call.gate, given) {
                    return Err(format!("gave tokens of {age} s as fresh: {call:?}"));
                }
                let is_older = |number: usize| {
                    let stored = &books.access[number];
                    number < *access && stored.line == given.line && stored.gate == given.gate
                };
                let newer = !call.on_disk.is_some_and(is_older);
                if scene.clean && !newer && scene.open.contains(&call.gate) {
                    return Err(format!("gave tokens before they were stored: {call:?}"));
                }
                Ok(())
            }
            Outcome::NoTokens { code } if code == "not_signed_in" => {
                let Some(user) = call.user_before.as_ref().filter(|user| call.current_before.as_ref() == Some(user))
                else {
                    return Ok(());
                };
                let books = pool.books();
                let must =
                    (0..books.lines.len()).any(|line| books.lines[line].user == *user && self.must_go_on(&books, line));
                if must && scene.clean && self.is_lone(scene, call) {
                    return Err(format!("said that nobody is signed in: {call:?}"));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A refresh that nobody asked for, while the stored tokens are good for a while yet.
    fn check_renewals(&mut self, scene: &Scene, books: &Books) -> Result<(), String> {
        for renewal in &books.renewals[self.renewals_seen..] {
            let is_forced = |call: &Done| {
                call.gate == renewal.gate && matches!(call.call, Call::ForcedFetch | Call::SignOutGlobally)
            };
            let forced = scene.calls.iter().chain(self.loose.iter().map(|(loose, _)| loose)).any(is_forced);
            let user = &books.lines[renewal.line].user;
            let refused = books.refused.iter().any(|line| books.lines[*line].user == *user);
            if renewal.stored_age.is_some_and(|age| age < YOUNG) && scene.clean && !forced && !refused {
                return Err(format!("renewed tokens that were good for a while yet: {renewal:?}"));
            }
        }
        self.renewals_seen = books.renewals.len();
        Ok(())
    }

    /// The states of the processes.
    pub fn check_processes(&mut self, fixture: &Fixture, scene: &Scene) -> Result<(), String> {
        let books = fixture.shared.pool.books();
        let current = fixture.shared.disk.accounts().0;
        for process in fixture.processes.iter().filter(|process| process.gate.is_open()) {
            let (gate, state) = (process.gate.number, process.client.state());
            if state != process.replayed {
                return Err(format!("the events lead to {:?}, the state is {state:?}", process.replayed));
            }
            let asked =
                scene.calls.iter().filter(|call| call.gate == gate && is_answered(call)).map(|call| call.begun).max();
            if let AuthState::SignedIn { user } = &state {
                let lines = books.lines_of(&user.username);
                let is_own = |line: usize| self.lines[line].ended.is_some_and(|end| end.gate == gate);
                let is_over = |line: usize| {
                    is_own(line) || asked.is_some_and(|asked| scene.clean && self.must_be_over(line, gate, asked))
                };
                if lines.into_iter().all(is_over) {
                    return Err(format!("process {} says that {} is signed in", process.gate.process, user.username));
                }
            }
            // Another process may still have an earlier sign-in to store, which makes its account the current one.
            let is_alone = scene.clean || self.owing.iter().all(|owing| *owing == gate);
            let lone = |call: &&Done| is_alone && call.gate == gate && self.is_lone(scene, call);
            for call in scene.calls.iter().filter(lone) {
                let line = books.line_of_call(call.number).filter(|_| call.outcome == Outcome::SignedIn(true));
                let user = line.map(|line| &books.lines[line].user);
                if user.is_some_and(|user| state.user().is_none_or(|there| there.username != *user)) {
                    return Err(format!("{user:?} signed in and the state is {state:?}"));
                }
            }
            let before = self.states.insert(gate, state.clone());
            let Some(AuthState::SignedIn { user: before }) = before else { continue };
            let lines = books.lines_of(&before.username);
            let must = lines.iter().any(|line| self.firm.contains(line) && self.must_go_on(&books, *line));
            let any_verdict =
                lines.iter().any(|line| books.lines[*line].dead.is_some() || books.lines[*line].told.is_some());
            let left = |call: &Done| {
                let goes_elsewhere = matches!(call.call, Call::Switch(user) if user != before.username);
                call.gate == gate && goes_elsewhere && call.outcome == Outcome::Done
                    || call.current_before.as_ref() != Some(&before.username)
            };
            let was_left = scene.calls.iter().any(left); // what becomes of another account says nothing about this one
            let lost = match &state {
                AuthState::SignedOut => scene.clean && !was_left && current.as_ref() == Some(&before.username),
                AuthState::SessionExpired { user, .. } => *user == before && !any_verdict,
                _ => false,
            };
            if must && lost {
                return Err(format!(
                    "process {} lost the session of {}: {state:?}",
                    process.gate.process, before.username
                ));
            }
        }
        Ok(())
    }

    /// All is well again, and a process has started.
    pub fn at_the_end(&self, fixture: &Fixture) -> Result<(), String> {
        let Shared { disk, pool, .. } = &*fixture.shared;
        let books = pool.books();
        let (_, listed) = disk.accounts();
        for (number, line) in books.lines.iter().enumerate() {
            let status = self.lines[number];
            if self.must_go_on(&books, number) {
                let record = disk.session(&line.user).filter(|record| record["ended"].is_null());
                let stored =
                    record.map(|record| books.access[access_number(record["access_token"].as_str().unwrap())].line);
                if stored != Some(number) || !listed.contains(&line.user) {
                    return Err(format!("the session of {} is lost (line {number}, stored: {stored:?})", line.user));
                }
            }
            let is_wanted = status.established && status.ended.is_none() && !status.unsure;
            if is_wanted && !could_not_be_saved(&fixture.shared, &books, number) {
                return Err(format!("an old token of {} was spent again (line {number})", line.user));
            }
        }
        for user in &listed {
            let mut lines = (0..books.lines.len()).filter(|line| books.lines[*line].user == *user);
            if lines.all(|line| self.lines[line].ended.is_some()) {
                return Err(format!("{user} is signed in again"));
            }
        }
        match disk.owners().into_iter().find(|(owner, _)| !listed.contains(owner)) {
            Some((_, key)) => Err(format!("left behind: {key}")),
            None => Ok(()),
        }
    }

    /// A session that must be there gives tokens.
    pub fn must_be_usable(&self, shared: &Shared, user: &str, fetched: &Done) -> Result<(), String> {
        let books = shared.pool.books();
        let line =
            (0..books.lines.len()).rfind(|line| books.lines[*line].user == user && self.lines[*line].established);
        let Some(line) = line else { return Ok(()) };
        if books.lines[line].dead.is_some() && could_not_be_saved(shared, &books, line) {
            return Ok(());
        }
        match &fetched.outcome {
            Outcome::Tokens { user: given, access, fresh: true }
                if given == user && books.access[*access].line == line =>
            {
                Ok(())
            }
            _ => Err(format!("the session of {user} cannot be used: {fetched:?}")),
        }
    }
}

/// Whether the process cannot know how old these tokens are: they came to another one, and the wall clock, which is all
/// that tells two processes of time, was set meanwhile. Or the device slept while their answer was on its way.
fn is_deceived(fixture: &Fixture, gate: u64, given: &Access) -> bool {
    let began = fixture.processes.iter().find(|process| process.gate.number == gate).map(|process| process.gate.skew);
    let was_late =
        given.arrived.is_none_or(|arrived| arrived / 1000 > given.issued - fixture.shared.world.began() + 120);
    was_late || given.gate != gate && (began != Some(given.skew) || fixture.shared.world.skew() != given.skew)
}

/// Whether the call asked the store.
fn is_answered(call: &Done) -> bool {
    matches!(call.outcome, Outcome::Tokens { .. } | Outcome::NoTokens { .. } | Outcome::User(_))
}
