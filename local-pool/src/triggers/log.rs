use std::fmt;
use std::io::Write as _;
use std::sync::{Arc, PoisonError, RwLock};

/// Takes one line of output, without its line end.
pub type LogSink = Arc<dyn Fn(&str) + Send + Sync>;

/// Where handlers' output goes. Clones share one sink, so a running `node` follows a later change of it.
#[derive(Clone)]
pub(super) struct TriggerLog(Arc<RwLock<LogSink>>);

impl TriggerLog {
    pub(super) fn set_sink(&self, sink: LogSink) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = sink;
    }

    /// Writes `text` line by line, each line marked with where it comes from.
    pub(super) fn write(&self, source: &str, text: &str) {
        let sink = Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        for line in text.trim_end_matches(['\n', '\r']).lines() {
            sink(&format!("[{source}] {line}"));
        }
    }
}

impl Default for TriggerLog {
    fn default() -> Self {
        Self(Arc::new(RwLock::new(Arc::new(|line: &str| {
            // Nobody is left to tell when standard error is closed.
            let _ = writeln!(std::io::stderr(), "{line}");
        }))))
    }
}

impl fmt::Debug for TriggerLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TriggerLog")
    }
}
