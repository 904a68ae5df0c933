// One mutant is on; or, where the run records, none is, and what is reached is written down.
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// The number of the mutant that is on.
pub const ACTIVE: &str = "PORTCULLIS_MUTANT";
/// The file that gets a line with the number of each mutant that is reached.
pub const REACHED: &str = "PORTCULLIS_MUTANTS_REACHED";

/// Those above are written down each time, which is right, if slow.
const ONCE: usize = 16384;

struct State {
    active: Option<usize>,
    reached: Option<PathBuf>,
}

static STATE: OnceLock<State> = OnceLock::new();
static SEEN: [AtomicBool; ONCE] = [const { AtomicBool::new(false) }; ONCE];

/// Whether the mutant is on.
pub fn on(mutant: usize) -> bool {
    let state = STATE.get_or_init(|| State {
        active: std::env::var(ACTIVE).ok().and_then(|number| number.parse().ok()),
        reached: std::env::var_os(REACHED).map(PathBuf::from),
    });
    if let Some(file) = &state.reached
        && !SEEN.get(mutant).is_some_and(|seen| seen.swap(true, Ordering::Relaxed))
    {
        // At once and not at the end, which a test may not live to see; and a child's lines go between its parent's.
        let opened = std::fs::OpenOptions::new().append(true).create(true).open(file);
        let _ = opened.and_then(|mut file| file.write_all(format!("{mutant}\n").as_bytes()));
    }
    state.active == Some(mutant)
}
