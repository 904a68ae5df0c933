//! The store's lock between processes.

use std::time::{Duration, Instant};

use local_pool::Fault;
use portcullis::{FileStore, LockOutcome, SecureStore as _};

use crate::world::World;

const LEASE: Duration = Duration::from_secs(60);

#[test]
fn a_killed_process_frees_the_lock_at_once() {
    let world = World::new();
    let (mut holder, mut other) = (world.process(), world.process());
    holder.must("sign-in ann replace");
    assert_eq!(other.must("who"), "ok ann");
    for _ in 0..5 {
        assert_eq!(holder.does("lock one"), "ok");
        assert_eq!(other.does("lock two"), "busy");
        assert_eq!(world.store.try_lock(&world.scope(), "three", LEASE), Ok(LockOutcome::Busy));
        let began = Instant::now();
        holder.kill();
        assert_eq!(other.does("lock two"), "ok");
        assert_eq!(other.does("unlock two"), "ok");
        assert!(other.must("refresh").starts_with("ok ann "));
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        holder = world.process();
    }
}

#[test]
fn two_stores_of_one_process_exclude_each_other() {
    let world = World::new();
    let (one, two) = (FileStore::new(world.directory()), FileStore::new(world.directory()));
    // The same owner's name does not help: an owner is of one store.
    for owner in ["one", "two"] {
        assert_eq!(one.try_lock("portcullis/a", "one", LEASE), Ok(LockOutcome::Held));
        assert_eq!(two.try_lock("portcullis/a", owner, LEASE), Ok(LockOutcome::Busy));
        assert_eq!(two.try_lock("portcullis/b", owner, LEASE), Ok(LockOutcome::Held));
        assert_eq!(two.unlock("portcullis/a", owner), Ok(()));
        assert_eq!(two.try_lock("portcullis/a", owner, LEASE), Ok(LockOutcome::Busy));
        assert_eq!(one.unlock("portcullis/a", "one"), Ok(()));
        assert_eq!(two.try_lock("portcullis/a", owner, LEASE), Ok(LockOutcome::Held));
        assert_eq!(two.unlock("portcullis/a", owner), Ok(()));
        assert_eq!(two.unlock("portcullis/b", owner), Ok(()));
    }
    // A store that goes gives its locks back.
    assert_eq!(one.try_lock("portcullis/a", "one", LEASE), Ok(LockOutcome::Held));
    drop(one);
    assert_eq!(two.try_lock("portcullis/a", "two", LEASE), Ok(LockOutcome::Held));
}

/// A process that is stopped while its refresh is on its way, as a system does with an app in the background.
#[test]
fn a_stopped_process_makes_others_wait_and_nothing_is_spent() {
    let world = World::new();
    let (mut stopped, mut other) = (world.process(), world.process());
    stopped.must("sign-in ann replace");
    stopped.must("refresh");
    assert_eq!(other.must("who"), "ok ann");
    let asked = || world.pool.requests("GetTokensFromRefreshToken");
    let before = asked();
    world.pool.faults().queue("GetTokensFromRefreshToken", Fault::Delay(Duration::from_millis(200)), 1);
    stopped.begin(0, "refresh");
    world.has_requests("GetTokensFromRefreshToken", before + 1);
    stopped.signal("STOP");

    let began = Instant::now();
    assert_eq!(other.does("refresh"), "stale ann storage_busy");
    let waited = began.elapsed();
    assert!((Duration::from_secs(9)..Duration::from_secs(12)).contains(&waited), "{waited:?}");
    assert_eq!(asked(), before + 1);
    // What needs no lock goes on meanwhile.
    assert_eq!(other.does("who"), "ok ann");
    assert!(other.does("fetch").starts_with("ok ann "));

    stopped.signal("CONT");
    let answer = stopped.answer();
    assert!(answer.starts_with("ok ann "), "{answer}");
    for process in [&mut other, &mut stopped] {
        assert!(process.must("refresh").starts_with("ok ann "));
    }
    assert_eq!(asked(), before + 3);
}
