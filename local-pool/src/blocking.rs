//! Work that blocks its thread: files, the database on a disk.

use std::cell::Cell;

thread_local! {
    static SERVES: Cell<bool> = const { Cell::new(false) };
}

/// Marks a thread of the server's own runtime. Callers' runtimes may be of a kind that cannot hand tasks over.
pub(crate) fn mark_server_thread() {
    SERVES.set(true);
}

/// Runs what may block for a while. A thread that serves hands its other tasks over to another first, so that one slow
/// disk does not hold up every request.
pub(crate) fn in_place<T>(work: impl FnOnce() -> T) -> T {
    if SERVES.get() { tokio::task::block_in_place(work) } else { work() }
}
