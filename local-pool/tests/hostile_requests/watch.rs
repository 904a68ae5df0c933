//! What must not happen, whatever is sent.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

static PANICS: AtomicUsize = AtomicUsize::new(0);
static ALONE: Mutex<()> = Mutex::new(());

/// Watches panics and memory of this process, the server's included.
pub struct Watch {
    rss_before: Option<u64>,
    panics_before: usize,
    _alone: MutexGuard<'static, ()>,
}

impl Watch {
    /// Waits until no other test watches.
    pub fn start() -> Self {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let usual = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                PANICS.fetch_add(1, Ordering::SeqCst);
                usual(panic);
            }));
        });
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        Self { rss_before: rss_mib(), panics_before: PANICS.load(Ordering::SeqCst), _alone }
    }

    pub fn check(&self, most_mib: u64) {
        assert_eq!(PANICS.load(Ordering::SeqCst), self.panics_before, "something panicked");
        if let (Some(before), Some(after)) = (self.rss_before, rss_mib()) {
            assert!(after < before + most_mib, "memory went from {before} to {after} MiB");
        }
    }
}

/// What the process occupies; None where the system does not tell.
fn rss_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? / 1024)
}
