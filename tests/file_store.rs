//! What every store does, and what a file store keeps to when several processes use it and some are killed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod store_contract;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use portcullis::{FileStore, LockOutcome, MemoryStore, SecureStore, Stored};
use store_contract::keeps_the_contract;

/// What threads may ask of one store at once.
fn keeps_the_contract_under_threads(store: &dyn SecureStore) {
    std::thread::scope(|scope| {
        for thread in 0..4_u8 {
            scope.spawn(move || {
                let own = format!("own/{thread}");
                for round in 0..20_u8 {
                    store.write(&own, &[thread, round]).unwrap();
                    store.write("shared", &[round; 1000]).unwrap();
                    assert_eq!(store.read(&own), Ok(Stored::Found(vec![thread, round])));
                    let Ok(Stored::Found(shared)) = store.read("shared") else {
                        panic!("the shared record is not there")
                    };
                    assert!(shared.len() == 1000 && shared.iter().all(|byte| *byte == shared[0]));
                    assert!(store.keys("own/").unwrap().contains(&own));
                }
            });
        }
    });
    assert_eq!(store.keys("").unwrap().len(), 5);
}

#[test]
fn a_memory_store_keeps_the_contract() {
    keeps_the_contract(&MemoryStore::new());
    keeps_the_contract_under_threads(&MemoryStore::new());
}

#[test]
fn a_file_store_keeps_the_contract() {
    let directory = tempfile::tempdir().unwrap();
    keeps_the_contract(&FileStore::new(directory.path().join("one")));
    keeps_the_contract_under_threads(&FileStore::new(directory.path().join("two")));
}

/// A store without a lock says so each time, and is used by one process.
#[test]
fn a_store_without_a_lock_keeps_the_contract() {
    #[derive(Debug)]
    struct Lockless(MemoryStore);

    impl SecureStore for Lockless {
        fn read(&self, key: &str) -> Result<Stored, portcullis::StoreFailure> {
            self.0.read(key)
        }

        fn write(&self, key: &str, bytes: &[u8]) -> Result<(), portcullis::StoreFailure> {
            self.0.write(key, bytes)
        }

        fn remove(&self, key: &str) -> Result<(), portcullis::StoreFailure> {
            self.0.remove(key)
        }

        fn keys(&self, prefix: &str) -> Result<Vec<String>, portcullis::StoreFailure> {
            self.0.keys(prefix)
        }
    }

    keeps_the_contract(&Lockless(MemoryStore::new()));
}

#[cfg(target_vendor = "apple")]
#[test]
#[ignore = "needs an app that is signed with the Keychain Sharing entitlement"]
fn a_keychain_store_keeps_the_contract() {
    keeps_the_contract(&portcullis::KeychainStore::new(None));
}

#[test]
fn a_memory_store_prints_no_record() {
    let store = MemoryStore::new();
    store.write("portcullis/ann", b"hunter2").unwrap();
    let printed = format!("{store:?} {:?}", store.read("portcullis/ann").unwrap());
    assert_eq!(printed, "MemoryStore { .. } Found");
}

#[test]
fn a_file_store_outlives_its_process() {
    let directory = tempfile::tempdir().unwrap();
    let mut writer = writer(directory.path(), "ann", Some(3));
    assert!(writer.0.wait().unwrap().success());
    assert_eq!(FileStore::new(directory.path()).read("ann"), Ok(Stored::Found(record(2))));
}

/// Writers are killed at points that nobody chose; whatever they leave is a whole record, and never an older one than
/// was there before.
#[test]
fn a_killed_process_leaves_the_old_or_the_new_record() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::new(directory.path());
    let mut newest = None;
    for round in 0..12_u64 {
        let mut writer = writer(directory.path(), "ann", None);
        // The first record takes a process's start; the rest of the time differs from round to round.
        while newest.is_none() && store.read("ann") == Ok(Stored::Absent) {
            assert!(writer.0.try_wait().unwrap().is_none(), "the writer ended");
        }
        std::thread::sleep(Duration::from_micros(40_000 + 1_377 * round));
        writer.0.kill().unwrap();
        writer.0.wait().unwrap();
        let left = number(&store);
        assert!(left >= newest, "{left:?} is older than {newest:?}");
        newest = left;
        assert_eq!(store.keys("").unwrap(), ["ann"]);
    }
    store.write("ann", b"after all").unwrap();
    assert_eq!(store.read("ann"), Ok(Stored::Found(b"after all".to_vec())));
}

/// Two processes write the same record, one of them is killed, and a third reads all the while.
#[test]
fn processes_share_a_directory() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::new(directory.path());
    let mut ends = writer(directory.path(), "ann", Some(150));
    let mut killed = writer(directory.path(), "ann", None);
    let mut reads = 0;
    let ended = loop {
        if let Some(ended) = ends.0.try_wait().unwrap() {
            break ended;
        }
        reads += usize::from(number(&store).is_some());
        if reads == 100 {
            killed.0.kill().unwrap();
        }
    };
    drop(killed);
    assert!(ended.success());
    assert!(reads > 0);
    assert!(number(&store).is_some());
}

/// A lock of a process ends with it, however it ends; the next one need not wait.
#[test]
fn a_file_lock_ends_with_its_process() {
    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::new(directory.path());
    let try_lock = || store.try_lock("portcullis/ann", "us", Duration::from_secs(60)).unwrap();
    for ends_by_itself in [false, true] {
        let mut holder = writer(directory.path(), "ann", Some(if ends_by_itself { 400 } else { u64::MAX - 1 }));
        // It takes the lock before its first record.
        while store.read("ann") == Ok(Stored::Absent) {
            assert!(holder.0.try_wait().unwrap().is_none(), "the holder ended");
        }
        assert_eq!(try_lock(), LockOutcome::Busy);
        if !ends_by_itself {
            holder.0.kill().unwrap();
        }
        holder.0.wait().unwrap();
        assert_eq!(try_lock(), LockOutcome::Held);
        store.unlock("portcullis/ann", "us").unwrap();
        store.remove("ann").unwrap();
    }
}

/// The record with that number: its length and all of its bytes follow from it.
fn record(number: u64) -> Vec<u8> {
    let mut bytes = number.to_be_bytes().to_vec();
    bytes.resize(2_000 + usize::try_from(number % 7).unwrap() * 900, bytes[7]);
    bytes
}

/// The number of the record, which must be whole.
fn number(store: &FileStore) -> Option<u64> {
    match store.read("ann").unwrap() {
        Stored::Absent => None,
        Stored::Found(bytes) => {
            let number = u64::from_be_bytes(bytes[..8].try_into().unwrap());
            assert!(bytes == record(number), "record {number} is not whole");
            Some(number)
        }
        other => panic!("{other:?}"),
    }
}

/// This test program, as a process that writes records one after the other: so many, or until it is killed.
fn writer(directory: &Path, key: &str, records: Option<u64>) -> Writer {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "write_records", "--ignored"])
        .env("WRITE_TO", directory)
        .env("WRITE_KEY", key)
        .env("WRITE_RECORDS", records.unwrap_or(u64::MAX).to_string())
        .stdout(Stdio::null())
        .spawn();
    Writer(child.unwrap())
}

/// Does not outlive a test that failed.
struct Writer(Child);

impl Drop for Writer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[ignore = "the writer that other tests start"]
fn write_records() {
    let Some(directory) = std::env::var_os("WRITE_TO") else { return };
    let store = FileStore::new(directory);
    let key = std::env::var("WRITE_KEY").unwrap();
    let records: u64 = std::env::var("WRITE_RECORDS").unwrap().parse().unwrap();
    // Given back when this process ends, and not before.
    store.try_lock("portcullis/ann", &std::process::id().to_string(), Duration::from_secs(60)).unwrap();
    let first = if records == u64::MAX { number(&store).map_or(0, |number| number + 1) } else { 0 };
    for number in first..records {
        store.write(&key, &record(number)).unwrap();
    }
}
