//! What libFuzzer is compiled with.

use super::apt;
use crate::progress::Progress;
use crate::verdict::Stop;
use crate::workspace::{Workspace, on_path};

pub fn compiler(workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
    if on_path("c++").is_some() {
        return Ok(());
    }
    if cfg!(target_os = "linux") {
        return apt::packages_for(workspace, progress, &["g++"]);
    }
    Err(Stop::Missing("a C++ compiler (c++)".into()))
}
