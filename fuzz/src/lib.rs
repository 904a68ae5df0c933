//! Properties of everything that reads untrusted bytes. `tests/short_run.rs` tries them in every test run;
//! `cargo xtask fuzz` lets libFuzzer look for an input that breaks one.

#![allow(clippy::panic, reason = "a property that does not hold is told by a panic")]

mod checks;
pub mod mutation;
mod words;

/// What reads bytes, and what must hold for it.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Also the name of its folders in `corpus/` and `found/`.
    pub name: &'static str,
    /// Panics when a property does not hold.
    pub check: fn(&[u8]),
}

pub const TARGETS: [Target; 5] = [
    Target { name: "claims", check: checks::claims::check },
    Target { name: "configuration", check: checks::configuration::check },
    Target { name: "exception", check: checks::exception::check },
    Target { name: "file", check: checks::file::check },
    Target { name: "record", check: checks::record::check },
];

/// The target of that name.
#[must_use]
pub fn target(name: &str) -> Option<Target> {
    TARGETS.into_iter().find(|target| target.name == name)
}
