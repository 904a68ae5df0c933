//! Work that must not die with the caller who asked for it runs as a task of its own, on the runtime of the call.

use std::future::Future;
use std::time::Duration;

use crate::error::{Error, Result};

/// Runs the work to its end even if nobody waits for it any more, and waits for it.
/// The caller may be dropped at any point: a rotated token or a used-up code is still stored.
pub(crate) async fn detached<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    match tokio::spawn(work).await {
        Ok(result) => result,
        Err(failed) => Err(ended(&failed)),
    }
}

/// Runs code that may block (a key store, the app's callbacks) away from the async workers, and stops waiting after
/// the limit. The code itself cannot be stopped; it ends on its own thread.
pub(crate) async fn blocking<T: Send + 'static>(limit: Duration, code: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    match tokio::time::timeout(limit, tokio::task::spawn_blocking(code)).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(failed)) => Err(ended(&failed)),
        Err(_elapsed) => Err(Error::StorageFailed(format!("no answer within {} s", limit.as_secs()))),
    }
}

fn ended(failed: &tokio::task::JoinError) -> Error {
    if failed.is_cancelled() { Error::Cancelled } else { Error::internal("a background task failed") }
}
