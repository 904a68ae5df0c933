//! A mutant behind its switch.

use crate::steps::mutants::report::Mutant;

/// A mutant as the instrumented code knows it.
pub struct Numbered {
    pub number: usize,
    pub mutant: Mutant,
    pub state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Switched,
    Unswitchable,
    Unviable,
}
