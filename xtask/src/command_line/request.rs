use std::path::PathBuf;

use crate::steps::demo::Language;
use crate::steps::{Step, mutants};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    Help,
    Steps(Vec<Step>),
    Demo(Language, Vec<String>),
    Bench(Vec<String>),
    Swift(Vec<String>),
    FuzzReplay(PathBuf),
    Mutants(mutants::Options),
}
