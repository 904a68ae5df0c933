//! The file store when it is killed, when the file system fails, and when files are damaged. What every store does is
//! in `tests/file_store.rs`, with the tests that need several processes.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

use super::*;

/// What happens at the file system's steps on this thread.
#[derive(Default)]
struct Script {
    /// The step, counted from 0, at which something happens, and what.
    at: Option<(usize, Event)>,
    taken: Vec<&'static str>,
}

#[derive(Clone, Copy, PartialEq)]
enum Event {
    /// The process ends there: nothing more is done, no cleaning up either.
    Kill,
    /// The file system reports that there is no space.
    Fail,
}

thread_local! {
    static SCRIPT: RefCell<Script> = RefCell::default();
}

pub(super) fn step(name: &'static str) -> io::Result<()> {
    let event = SCRIPT.with_borrow_mut(|script| {
        script.taken.push(name);
        script.at.filter(|(at, _)| at + 1 == script.taken.len()).map(|(_, event)| event)
    });
    match event {
        None => Ok(()),
        Some(Event::Fail) => Err(io::Error::from(ErrorKind::StorageFull)),
        // Unwinding stands for the kill: the store has no code that runs then.
        Some(Event::Kill) => panic::resume_unwind(Box::new("killed")),
    }
}

/// Runs the work with that event. Gives its result, if it was not killed, and the steps it came to.
fn scripted<T>(at: Option<(usize, Event)>, work: impl FnOnce() -> T) -> (Option<T>, Vec<&'static str>) {
    SCRIPT.set(Script { at, taken: Vec::new() });
    let ended = panic::catch_unwind(AssertUnwindSafe(work)).ok();
    (ended, SCRIPT.take().taken)
}

fn store() -> (tempfile::TempDir, FileStore) {
    let directory = tempfile::tempdir().unwrap();
    let store = FileStore::new(directory.path().join("made/when/needed"));
    (directory, store)
}

fn found(bytes: &[u8]) -> Result<Stored, StoreFailure> {
    Ok(Stored::Found(bytes.to_vec()))
}

fn unfinished(store: &FileStore) -> Vec<PathBuf> {
    let paths = fs::read_dir(&store.directory).into_iter().flatten().map(|entry| entry.unwrap().path());
    paths.filter(|path| path.extension().is_some_and(|end| end == "new")).collect()
}

#[test]
fn killed_at_every_step_leaves_the_old_or_the_new() {
    let prepared = |old: bool| {
        let (directory, store) = store();
        if old {
            store.write("k", b"old").unwrap();
            store.write("other", b"untouched").unwrap();
        }
        (directory, store)
    };
    for old in [false, true] {
        let (_directory, store) = prepared(old);
        let steps = scripted(None, || store.write("k", b"new").unwrap()).1;
        assert_eq!(steps[steps.len() - 5..], ["create", "write", "sync the file", "rename", "sync the directory"]);
        for at in 0..steps.len() {
            let (_directory, store) = prepared(old);
            let (ended, taken) = scripted(Some((at, Event::Kill)), || store.write("k", b"new"));
            assert_eq!((ended, &taken[..]), (None, &steps[..=at]));
            // The next process finds the old or the new record, and can write.
            let next = FileStore::new(&store.directory);
            let expected = match (steps[..at].contains(&"rename"), old) {
                (true, _) => found(b"new"),
                (false, true) => found(b"old"),
                (false, false) => Ok(Stored::Absent),
            };
            assert_eq!(next.read("k"), expected, "killed before step {at} of {steps:?}");
            assert_eq!(next.keys("k").unwrap().len(), usize::from(expected != Ok(Stored::Absent)));
            assert_eq!(next.read("other"), if old { found(b"untouched") } else { Ok(Stored::Absent) });
            next.write("k", b"newest").unwrap();
            assert_eq!(next.read("k"), found(b"newest"));
        }
    }
}

#[test]
fn killed_in_the_middle_of_writing_leaves_the_old() {
    let (_directory, store) = store();
    store.write("k", b"old").unwrap();
    let new = layout::of_record("k", b"new");
    for cut in 0..=new.len() {
        fs::write(store.directory.join(format!(".7-{cut}.new")), &new[..cut]).unwrap();
        assert_eq!(store.read("k"), found(b"old"));
    }
    assert_eq!(store.keys(""), Ok(vec!["k".to_owned()]));
    store.write("k", b"new").unwrap();
    assert_eq!(store.read("k"), found(b"new"));
}

#[test]
fn a_failing_file_system_is_reported_and_cleaned_up_after() {
    let steps = {
        let (_directory, store) = store();
        scripted(None, || store.write("k", b"new").unwrap()).1
    };
    assert_eq!(steps[0], "make directory");
    for (at, name) in steps.iter().enumerate() {
        let (_directory, store) = store();
        let (ended, _) = scripted(Some((at, Event::Fail)), || store.write("k", b"new"));
        assert!(
            matches!(ended, Some(Err(StoreFailure::Failed(why))) if why.contains("could not be written")),
            "{name}"
        );
        assert_eq!(unfinished(&store), Vec::<PathBuf>::new(), "{name}");
        let read = store.read("k");
        assert!(read == Ok(Stored::Absent) || read == found(b"new"), "{name}: {read:?}");
    }
}

#[test]
fn killed_while_removing_leaves_the_record_or_nothing() {
    let (_directory, store) = store();
    store.write("k", b"old").unwrap();
    assert_eq!(scripted(Some((0, Event::Kill)), || store.remove("k")).0, None);
    assert_eq!(store.read("k"), found(b"old"));
    assert_eq!(scripted(Some((1, Event::Kill)), || store.remove("k")).0, None);
    assert_eq!(store.read("k"), Ok(Stored::Absent));
    store.write("k", b"old").unwrap();
    assert!(matches!(scripted(Some((0, Event::Fail)), || store.remove("k")).0, Some(Err(StoreFailure::Failed(_)))));
}

#[test]
fn leftovers_are_swept_when_they_are_old() {
    let (_directory, store) = store();
    store.write("k", b"old").unwrap();
    let leave = |name: &str, hours: u64| {
        let file = File::create(store.directory.join(name)).unwrap();
        let now = file.metadata().unwrap().modified().unwrap();
        file.set_modified(now - std::time::Duration::from_secs(hours * 3600)).unwrap();
    };
    leave(".7-0.new", 2);
    leave(".7-1.new", 0);
    leave("notes.new", 2);
    // The names that this process would use next are taken: by a killed process with the same number.
    let number = replace::NUMBER.load(Ordering::Relaxed);
    for taken in number..number + 200 {
        leave(&format!(".{}-{taken}.new", std::process::id()), 0);
    }
    let next = FileStore::new(&store.directory);
    next.write("k", b"new").unwrap();
    assert_eq!(next.read("k"), found(b"new"));
    assert_eq!(next.keys(""), Ok(vec!["k".to_owned()]));
    let left = unfinished(&next);
    assert!(!left.contains(&next.directory.join(".7-0.new")));
    assert!(left.contains(&next.directory.join(".7-1.new")));
    assert!(left.contains(&next.directory.join("notes.new")));
    // None of the taken names was written over.
    assert_eq!(left.len(), 2 + 200);
}

#[test]
fn what_a_killed_writer_left_goes_with_the_next_removal_and_a_living_one_is_left_alone() {
    let (_directory, store) = store();
    store.write("k", b"old").unwrap();
    let leave = |name: &str| {
        let file = File::create(store.directory.join(name)).unwrap();
        let now = file.metadata().unwrap().modified().unwrap();
        file.set_modified(now - std::time::Duration::from_secs(5)).unwrap();
        file
    };
    let living = leave(".7-0.new");
    living.try_lock().unwrap();
    drop(leave(".7-1.new"));
    store.remove("k").unwrap();
    assert_eq!(unfinished(&store), [store.directory.join(".7-0.new")]);
    drop(living);
    store.write("k", b"new").unwrap();
    store.remove("k").unwrap();
    assert_eq!(unfinished(&store), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_damaged_file_is_corrupt_and_not_absent() {
    let (_directory, store) = store();
    store.write("k", b"0123456789").unwrap();
    let whole = fs::read(store.path("k")).unwrap();
    for cut in 0..whole.len() {
        fs::write(store.path("k"), &whole[..cut]).unwrap();
        assert!(matches!(store.read("k"), Ok(Stored::Corrupt(_))), "cut at {cut}");
    }
    for flipped in 0..whole.len() {
        let mut bad = whole.clone();
        bad[flipped] ^= 1;
        fs::write(store.path("k"), &bad).unwrap();
        assert!(matches!(store.read("k"), Ok(Stored::Corrupt(_))), "flipped at {flipped}");
    }
    // It can still be found and removed.
    assert_eq!(store.keys(""), Ok(vec!["k".to_owned()]));
    fs::write(store.path("k"), vec![b'x'; 2 * 1024 * 1024]).unwrap();
    assert!(matches!(store.read("k"), Ok(Stored::Corrupt(_))));
    fs::write(store.path("k"), &whole).unwrap();
    assert_eq!(store.read("k"), found(b"0123456789"));
    // A whole record under another one's name.
    fs::copy(store.path("k"), store.path("other")).unwrap();
    assert!(matches!(store.read("other"), Ok(Stored::Corrupt(_))));
    store.remove("other").unwrap();
    assert_eq!(store.read("other"), Ok(Stored::Absent));
}

#[cfg(unix)]
#[test]
fn files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let (directory, store) = store();
    store.write("a/b", b"secret").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&store.path("a/b")), 0o600);
    assert_eq!(mode(&store.directory), 0o700);
    assert_eq!(mode(&directory.path().join("made")), 0o700);
}

#[cfg(unix)]
#[test]
fn a_file_that_went_while_the_keys_are_listed_is_no_failure_and_one_that_cannot_be_read_is() {
    let (_directory, store) = store();
    let long = "k".repeat(300);
    store.write(&long, b"x").unwrap();
    assert_eq!(store.keys("k"), Ok(vec![long.clone()]), "the file tells the key that its name cannot");
    let path = store.path(&long);
    fs::remove_file(&path).unwrap();
    // The name is there, and no file when it is opened.
    std::os::unix::fs::symlink(store.directory.join("gone"), &path).unwrap();
    assert_eq!(store.keys("k"), Ok(Vec::new()));
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink(&path, &path).unwrap();
    assert!(matches!(store.keys("k"), Err(StoreFailure::Failed(_))));
}

#[test]
fn a_lock_can_be_taken_before_anything_is_written() {
    let (directory, store) = store();
    assert_eq!(store.try_lock("a", "one", Duration::from_secs(60)), Ok(LockOutcome::Held));
    assert_eq!(store.try_lock("a", "two", Duration::from_secs(60)), Ok(LockOutcome::Busy));
    let in_the_way = directory.path().join("file");
    fs::write(&in_the_way, b"").unwrap();
    assert!(FileStore::new(in_the_way).try_lock("a", "one", Duration::from_secs(60)).is_err());
}

#[test]
fn every_new_directory_is_made_to_last() {
    let (_directory, store) = store();
    let steps = scripted(None, || store.write("k", b"new").unwrap()).1;
    let synced = |steps: &[&str]| steps.iter().filter(|step| **step == "sync the directory").count();
    assert_eq!(synced(&steps), 4, "three that are new, and the one with the record: {steps:?}");
    let steps = scripted(None, || store.write("k", b"newer").unwrap()).1;
    assert_eq!(synced(&steps), 1);
}

#[test]
fn an_unfinished_file_whose_writer_lives_is_left_alone_however_old_it_is() {
    let (_directory, store) = store();
    store.write("k", b"x").unwrap();
    let living = store.directory.join(".1-1.new");
    let file = File::create(&living).unwrap();
    let now = file.metadata().unwrap().modified().unwrap();
    file.set_modified(now - Duration::from_secs(24 * 60 * 60)).unwrap();
    file.try_lock().unwrap();
    replace::sweep(&store.directory);
    assert!(living.exists());
    drop(file);
    replace::sweep(&store.directory);
    assert!(!living.exists());
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_file_system_cannot_do_is_no_failure_where_it_can_be_done_without() {
    // It takes no files.
    let system = Path::new("/proc/self");
    assert!(matches!(FileStore::new(system).write("k", b"x"), Err(StoreFailure::Failed(_))));
    assert!(replace::unless_impossible(Err(ErrorKind::InvalidInput.into())).is_ok());
    assert!(replace::unless_impossible(Err(ErrorKind::StorageFull.into())).is_err());
    // A file that cannot be opened, and so not locked, is swept by its age.
    let (_directory, store) = store();
    store.write("k", b"x").unwrap();
    let unfinished = store.directory.join(".1-1.new");
    std::os::unix::fs::symlink("nowhere", &unfinished).unwrap();
    replace::sweep(&store.directory);
    assert!(fs::symlink_metadata(&unfinished).is_ok());
}

#[test]
fn what_the_system_refuses_is_a_failure_and_not_absence() {
    let (directory, _) = store();
    let in_the_way = directory.path().join("file");
    fs::write(&in_the_way, b"").unwrap();
    let store = FileStore::new(in_the_way);
    assert!(matches!(store.write("k", b"x"), Err(StoreFailure::Failed(_))));
    assert!(matches!(store.read("k"), Err(StoreFailure::Failed(_))));
    assert!(matches!(store.keys(""), Err(StoreFailure::Failed(_))));
}
