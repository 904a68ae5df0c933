//! The one deadline of a call: set where the call begins, read by every request, retry, store access and page of it.
//! It travels with the task, so that no part of a call can forget to pass it on.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

tokio::task_local! {
    static DEADLINE: Instant;
}

/// Runs the work under a deadline that far from now; one that is set already stays if it is earlier.
pub(crate) async fn within<F: Future>(limit: Duration, work: F) -> F::Output {
    DEADLINE.scope(nearest(Instant::now() + limit), work).await
}

/// The deadline, but not later than that far from now: what one step may take of the call's time.
pub(crate) fn at_most(limit: Duration) -> Instant {
    nearest(Instant::now() + limit)
}

/// The deadline; outside of a call, that far from now.
pub(crate) fn or_in(limit: Duration) -> Instant {
    DEADLINE.try_with(|deadline| *deadline).unwrap_or_else(|_| Instant::now() + limit)
}

/// What is left of the call's time; `None` outside of a call (work in the background, which sets limits of its own).
pub(crate) fn left() -> Option<Duration> {
    DEADLINE.try_with(|deadline| deadline.saturating_duration_since(Instant::now())).ok()
}

fn nearest(limit: Instant) -> Instant {
    DEADLINE.try_with(|deadline| limit.min(*deadline)).unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn an_inner_limit_never_prolongs_the_call() {
        assert_eq!((left(), or_in(SECOND)), (None, Instant::now() + SECOND));
        within(2 * SECOND, async {
            assert_eq!(left(), Some(2 * SECOND));
            assert_eq!(at_most(SECOND), Instant::now() + SECOND);
            assert_eq!(at_most(9 * SECOND), Instant::now() + 2 * SECOND);
            assert_eq!(or_in(SECOND), Instant::now() + 2 * SECOND);
            within(9 * SECOND, async { assert_eq!(left(), Some(2 * SECOND)) }).await;
            tokio::time::sleep(3 * SECOND).await;
            assert_eq!(left(), Some(Duration::ZERO));
        })
        .await;
    }
}
