//! The HTTP stack's read buffers, wiped once they have been read.
//!
//! hyper reads into a buffer that belongs to the connection, and gives out shared parts of it. It lets go of a buffer
//! of which somebody holds a part as soon as it waits for more, and takes a fresh one. So a part that is kept becomes
//! the only handle of its buffer, and through the only handle the whole buffer can be overwritten.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::sync::oneshot;
use zeroize::Zeroize as _;

use crate::support::shown::shows;
use crate::support::task::spawn;

/// How long a buffer is waited for. By then the connection is closed, because it was idle for too long.
const LONGEST: Duration = Duration::from_secs(60);

/// The newest part of an answer that was read, in place of its buffer.
pub(super) struct Spent {
    part: Option<Bytes>,
    /// Takes the part if its buffer is in use to the end: who stops reading cannot wait for it.
    waiting: Option<oneshot::Sender<Bytes>>,
}
shows!(Spent {});

impl Spent {
    /// For one answer. Must be made inside a runtime, as every request is.
    pub fn new() -> Self {
        let (waiting, left) = oneshot::channel();
        spawn(async move {
            if let Ok(part) = left.await {
                Waiting(Some(part)).wipe().await;
            }
        });
        Self { part: None, waiting: Some(waiting) }
    }

    /// Keeps this part. The one before it is either of the same buffer, which will be wiped with this one, or the last
    /// handle of its own, since the connection reads into one buffer at a time.
    pub fn keep(&mut self, part: Bytes) {
        self.part.replace(part).map(wipe);
    }
}

impl Drop for Spent {
    /// Wipes the buffer when the connection lets it go: mostly at once, otherwise in the background.
    fn drop(&mut self) {
        if let (Some(held), Some(waiting)) = (self.part.take().and_then(wipe), self.waiting.take()) {
            let _ = waiting.send(held).map_err(wipe);
        }
    }
}

/// A part whose buffer is still in use.
struct Waiting(Option<Bytes>);

impl Waiting {
    async fn wipe(mut self) {
        let mut wait = Duration::from_millis(1);
        while self.0.is_some() && wait < LONGEST {
            tokio::time::sleep(wait).await;
            self.0 = self.0.take().and_then(wipe);
            wait *= 2;
        }
    }
}

impl Drop for Waiting {
    /// The runtime ends: perhaps the connection has ended before.
    fn drop(&mut self) {
        self.0.take().map(wipe);
    }
}

/// Wipes the whole buffer that this is a part of, or gives the part back if there are others.
fn wipe(part: Bytes) -> Option<Bytes> {
    overwritten(part).err()
}

fn overwritten(part: Bytes) -> Result<BytesMut, Bytes> {
    let mut buffer = part.try_into_mut()?;
    // From the buffer's very beginning, which may lie before this part, to its end.
    buffer.clear();
    let _ = buffer.try_reclaim(buffer.capacity() + 1);
    buffer.resize(buffer.capacity(), 0);
    buffer.as_mut().zeroize();
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As hyper does: the head of an answer, two parts of its body, and room for the next.
    fn read() -> (BytesMut, [Bytes; 3]) {
        let mut buffer = BytesMut::with_capacity(8192);
        buffer.extend_from_slice(b"head body body");
        let parts = [5, 5, 4].map(|length| buffer.split_to(length).freeze());
        (buffer, parts)
    }

    #[test]
    fn the_only_part_stands_for_the_whole_buffer() {
        for kept in 0..3 {
            let (buffer, mut parts) = read();
            let part = std::mem::take(&mut parts[kept]);
            let part = overwritten(part).unwrap_err(); // there are others
            drop(parts);
            let part = overwritten(part).unwrap_err(); // the connection reads into it
            drop(buffer);
            let wiped = overwritten(part).unwrap();
            assert_eq!(wiped, vec![0; 8192], "part {kept}");
        }
        assert_eq!(overwritten(Bytes::from(vec![1; 10])).unwrap(), vec![0; 10]);
    }

    #[tokio::test]
    async fn a_connection_that_waits_for_more_lets_go() {
        let (mut buffer, [_, first, second]) = read();
        let mut spent = Spent::new();
        spent.keep(first);
        spent.keep(second);
        buffer.reserve(8192);
        assert!(spent.part.take().and_then(wipe).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_buffer_in_use_is_waited_for_a_while() {
        for is_let_go in [true, false] {
            let (buffer, [_, _, part]) = read();
            let mut buffer = Some(buffer);
            let waiting = tokio::spawn(Waiting(Some(part)).wipe());
            tokio::time::sleep(Duration::from_secs(5)).await;
            assert!(!waiting.is_finished());
            if is_let_go {
                buffer = None;
            }
            tokio::time::timeout(2 * LONGEST, waiting).await.unwrap().unwrap();
            drop(buffer);
        }
    }
}
