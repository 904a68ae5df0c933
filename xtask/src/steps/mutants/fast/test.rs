//! A test, and what it comes to.

use std::collections::BTreeSet;
use std::time::Duration;

#[derive(Debug)]
pub struct Test {
    /// Its place among the programs.
    pub program: usize,
    pub name: String,
    pub takes: Duration,
    pub reaches: BTreeSet<usize>,
}
