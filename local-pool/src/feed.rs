//! What happens in the server, told to developers who watch: requests, messages, triggers, sign-ins.
//!
//! The last events are kept in a ring, and whoever watches reads from the ring at their own pace: nobody who reads slowly
//! holds up the server or makes it grow. They miss what has left the ring, and are told how much that was.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};
use tokio::sync::watch;

use crate::clock::Clock;
use crate::model::timestamp::seconds;
use crate::wire::shortened;

/// How many events are kept.
const KEPT: usize = 1_000;
/// How much is told of any text.
const LONGEST: usize = 1_024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Somebody called an operation, or tried to.
    Request,
    /// A message was put into the outbox.
    Message,
    /// A Lambda function ran, or should have.
    Trigger,
    /// A sign-in went a step further.
    SignIn,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Message => "message",
            Self::Trigger => "trigger",
            Self::SignIn => "sign_in",
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Event {
    /// From 1 on, without gaps.
    pub id: u64,
    pub kind: Kind,
    /// A JSON object in one line.
    pub data: String,
}

/// What there is to read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct News {
    /// How many events the reader has not seen and never will.
    pub missed: u64,
    pub events: Vec<Arc<Event>>,
}

pub(crate) struct Feed {
    clock: Clock,
    ring: Mutex<Ring>,
}

struct Ring {
    events: VecDeque<Arc<Event>>,
    /// The last id. Gone once the server stops.
    last: Option<watch::Sender<u64>>,
}

impl Feed {
    pub fn new(clock: Clock) -> Self {
        Self { clock, ring: Mutex::new(Ring { events: VecDeque::new(), last: Some(watch::Sender::new(0)) }) }
    }

    /// Tells an event. Members that are null are left out.
    pub fn tell(&self, kind: Kind, members: Value) {
        let mut data = Map::from_iter([("at".to_owned(), json!(seconds(self.clock.now_ms())))]);
        if let Value::Object(members) = members {
            data.extend(members.into_iter().filter(|(_, value)| !value.is_null()));
        }
        for value in data.values_mut() {
            if let Value::String(text) = value {
                *text = shortened(text, LONGEST);
            }
        }
        let data = Value::Object(data).to_string();
        let mut ring = self.ring();
        let Some(last) = &ring.last else { return };
        let id = *last.borrow() + 1;
        last.send_replace(id);
        ring.events.push_back(Arc::new(Event { id, kind, data }));
        if ring.events.len() > KEPT {
            ring.events.pop_front();
        }
    }

    /// The id of the last event, and how to wait for the next. None once the server stops.
    pub fn watch(&self) -> Option<watch::Receiver<u64>> {
        self.ring().last.as_ref().map(watch::Sender::subscribe)
    }

    /// The next events after one, `most` at a time.
    pub fn after(&self, id: u64, most: usize) -> News {
        let ring = self.ring();
        let first = ring.events.front().map_or(id + 1, |event| event.id);
        let missed = first.saturating_sub(id + 1);
        let events = ring.events.iter().filter(|event| event.id > id).take(most).cloned().collect();
        News { missed, events }
    }

    /// Ends all watching.
    pub fn close(&self) {
        self.ring().last = None;
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ring_keeps_the_last_and_says_what_is_missed() {
        let feed = Feed::new(Clock::default());
        assert_eq!(feed.after(0, 10), News::default());
        for number in 0..KEPT + 5 {
            feed.tell(Kind::Request, json!({ "number": number, "nothing": null, "long": "x".repeat(5_000) }));
        }
        let News { missed, events } = feed.after(0, 10);
        assert_eq!((missed, events.len(), events[0].id), (5, 10, 6));
        assert!(events[0].data.contains(r#""number":5"#) && !events[0].data.contains("nothing"));
        assert!(events[0].data.len() < 1_200);
        let News { missed, events } = feed.after(1_004, 10);
        assert_eq!((missed, events.len()), (0, 1));
        assert_eq!(feed.after(1_005, 10), News::default());
    }

    #[tokio::test]
    async fn watching_ends_with_the_server() {
        let feed = Feed::new(Clock::default());
        let mut watch = feed.watch().unwrap();
        feed.tell(Kind::Message, json!({}));
        watch.changed().await.unwrap();
        assert_eq!(*watch.borrow_and_update(), 1);
        feed.close();
        watch.changed().await.unwrap_err();
        assert!(feed.watch().is_none());
        feed.tell(Kind::Message, json!({}));
        assert_eq!(feed.after(1, 10), News::default());
    }
}
