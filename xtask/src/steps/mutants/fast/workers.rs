//! Does the same with many things, as many at once as there are processors.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::progress::Progress;

const HEARTBEAT: Duration = Duration::from_secs(30);

/// The results in the order of the things. `what` completes "17 of 400 …".
pub fn each<T: Sync, R: Send>(progress: &Progress, what: &str, things: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some((index, thing)) = indexed(things, &next) {
                    let result = work(thing);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
                }
            });
        }
        scope.spawn(|| {
            let mut last = Instant::now();
            while next.load(Ordering::Relaxed) < things.len() {
                thread::sleep(Duration::from_millis(100));
                if last.elapsed() >= HEARTBEAT {
                    last = Instant::now();
                    let done = results.lock().unwrap_or_else(PoisonError::into_inner).len();
                    progress.say(&format!("{}, {done} of {} {what}", progress.elapsed(), things.len()));
                }
            }
        });
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

fn indexed<'a, T>(things: &'a [T], next: &AtomicUsize) -> Option<(usize, &'a T)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    things.get(index).map(|thing| (index, thing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_results_are_in_the_order_of_the_things() -> std::io::Result<()> {
        let folder = std::env::temp_dir().join(format!("portcullis-workers-{}", std::process::id()));
        let progress = Progress::start("test".into(), "workers", &folder)?;
        let things: Vec<u64> = (0..20).collect();
        let results = each(&progress, "things", &things, |thing| {
            thread::sleep(Duration::from_millis(20 - thing));
            thing * 2
        });
        assert_eq!(results, things.iter().map(|thing| thing * 2).collect::<Vec<_>>());
        std::fs::remove_dir_all(folder)
    }
}
