//! What a store must do, as one function that any store can be held to: the ones that come along here, an app's own by
//! calling it in a test of theirs.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::Duration;

use portcullis::{LockOutcome, SecureStore, Stored};

/// The contract of [`SecureStore`], against an empty store that nobody else uses. Leaves it empty.
pub fn keeps_the_contract(store: &dyn SecureStore) {
    keeps_records(store);
    keeps_locks(store);
}

fn keeps_records(store: &dyn SecureStore) {
    let found = |bytes: &[u8]| Ok(Stored::Found(bytes.to_vec()));
    let keys = |prefix: &str| {
        let mut keys = store.keys(prefix).unwrap();
        keys.sort();
        keys
    };

    // Nothing is absent, removable and not listed.
    assert_eq!(store.read("portcullis/a"), Ok(Stored::Absent));
    assert_eq!(store.remove("portcullis/a"), Ok(()));
    assert_eq!(keys(""), Vec::<String>::new());

    // Any bytes come back as they went in; writing replaces.
    let every_byte: Vec<u8> = (0..=255).collect();
    let largest = vec![0xa5; 64 * 1024 - 1];
    for bytes in [&b""[..], b"\n", b"short", &every_byte, &largest, b"short again"] {
        assert_eq!(store.write("portcullis/a", bytes), Ok(()));
        assert_eq!(store.read("portcullis/a"), found(bytes));
    }

    // Keys that a careless store takes for each other, for a path, or for too long.
    let printable: String = (' '..='~').collect();
    let longest = "x".repeat(512);
    let as_long = format!("{}y", "x".repeat(511));
    let longest_upper = "X".repeat(512);
    let distinct = [
        "portcullis/A",
        "portcullis/a/",
        "portcullis/a/b",
        "portcullis",
        "portcullis%2fa",
        "portcullis_a",
        "../a",
        "/a",
        "~",
        ".",
        "..",
        "con",
        "a.record",
        " ",
        "a ",
        "a",
        &printable,
        &longest,
        &as_long,
        &longest_upper,
    ];
    for key in distinct {
        assert_eq!(store.read(key), Ok(Stored::Absent), "{key}");
        assert_eq!(store.write(key, key.as_bytes()), Ok(()), "{key}");
    }
    for key in distinct {
        assert_eq!(store.read(key), found(key.as_bytes()), "{key}");
    }
    assert_eq!(store.read("portcullis/a"), found(b"short again"));

    // Prefixes are of the text, in its case; the empty one is of every key.
    assert_eq!(keys("portcullis/"), ["portcullis/A", "portcullis/a", "portcullis/a/", "portcullis/a/b"]);
    assert_eq!(keys("portcullis/a/b"), ["portcullis/a/b"]);
    assert_eq!(keys("PORTCULLIS"), Vec::<String>::new());
    assert_eq!(keys(&longest[..500]).len(), 2);
    assert_eq!(keys("").len(), distinct.len() + 1);

    // Removing takes that record and no other.
    for (removed, key) in distinct.iter().enumerate() {
        assert_eq!(store.remove(key), Ok(()), "{key}");
        assert_eq!(store.read(key), Ok(Stored::Absent), "{key}");
        assert_eq!(keys("").len(), distinct.len() - removed, "{key}");
    }
    assert_eq!(store.read("portcullis/a"), found(b"short again"));
    assert_eq!(store.remove("portcullis/a"), Ok(()));
    assert_eq!(keys(""), Vec::<String>::new());
}

/// The lock: one owner at a time, again and again for that one, and nobody else's to give back. A store without one says so
/// every time. That a lock ends with its process takes two processes to see.
fn keeps_locks(store: &dyn SecureStore) {
    use LockOutcome::{Busy, Held, Unsupported};

    let lease = Duration::from_secs(60);
    let try_lock = |name: &str, owner: &str| store.try_lock(name, owner, lease).unwrap();
    let unlock = |name: &str, owner: &str| store.unlock(name, owner).unwrap();
    let longest = "x".repeat(512);
    let names = ["portcullis/a", "portcullis/A", "portcullis/a/", "portcullis", "../a", ".", "con", &longest];

    // Giving back what one does not have does nothing, with or without a lock.
    unlock("portcullis/a", "one");
    if try_lock("portcullis/a", "one") == Unsupported {
        assert!(names.iter().all(|name| try_lock(name, "two") == Unsupported));
        unlock("portcullis/a", "one");
        return;
    }

    // Whoever has it has it again; nobody else does.
    for _ in 0..3 {
        assert_eq!(try_lock("portcullis/a", "one"), Held);
        assert_eq!(try_lock("portcullis/a", "two"), Busy);
    }
    // Only its owner gives it back, and once is enough, however often it was taken.
    unlock("portcullis/a", "two");
    assert_eq!(try_lock("portcullis/a", "two"), Busy);
    unlock("portcullis/a", "one");
    assert_eq!(try_lock("portcullis/a", "two"), Held);
    unlock("portcullis/a", "one");
    assert_eq!(try_lock("portcullis/a", "one"), Busy);
    unlock("portcullis/a", "two");
    unlock("portcullis/a", "two");

    // Locks of other names are other locks.
    for (number, name) in names.iter().enumerate() {
        assert_eq!(try_lock(name, &number.to_string()), Held, "{name}");
    }
    for (number, name) in names.iter().enumerate() {
        assert_eq!(try_lock(name, "another"), Busy, "{name}");
        unlock(name, &number.to_string());
        assert_eq!(try_lock(name, "another"), Held, "{name}");
        unlock(name, "another");
    }

    // A lock is no record, and a record no lock.
    assert_eq!(try_lock("portcullis/a", "one"), Held);
    assert_eq!(store.read("portcullis/a"), Ok(Stored::Absent));
    assert_eq!(store.keys(""), Ok(Vec::new()));
    store.write("portcullis/a", b"record").unwrap();
    store.remove("portcullis/a").unwrap();
    assert_eq!(try_lock("portcullis/a", "two"), Busy);
    unlock("portcullis/a", "one");

    // Of many who ask at once one has it.
    let held = std::thread::scope(|scope| {
        let ask = |owner: u8| scope.spawn(move || try_lock_as(store, owner));
        let asking: Vec<_> = (0..8).map(ask).collect();
        asking.into_iter().map(|asking| asking.join().unwrap()).filter(|outcome| *outcome == Held).count()
    });
    assert_eq!(held, 1);
    (0..8_u8).for_each(|owner| unlock("portcullis/a", &owner.to_string()));
    assert_eq!(store.keys(""), Ok(Vec::new()));
}

fn try_lock_as(store: &dyn SecureStore, owner: u8) -> LockOutcome {
    store.try_lock("portcullis/a", &owner.to_string(), Duration::from_secs(60)).unwrap()
}
