//! Work that must not die with the caller who asked for it runs as a task of its own, on the runtime of the call.
//!
//! Every task is of one type, and so is every piece of blocking code, and what they give: the runtime's machinery and the
//! waiting are compiled once and not for each future, which is a sixth of the library.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;

use tokio::sync::oneshot;
use tokio::task::{JoinError, JoinHandle};

use crate::error::{Error, Result};

/// A future of any kind.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A value of any type, on its way out of work that is of one type.
pub(crate) type Anything = Box<dyn Any + Send>;

/// The work, giving anything.
pub(crate) fn erased<'a, T: Send + 'static, E>(
    work: impl Future<Output = std::result::Result<T, E>> + Send + 'a,
) -> BoxFuture<'a, std::result::Result<Anything, E>> {
    Box::pin(async move { Ok(Box::new(work.await?) as Anything) })
}

/// What erased work gave, as what it was before.
pub(crate) fn given<T: 'static>(value: Anything) -> Result<T> {
    match value.downcast() {
        Ok(value) => Ok(*value),
        Err(_other) => Err(Error::internal("work gave something of another type")),
    }
}

/// Begins work that nobody needs to wait for. Must be called inside a runtime.
pub(crate) fn spawn(work: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    let work: BoxFuture<'static, ()> = Box::pin(work);
    tokio::spawn(work)
}

/// Runs the work to its end even if nobody waits for it any more, and waits for it.
/// The caller may be dropped at any point: a rotated token or a used-up code is still stored.
pub(crate) async fn detached<T: Send + 'static>(work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
    given(detached_erased(erased(work)).await?)
}

/// The same for erased work.
pub(crate) async fn detached_erased(work: BoxFuture<'static, Result<Anything>>) -> Result<Anything> {
    let (sender, result) = oneshot::channel();
    let task = spawn(async move {
        let _ = sender.send(work.await); // nobody may be waiting any more
    });
    match result.await {
        Ok(result) => result,
        Err(_gone) if was_cancelled(task.await) => Err(Error::Cancelled),
        Err(_gone) => Err(Error::internal("a part of this call panicked: the transport, or the library itself")),
    }
}

/// Lets work run that nobody waits for, where there is still a runtime: not when the process ends.
pub(crate) fn in_background(work: impl Future<Output = ()> + Send + 'static) {
    if tokio::runtime::Handle::try_current().is_ok() {
        spawn(work);
    }
}

/// Runs code that may block (a key store) away from the async workers. Nothing can stop it; it ends on its own thread.
pub(crate) async fn blocking<T: Send + 'static>(what: &str, code: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    given(blocking_erased(what, Box::new(move || Box::new(code()))).await?)
}

async fn blocking_erased(what: &str, code: Box<dyn FnOnce() -> Anything + Send>) -> Result<Anything> {
    let (sender, result) = oneshot::channel();
    let code: Box<dyn FnOnce() + Send> = Box::new(move || {
        let _ = sender.send(code()); // nobody may be waiting any more
    });
    let thread = tokio::task::spawn_blocking(code);
    match result.await {
        Ok(result) => Ok(result),
        Err(_gone) if was_cancelled(thread.await) => Err(Error::Cancelled),
        Err(_gone) => Err(Error::StorageFailed(format!("{what} panicked"))),
    }
}

fn was_cancelled(ended: std::result::Result<(), JoinError>) -> bool {
    ended.is_err_and(|failed| failed.is_cancelled())
}
