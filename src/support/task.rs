//! Work that must not die with the caller who asked for it runs as a task of its own, on the runtime of the call.

use std::future::Future;

use crate::error::{Error, Result};

/// Runs the work to its end even if nobody waits for it any more, and waits for it.
/// The caller may be dropped at any point: a rotated token or a used-up code is still stored.
pub(crate) async fn detached<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    match tokio::spawn(work).await {
        Ok(result) => result,
        Err(failed) if failed.is_cancelled() => Err(Error::Cancelled),
        Err(_panicked) => Err(Error::internal("a part of this call panicked: the transport, or the library itself")),
    }
}

/// Lets work run that nobody waits for, where there is still a runtime: not when the process ends.
pub(crate) fn in_background(work: impl Future<Output = ()> + Send + 'static) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(work);
    }
}

/// Runs code that may block (a key store) away from the async workers. Nothing can stop it; it ends on its own thread.
pub(crate) async fn blocking<T: Send + 'static>(what: &str, code: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(code).await {
        Ok(result) => Ok(result),
        Err(failed) if failed.is_cancelled() => Err(Error::Cancelled),
        Err(_panicked) => Err(Error::StorageFailed(format!("{what} panicked"))),
    }
}
