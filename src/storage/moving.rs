//! A store whose records move to another one, each when it is first asked for: for an app that begins to keep its session
//! somewhere else, in a keychain group that it shares with its extensions for example.

use std::time::Duration;

use super::{LockOutcome, SecureStore, StoreFailure, Stored};

/// Keeps records in `to`, and takes over what is still in `from`. Killed at any point, a record is in one of them or in
/// both alike, and what was removed stays removed.
#[derive(Clone, Debug)]
pub struct MovingStore<F, T> {
    from: F,
    to: T,
}

impl<F: SecureStore, T: SecureStore> MovingStore<F, T> {
    /// A store of `to` with what was in `from`. Nothing is read or written here.
    #[must_use]
    pub const fn new(from: F, to: T) -> Self {
        Self { from, to }
    }

    /// Copies the record, looks whether the copy is right, and only then removes the original.
    fn take_over(&self, key: &str, bytes: &[u8]) -> Result<(), StoreFailure> {
        self.to.write(key, bytes)?;
        match self.to.read(key)? {
            Stored::Found(copy) if copy == bytes => self.from.remove(key),
            _ => Err(StoreFailure::Failed("the record could not be moved: its copy is not the same".to_owned())),
        }
    }
}

impl<F: SecureStore, T: SecureStore> SecureStore for MovingStore<F, T> {
    fn read(&self, key: &str) -> Result<Stored, StoreFailure> {
        match self.to.read(key)? {
            Stored::Absent => {}
            there => return Ok(there),
        }
        let found = self.from.read(key)?;
        if let Stored::Found(bytes) = &found {
            // What cannot be moved now is still the record; it is moved the next time.
            let _ = self.take_over(key, bytes);
        }
        Ok(found)
    }

    fn write(&self, key: &str, bytes: &[u8]) -> Result<(), StoreFailure> {
        self.to.write(key, bytes)?;
        self.from.remove(key)
    }

    /// The old place first: otherwise a crash between the two would bring the record back.
    fn remove(&self, key: &str) -> Result<(), StoreFailure> {
        self.from.remove(key)?;
        self.to.remove(key)
    }

    fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreFailure> {
        let mut keys = self.to.keys(prefix)?;
        keys.extend(self.from.keys(prefix)?);
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }

    fn try_lock(&self, name: &str, owner: &str, lease: Duration) -> Result<LockOutcome, StoreFailure> {
        self.to.try_lock(name, owner, lease)
    }

    fn unlock(&self, name: &str, owner: &str) -> Result<(), StoreFailure> {
        self.to.unlock(name, owner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::storage::MemoryStore;
    use crate::storage::dying_store::DyingStore;

    type Dead = MovingStore<DyingStore, DyingStore>;
    type Alive = MovingStore<Arc<MemoryStore>, Arc<MemoryStore>>;

    /// A store that dies after so many calls, and what there is then.
    fn stores(calls: usize) -> (Dead, impl Fn() -> Alive) {
        let (from, to) = (Arc::new(MemoryStore::new()), Arc::new(MemoryStore::new()));
        from.write("a", b"old").unwrap();
        let dying = DyingStore::new(from.clone(), calls);
        let beside = dying.beside(to.clone());
        (MovingStore::new(dying, beside), move || MovingStore::new(from.clone(), to.clone()))
    }

    fn found(bytes: &[u8]) -> Result<Stored, StoreFailure> {
        Ok(Stored::Found(bytes.to_vec()))
    }

    #[test]
    fn a_record_moves_once_it_is_read() {
        let (moving, after) = stores(99);
        assert_eq!(moving.keys("").unwrap(), ["a"]);
        assert_eq!(moving.read("a"), found(b"old"));
        assert_eq!((after().from.read("a"), after().to.read("a")), (Ok(Stored::Absent), found(b"old")));
        assert_eq!((moving.read("b"), moving.keys("").unwrap()), (Ok(Stored::Absent), vec!["a".to_owned()]));
    }

    /// Takes a record and keeps another.
    #[derive(Debug, Default)]
    struct Mangling(MemoryStore);

    impl SecureStore for Mangling {
        fn read(&self, key: &str) -> Result<Stored, StoreFailure> {
            self.0.read(key)
        }

        fn write(&self, key: &str, bytes: &[u8]) -> Result<(), StoreFailure> {
            self.0.write(key, &bytes[1..])
        }

        fn remove(&self, key: &str) -> Result<(), StoreFailure> {
            self.0.remove(key)
        }

        fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreFailure> {
            self.0.keys(prefix)
        }
    }

    #[test]
    fn the_original_stays_unless_the_copy_is_the_same() {
        let from = Arc::new(MemoryStore::new());
        from.write("a", b"old").unwrap();
        let moving = MovingStore::new(from.clone(), Mangling::default());
        assert_eq!(moving.read("a"), found(b"old"));
        assert_eq!(from.read("a"), found(b"old"));
    }

    #[test]
    fn the_lock_is_that_of_the_new_place() {
        let (from, to) = (Arc::new(MemoryStore::new()), Arc::new(MemoryStore::new()));
        let moving = MovingStore::new(from.clone(), to.clone());
        let lock = |store: &dyn SecureStore, owner| store.try_lock("a", owner, Duration::from_secs(60)).unwrap();
        assert_eq!(lock(&moving, "one"), LockOutcome::Held);
        assert_eq!((lock(&*to, "two"), lock(&*from, "two")), (LockOutcome::Busy, LockOutcome::Held));
        moving.unlock("a", "one").unwrap();
        assert_eq!(lock(&*to, "two"), LockOutcome::Held);
    }

    #[test]
    fn killed_at_any_point_it_loses_nothing_and_brings_nothing_back() {
        for calls in 0..8 {
            let (moving, after) = stores(calls);
            let _ = moving.read("a");
            assert_eq!(after().read("a"), found(b"old"), "reading, {calls}");

            let (moving, after) = stores(calls);
            let written = moving.write("a", b"new");
            assert!(after().read("a") == found(b"new") || written.is_err(), "writing, {calls}");
            assert_ne!(after().read("a"), Ok(Stored::Absent), "writing, {calls}");

            let (moving, after) = stores(calls);
            let removed = moving.remove("a");
            assert_eq!(after().read("a") == Ok(Stored::Absent), removed.is_ok() || calls == 1, "removing, {calls}");
        }
    }
}
