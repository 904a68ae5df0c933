//! Plays a history: two processes, a store, a service.

use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use portcullis::{AuthClient, AuthConfiguration, AuthEvent, AuthState, AuthUser, Clock, EventStream};

use super::book::Book;
use super::call::{Done, make};
use super::chance::{Chance, SeededRandom};
use super::disk::{Disk, StoreFault};
use super::gate::Gate;
use super::pace::Pace;
use super::pool::{POOL_ID, Pool};
use super::sabotage::Sabotage;
use super::step::{Call, History, Planned, Step};
use super::wire::{Network, Wire};
use super::world::World;

/// What all processes share.
#[derive(Debug)]
pub struct Shared {
    pub world: Arc<World>,
    pub disk: Arc<Disk>,
    pub pool: Arc<Pool>,
    pub network: Arc<Network>,
}

impl Shared {
    /// A user as an app knows them.
    pub fn user(&self, username: &str) -> AuthUser {
        let books = self.pool.books();
        let subject = books.lines.iter().rev().find(|line| line.user == username).map(|line| line.subject.clone());
        AuthUser { username: username.to_owned(), user_id: subject.unwrap_or_else(|| format!("sub-{username}-0")) }
    }
}

/// One process while it lives.
#[derive(Debug)]
pub struct Process {
    pub gate: Arc<Gate>,
    pub client: AuthClient,
    events: EventStream,
    /// What the events say that the state is.
    pub replayed: AuthState,
}

#[derive(Debug)]
pub struct Fixture {
    pub shared: Arc<Shared>,
    pub processes: Vec<Process>,
    sabotage: Sabotage,
    seed: u64,
    gates: u64,
    calls: u64,
}

/// A complaint, and what was seen.
#[derive(Clone, Debug)]
pub struct Complaint {
    pub what: String,
    pub log: Vec<String>,
}

/// Plays the history on a runtime of its own.
pub fn play(history: &History, sabotage: Sabotage) -> Result<(), Complaint> {
    let pace = Arc::new(Pace::default());
    let parked = pace.clone();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .max_blocking_threads(1)
        .on_thread_park(move || parked.parked())
        .build()
        .unwrap();
    let result = runtime.block_on(async {
        tokio::spawn({
            let pace = pace.clone();
            async move { pace.tick().await }
        });
        Fixture::new(history, sabotage, pace.clone()).run(history).await
    });
    pace.end();
    result
}

impl Fixture {
    fn new(history: &History, sabotage: Sabotage, pace: Arc<Pace>) -> Self {
        let world = Arc::new(World::new());
        let disk = Arc::new(Disk::new(pace, world.clone()));
        let pool = Arc::new(Pool::new(world.clone(), history.rotation));
        let network = Arc::new(Network {
            pool: pool.clone(),
            script: Mutex::default(),
            weather: Mutex::default(),
            chance: Mutex::new(Chance::new(history.seed ^ 0xabcd)),
            tells_time: history.tells_time,
            log: Mutex::default(),
        });
        let shared = Arc::new(Shared { world, disk, pool, network });
        let mut fixture = Self { shared, processes: Vec::new(), sabotage, seed: history.seed, gates: 0, calls: 0 };
        fixture.processes = (0..2).map(|process| fixture.begin(process)).collect();
        fixture
    }

    fn begin(&mut self, process: usize) -> Process {
        self.gates += 1;
        let Shared { disk, network, world, .. } = &*self.shared;
        let gate = Arc::new(Gate::new(self.gates, process, disk.clone(), self.sabotage));
        let clock: Arc<dyn Clock> = if self.sabotage == Sabotage::ClockStandsStill {
            Arc::new(StandsStill(world.clone()))
        } else {
            world.clone()
        };
        let random = SeededRandom(Mutex::new(Chance::new(self.seed ^ (self.gates << 32))));
        let client = AuthClient::builder(AuthConfiguration::builder(POOL_ID, "client").build().unwrap())
            .store(gate.clone())
            .clock(clock)
            .random(Arc::new(random))
            .transport(Arc::new(Wire { network: network.clone(), gate: gate.clone() }))
            .build();
        let events = client.events();
        Process { gate, replayed: client.state(), client, events }
    }

    async fn run(&mut self, history: &History) -> Result<(), Complaint> {
        let mut book = Book::default();
        for (number, step) in history.steps.iter().enumerate() {
            self.note(format!("step {number}"));
            let taken = self.take(&mut book, step).await;
            taken.map_err(|what| self.complaint(format!("step {number}: {what}")))?;
        }
        self.note("the end".to_owned());
        let ended = self.end(&mut book).await;
        ended.map_err(|what| self.complaint(format!("at the end: {what}")))
    }

    async fn take(&mut self, book: &mut Book, step: &Step) -> Result<(), String> {
        let Shared { world, disk, network, pool } = &*self.shared.clone();
        let mut calls = Vec::new();
        book.before_step(self);
        match step {
            Step::Calls(planned) => calls = self.make(planned).await,
            Step::Network(faults) => network.script.lock().unwrap().extend(faults),
            Step::Weather(weather) => *network.weather.lock().unwrap() = *weather,
            Step::Store(fault) => disk.be(*fault),
            Step::LockTaken(milliseconds) => disk.keep_busy(*milliseconds),
            Step::Wall(seconds) => world.set_wall(*seconds),
            Step::Sleep(seconds) => world.sleep(*seconds),
            Step::Wait(seconds) => tokio::time::sleep(Duration::from_secs(*seconds)).await,
            Step::Restart(process) => self.processes[*process].gate.close(),
            Step::Kill(process, fuse) => self.processes[*process].gate.set_fuse(*fuse),
            Step::SignedOutEverywhere(user) => pool.sign_out_everywhere(user),
            Step::Disabled(user) => pool.books().disabled.push((*user).to_owned()),
            Step::Enabled(user) => pool.books().disabled.retain(|disabled| disabled != user),
        }
        tokio::time::sleep(Duration::from_millis(1)).await; // what can be done at once is done
        for process in &mut self.processes {
            process.replay();
        }
        book.after_step(self, step, &calls)?;
        self.restart_killed(book);
        Ok(())
    }

    async fn make(&mut self, planned: &[Planned]) -> Vec<Done> {
        let mut running = Vec::new();
        for planned in planned {
            self.calls += 1;
            let Process { client, gate, .. } = &self.processes[planned.process];
            running.push(tokio::spawn(make(self.shared.clone(), client.clone(), gate.number, self.calls, *planned)));
        }
        let mut done = Vec::new();
        for call in running {
            let call = call.await.unwrap();
            self.note(format!("{call:?}"));
            done.push(call);
        }
        done.sort_by_key(|call: &Done| (call.ended, call.number));
        done
    }

    /// A killed process is begun anew.
    fn restart_killed(&mut self, book: &mut Book) {
        for process in 0..self.processes.len() {
            let gate = self.processes[process].gate.clone();
            if !gate.is_open() {
                book.ended(gate.number);
                self.processes[process] = self.begin(process);
            }
        }
    }

    /// Everything is made well; then nothing may be missing, and nothing too much.
    async fn end(&mut self, book: &mut Book) -> Result<(), String> {
        let shared = self.shared.clone();
        let fetch = |process| Planned { process, call: Call::Fetch, after: 0, polls: None, limit: None };
        self.processes.iter().for_each(|process| process.gate.unset_fuse());
        shared.network.calm();
        shared.disk.be(StoreFault::Well);
        shared.pool.books().disabled.clear();
        self.take(book, &Step::Wait(400)).await?;
        for process in [0, 1, 0, 1] {
            self.take(book, &Step::Calls(vec![fetch(process)])).await?;
        }
        self.take(book, &Step::Wait(400)).await?;
        self.take(book, &Step::Restart(0)).await?;
        self.take(book, &Step::Restart(1)).await?;
        self.take(book, &Step::Calls(vec![fetch(0)])).await?;
        self.take(book, &Step::Wait(20)).await?;
        book.at_the_end(self)?;
        for user in book.who_must_be_there(&shared) {
            let call = Call::Switch(user);
            self.take(book, &Step::Calls(vec![Planned { call, ..fetch(0) }])).await?;
            let calls = self.make(&[fetch(0)]).await;
            book.must_be_usable(&shared, user, &calls[0])?;
        }
        Ok(())
    }

    pub fn note(&self, line: String) {
        self.shared.network.log.lock().unwrap().push(line);
    }

    fn complaint(&self, what: String) -> Complaint {
        Complaint { what, log: self.shared.network.log.lock().unwrap().clone() }
    }
}

impl Process {
    fn replay(&mut self) {
        let mut context = Context::from_waker(Waker::noop());
        loop {
            let next = std::pin::pin!(self.events.next()).as_mut().poll(&mut context);
            let Poll::Ready(Some(event)) = next else { return };
            self.replayed = match event {
                AuthEvent::Configured { state } | AuthEvent::StateChanged { state } => state,
                AuthEvent::SignedIn { user } => AuthState::SignedIn { user },
                AuthEvent::SignedOut { .. } | AuthEvent::UserDeleted { .. } => AuthState::SignedOut,
                AuthEvent::SessionExpired { user, error } => AuthState::SessionExpired { user, error },
                _ => continue,
            };
        }
    }
}

/// A device whose clocks do not move.
#[derive(Debug)]
struct StandsStill(Arc<World>);

impl Clock for StandsStill {
    fn now(&self) -> std::time::SystemTime {
        std::time::UNIX_EPOCH + Duration::from_secs(1_767_603_787 + self.0.skew().unsigned_abs())
    }

    fn since_start(&self) -> Option<Duration> {
        Some(Duration::from_secs(1))
    }
}
