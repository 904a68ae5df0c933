//! The locks and atomics of the parts whose order of steps is checked under shuttle (`cargo xtask races`), where they are
//! shuttle's; everywhere else they are the standard library's.

#[cfg(not(shuttle))]
pub(crate) use arc_swap::ArcSwapOption;
#[cfg(shuttle)]
pub(crate) use shuttle::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
};
#[cfg(not(shuttle))]
pub(crate) use std::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
};

/// As `arc_swap` has it: a shared value that is exchanged whole.
#[cfg(shuttle)]
#[derive(Debug)]
pub(crate) struct ArcSwapOption<T>(Mutex<Option<std::sync::Arc<T>>>);

#[cfg(shuttle)]
impl<T> ArcSwapOption<T> {
    pub fn empty() -> Self {
        Self(Mutex::new(None))
    }

    pub fn load_full(&self) -> Option<std::sync::Arc<T>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    pub fn swap(&self, value: Option<std::sync::Arc<T>>) -> Option<std::sync::Arc<T>> {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner), value)
    }

    pub fn store(&self, value: Option<std::sync::Arc<T>>) {
        self.swap(value);
    }
}
