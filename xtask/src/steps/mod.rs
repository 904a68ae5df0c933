//! The steps of CI, one file a kind.

use crate::count::Counts;
use crate::install::{self, Piece};
use crate::progress::Progress;
use crate::verdict::StepResult;
use crate::workspace::Workspace;

pub mod bench;
mod bindgen;
pub mod browser;
mod build;
pub mod demo;
mod errors;
pub mod fuzz;
mod interop;
mod kotlin;
mod lints;
mod mobile;
pub mod mutants;
mod person;
mod races;
mod rust_tests;
mod size;
pub mod soak;
pub mod swift;
mod timing;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Fmt,
    Clippy,
    Doc,
    RustTest,
    Races,
    Timing,
    Errors,
    Bindgen { check: bool },
    KotlinTest,
    SwiftTest,
    InteropTest,
    BrowserTest(browser::Options),
    MobileCheck,
    Deny { advisories: bool },
    Fuzz(fuzz::LongRun),
    Soak(soak::Soak),
    Size,
    Setup(Piece),
}

impl Step {
    /// What `cargo xtask test` runs: the quick answers first, the slowest installation last.
    pub const ALL_TESTS: [Self; 12] = [
        Self::Fmt,
        Self::Clippy,
        Self::Doc,
        Self::RustTest,
        Self::Races,
        Self::Timing,
        Self::Bindgen { check: true },
        Self::KotlinTest,
        Self::SwiftTest,
        Self::InteropTest,
        Self::BrowserTest(browser::Options { screenshots: false }),
        Self::MobileCheck,
    ];

    pub fn name(self) -> String {
        match self {
            Self::Fmt => "fmt".into(),
            Self::Clippy => "clippy".into(),
            Self::Doc => "doc".into(),
            Self::RustTest => "rust-test".into(),
            Self::Races => "races".into(),
            Self::Timing => "timing".into(),
            Self::Errors => "errors".into(),
            Self::Bindgen { check: true } => "bindgen-check".into(),
            Self::Bindgen { check: false } => "bindgen".into(),
            Self::KotlinTest => "kotlin-test".into(),
            Self::SwiftTest => "swift-test".into(),
            Self::InteropTest => "interop-test".into(),
            Self::BrowserTest(_) => "browser-test".into(),
            Self::MobileCheck => "mobile-check".into(),
            Self::Deny { .. } => "deny".into(),
            Self::Fuzz(run) => format!("fuzz-{}", run.target),
            Self::Soak(_) => "soak".into(),
            Self::Size => "size".into(),
            Self::Setup(piece) => format!("setup-{}", piece.name()),
        }
    }

    pub fn run(self, workspace: &Workspace, progress: &Progress) -> StepResult {
        match self {
            Self::Fmt => lints::fmt(workspace, progress),
            Self::Clippy => lints::clippy(workspace, progress),
            Self::Doc => lints::doc(workspace, progress),
            Self::RustTest => rust_tests::run(workspace, progress),
            Self::Races => races::run(workspace, progress),
            Self::Timing => timing::run(workspace, progress),
            Self::Errors => errors::run(workspace, progress),
            Self::Bindgen { check } => bindgen::run(workspace, progress, check),
            Self::KotlinTest => kotlin::test(workspace, progress),
            Self::SwiftTest => swift::test(workspace, progress),
            Self::InteropTest => interop::run(workspace, progress),
            Self::BrowserTest(options) => browser::run(workspace, progress, options),
            Self::MobileCheck => mobile::check(workspace, progress),
            Self::Deny { advisories } => lints::deny(workspace, progress, advisories),
            Self::Fuzz(run) => fuzz::run(workspace, progress, run),
            Self::Soak(soak) => soak::run(workspace, progress, soak),
            Self::Size => size::run(workspace, progress),
            Self::Setup(piece) => install::install(workspace, progress, piece).map(|()| Counts::default()),
        }
    }
}
