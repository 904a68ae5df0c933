//! Where handlers' output goes: through a thread of its own, for nobody may be reading what it writes to.

use std::fmt;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::thread;

/// Takes one line of output, without its line end. It may block.
pub type LogSink = Arc<dyn Fn(&str) + Send + Sync>;

/// Longer lines are cut.
const LONGEST_LINE: usize = 64 << 10;
/// Lines are dropped while this much waits to be written.
const MOST_WAITING: usize = 4 << 20;
/// What a waiting line takes beside its text.
const LINE_COST: usize = 64;

/// Clones share one sink, so a running `node` follows a later change of it.
#[derive(Clone, Default)]
pub(super) struct TriggerLog(Arc<Shared>);

#[derive(Default)]
struct Shared {
    sink: RwLock<Option<LogSink>>,
    queue: OnceLock<Option<Sender<Entry>>>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    waiting: AtomicUsize,
    dropped: AtomicUsize,
}

/// A line, with the sink there was when it came.
struct Entry {
    line: String,
    sink: Option<LogSink>,
}

impl TriggerLog {
    pub(super) fn set_sink(&self, sink: LogSink) {
        *self.0.sink.write().unwrap_or_else(PoisonError::into_inner) = Some(sink);
    }

    /// Writes `text` line by line, each line marked with where it comes from. Never blocks.
    pub(super) fn write(&self, source: &str, text: &str) {
        for line in text.trim_end_matches(['\n', '\r']).lines() {
            self.0.add(format!("[{source}] {}", cut(line)));
        }
    }
}

impl Shared {
    fn add(&self, line: String) {
        let cost = line.len() + LINE_COST;
        let queue = self.queue.get_or_init(|| start(&self.counts));
        let sink = self.sink.read().unwrap_or_else(PoisonError::into_inner).clone();
        let fits = self.counts.waiting.fetch_add(cost, Ordering::Relaxed) + cost <= MOST_WAITING;
        let sent = fits && queue.as_ref().is_some_and(|queue| queue.send(Entry { line, sink }).is_ok());
        if !sent {
            self.counts.waiting.fetch_sub(cost, Ordering::Relaxed);
            self.counts.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The writing thread ends with the last clone of the log. None: it cannot be started, and every line is dropped.
fn start(counts: &Arc<Counts>) -> Option<Sender<Entry>> {
    let (queue, lines) = mpsc::channel();
    let counts = Arc::clone(counts);
    let started = thread::Builder::new().name("local-pool-log".into()).spawn(move || write_all(&lines, &counts));
    started.is_ok().then_some(queue)
}

fn write_all(lines: &Receiver<Entry>, counts: &Counts) {
    for Entry { line, sink } in lines {
        counts.waiting.fetch_sub(line.len() + LINE_COST, Ordering::Relaxed);
        let dropped = counts.dropped.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            put(sink.as_ref(), &format!("[triggers] {dropped} lines were dropped: the log was not read in time"));
        }
        put(sink.as_ref(), &line);
    }
}

fn put(sink: Option<&LogSink>, line: &str) {
    match sink {
        Some(sink) => sink(line),
        // Nobody is left to tell when standard error is closed.
        None => drop(writeln!(std::io::stderr(), "{line}")),
    }
}

fn cut(line: &str) -> String {
    if line.len() <= LONGEST_LINE {
        return line.to_owned();
    }
    let end = (0..=LONGEST_LINE).rev().find(|end| line.is_char_boundary(*end)).unwrap_or(0);
    format!("{} (and {} bytes more)", &line[..end], line.len() - end)
}

impl fmt::Debug for TriggerLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TriggerLog")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Barrier, Mutex};

    use super::*;

    #[test]
    fn lines_that_nobody_takes_are_dropped_and_counted_and_never_waited_for() {
        let log = TriggerLog::default();
        let (gate, lines) = (Arc::new(Barrier::new(2)), Arc::new(Mutex::new(Vec::new())));
        let opened = OnceLock::new();
        log.set_sink(Arc::new({
            let (gate, lines) = (Arc::clone(&gate), Arc::clone(&lines));
            move |line: &str| {
                opened.get_or_init(|| gate.wait());
                lines.lock().unwrap().push(line.to_owned());
            }
        }));
        for _ in 0..200 {
            log.write("f", &"é".repeat(LONGEST_LINE));
        }
        assert!(log.0.counts.waiting.load(Ordering::Relaxed) <= MOST_WAITING);
        gate.wait();
        let accounted = |lines: &[String]| -> usize {
            let dropped = lines.iter().filter_map(|line| line.strip_prefix("[triggers] ")?.split(' ').next());
            let whole = lines.iter().filter(|line| line.starts_with("[f]")).count();
            whole + dropped.map(|number| number.parse::<usize>().unwrap()).sum::<usize>()
        };
        while accounted(&lines.lock().unwrap()) < 200 {
            // The count of what was dropped comes with the next line.
            log.write("g", "next");
            thread::yield_now();
        }
        let lines = lines.lock().unwrap();
        assert!(lines.iter().all(|line| line.len() < LONGEST_LINE + 100));
        assert!(lines.iter().any(|line| line.contains("lines were dropped")));
    }
}
