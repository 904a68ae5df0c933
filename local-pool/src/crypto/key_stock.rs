//! Spare RSA keys, made ahead on a thread of their own and shared by all pools of the process.
//!
//! A key takes too long to make while somebody waits, and tests start many pools.

use std::sync::{Condvar, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use super::signing;

/// One pool's worth.
const SPARE: usize = 2;
/// How long the first server of a process has the processor to itself before keys are made.
const HEAD_START: Duration = Duration::from_millis(15);

#[derive(Default)]
struct Stock {
    shelf: Mutex<Shelf>,
    arrived: Condvar,
}

#[derive(Default)]
struct Shelf {
    keys: Vec<Vec<u8>>,
    waiting: usize,
    working: bool,
    failed: bool,
}

/// Starts making spare keys unless there are enough.
pub(crate) fn warm() {
    refill(HEAD_START);
}

/// Takes a key nobody else gets, as PKCS #1 DER. Blocks until there is one; None when none can be made.
pub(crate) fn take() -> Option<Vec<u8>> {
    let stock = stock();
    let mut shelf = stock.shelf.lock().unwrap_or_else(PoisonError::into_inner);
    shelf.waiting += 1;
    drop(shelf);
    refill(Duration::ZERO);
    shelf = stock.shelf.lock().unwrap_or_else(PoisonError::into_inner);
    while shelf.keys.is_empty() && !shelf.failed {
        shelf = stock.arrived.wait(shelf).unwrap_or_else(PoisonError::into_inner);
    }
    shelf.waiting -= 1;
    shelf.keys.pop()
}

fn stock() -> &'static Stock {
    static STOCK: OnceLock<Stock> = OnceLock::new();
    STOCK.get_or_init(Stock::default)
}

fn refill(after: Duration) {
    let mut shelf = stock().shelf.lock().unwrap_or_else(PoisonError::into_inner);
    if shelf.working || shelf.keys.len() >= SPARE + shelf.waiting {
        return;
    }
    shelf.working = true;
    shelf.failed = false;
    drop(shelf);
    let spawned = thread::Builder::new().name("local-pool-keys".into()).spawn(move || {
        thread::sleep(after);
        work();
    });
    if spawned.is_err() {
        give_up();
    }
}

fn work() {
    loop {
        let made = signing::generate();
        let mut shelf = stock().shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(key) = made else {
            drop(shelf);
            return give_up();
        };
        shelf.keys.push(key);
        stock().arrived.notify_all();
        if shelf.keys.len() >= SPARE + shelf.waiting {
            shelf.working = false;
            return;
        }
    }
}

fn give_up() {
    let mut shelf = stock().shelf.lock().unwrap_or_else(PoisonError::into_inner);
    shelf.working = false;
    shelf.failed = true;
    stock().arrived.notify_all();
}
