//! Every mutant of a file in one text, each behind a switch that is turned when the program runs.
//!
//! cargo-mutants says which mutants there are, in its list; it would compile each. Here they are compiled together and
//! once: a run of the tests with the environment variable [`ACTIVE`] is the test of one of them. A mutant is named by its
//! number, the place in the list counted from one.

mod edits;
mod instrument;
mod list;
mod marks;
mod refused;
mod sites;
mod source;
/// What goes into the crate whose files are changed; here for the compiler and the tests to see.
pub mod switch;

pub use instrument::{Instrumented, file};
pub use list::{Genre, Listed, Place, Span, list};
pub use refused::{Refusals, Refused, refusals};
pub use switch::ACTIVE;

/// The root of the crate with the switch in it, and without its lints: the changed code is nobody's to read.
#[must_use]
pub fn root(text: &str) -> String {
    let switch = include_str!("switch.rs");
    format!("#![allow(warnings)] {text}\n#[doc(hidden)]\npub mod mutant_switch {{\n{switch}\n}}\n")
}
