//! Taking turns under a name: so many at once, and the others wait.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

#[derive(Clone, Default)]
pub(crate) struct Turns {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// How many have a turn; a name that nobody has one under is not there.
    taken: Mutex<HashMap<String, usize>>,
    given_back: Notify,
}

/// A turn; dropped, it is given back.
#[must_use]
pub(crate) struct Turn {
    shared: Arc<Shared>,
    name: String,
}

impl Turns {
    /// Waits until fewer than `most` have a turn under the name. `most` is asked anew whenever one was given back, and can
    /// refuse.
    pub async fn take<E>(&self, name: &str, mut most: impl FnMut() -> Result<usize, E>) -> Result<Turn, E> {
        loop {
            let given_back = self.shared.given_back.notified();
            // Nothing is missed that is given back after the look below.
            let mut given_back = std::pin::pin!(given_back);
            given_back.as_mut().enable();
            {
                let mut taken = self.shared.taken();
                let most = most()?;
                let count = taken.get(name).copied().unwrap_or(0);
                if count < most {
                    taken.insert(name.to_owned(), count + 1);
                    return Ok(Turn { shared: Arc::clone(&self.shared), name: name.to_owned() });
                }
            }
            given_back.await;
        }
    }
}

impl Shared {
    fn taken(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut taken = self.shared.taken();
        if let Some(count) = taken.get_mut(&self.name) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.name);
            }
        }
        drop(taken);
        self.shared.given_back.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::Future as _;
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn of(most: usize) -> impl FnMut() -> Result<usize, Infallible> {
        move || Ok(most)
    }

    #[tokio::test]
    async fn who_is_one_too_many_waits_until_a_turn_is_given_back() {
        let turns = Turns::default();
        let (one, _two) = (turns.take("ann", of(2)).await.unwrap(), turns.take("ann", of(2)).await.unwrap());
        let _elsewhere = turns.take("bob", of(1)).await.unwrap();
        let mut third = std::pin::pin!(turns.take("ann", of(2)));
        let mut context = Context::from_waker(Waker::noop());
        assert!(third.as_mut().poll(&mut context).is_pending());
        drop(one);
        assert!(matches!(third.as_mut().poll(&mut context), Poll::Ready(Ok(_))));
    }

    #[tokio::test]
    async fn nothing_is_kept_of_names_that_nobody_has_a_turn_under() {
        let turns = Turns::default();
        for name in 0..100 {
            drop(turns.take(&name.to_string(), of(1)).await.unwrap());
        }
        assert!(turns.shared.taken().is_empty());
    }

    #[tokio::test]
    async fn who_waits_can_be_refused() {
        let turns = Turns::default();
        let one = turns.take("ann", of(1)).await.unwrap();
        let mut answers = [Ok(1), Err("locked")].into_iter();
        let mut second = std::pin::pin!(turns.take("ann", || answers.next().unwrap()));
        let mut context = Context::from_waker(Waker::noop());
        assert!(second.as_mut().poll(&mut context).is_pending());
        drop(one);
        assert!(matches!(second.as_mut().poll(&mut context), Poll::Ready(Err("locked"))));
    }
}
