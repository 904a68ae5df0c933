//! Changes the code and sees whether a test notices.

use std::fs;

use crate::count::Counts;
use crate::install::{self, Piece};
use crate::progress::Progress;
use crate::verdict::Stop;
use crate::workspace::Workspace;

mod exceptions;
mod fast;
mod options;
mod report;
mod thorough;

use exceptions::Exceptions;
pub use options::Options;

/// The list of those that no test can, or need, catch.
const LISTED: &str = "docs/mutants.md";

pub fn run(workspace: &Workspace, options: &Options) -> Result<(), Stop> {
    let progress = Progress::start("mutants".into(), "mutants", &workspace.logs())?;
    install::install(workspace, &progress, Piece::Rust)?;
    install::install(workspace, &progress, Piece::Mutants)?;
    let listed = Exceptions::parse(&fs::read_to_string(workspace.root.join(LISTED))?)
        .map_err(|complaint| Stop::failed(format!("{LISTED}: {complaint}"), Counts::default(), ""))?;
    let folder = workspace.target.join("mutants");
    fs::create_dir_all(&folder)?;
    let (report, details) = if options.thorough {
        thorough::run(workspace, &progress, options, &folder)?
    } else {
        fast::run(workspace, &progress, &options.paths(), &folder)?
    };

    let missed = report.missed();
    let unlisted: Vec<_> = missed.iter().filter(|mutant| !listed.contains(mutant)).collect();
    println!("{report}\n{} of the missed are listed in {LISTED}", missed.len() - unlisted.len());
    for mutant in &unlisted {
        println!("not listed: {mutant}");
    }
    if options.shard.is_none() {
        for stale in listed.not_in(&missed).filter(|stale| report.is_about(&stale.file)) {
            println!("listed and not missed any more: {stale}");
        }
    }
    progress.say(&format!("{}, the details: {}", progress.elapsed(), workspace.shown(&details)));
    if report.is_enough() || unlisted.is_empty() {
        return Ok(());
    }
    Err(Stop::failed(format!("under {} %, and missed ones are not listed", report::ENOUGH), Counts::default(), ""))
}
