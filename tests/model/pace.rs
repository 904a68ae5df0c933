//! Store calls run on a thread beside the runtime, so by themselves they would make two runs of one seed differ. Here
//! each waits until the runtime has nothing else to do, and the runtime has nothing to do until it is over.

use std::sync::{Condvar, Mutex};

use tokio::sync::Notify;

#[derive(Debug, Default)]
pub struct Pace {
    beat: Mutex<Beat>,
    granted: Condvar,
    ticket: Notify,
}

#[derive(Debug, Default)]
struct Beat {
    asked: u64,
    /// Up to which call the runtime has emptied its queue since.
    seen: u64,
    granted: u64,
    is_over: bool,
}

impl Pace {
    /// Called by a store call, on the one thread that may block: waits for its turn.
    pub fn wait(&self) {
        let mine = {
            let mut beat = self.beat.lock().unwrap();
            beat.asked += 1;
            beat.asked
        };
        self.ticket.notify_one();
        let beat = self.beat.lock().unwrap();
        drop(self.granted.wait_while(beat, |beat| beat.granted < mine && !beat.is_over).unwrap());
    }

    /// A task of the runtime. What was queued before the ticket came has run when it runs.
    pub async fn tick(&self) {
        loop {
            self.ticket.notified().await;
            let mut beat = self.beat.lock().unwrap();
            beat.seen = beat.asked;
        }
    }

    /// Called when the runtime has nothing to do.
    pub fn parked(&self) {
        let mut beat = self.beat.lock().unwrap();
        if beat.granted < beat.seen {
            beat.granted = beat.seen;
            self.granted.notify_all();
        }
    }

    /// From now on nobody waits.
    pub fn end(&self) {
        self.beat.lock().unwrap().is_over = true;
        self.granted.notify_all();
    }
}
