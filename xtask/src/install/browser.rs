//! A browser for the hosted pages, the fonts of the languages that they speak, and what drives and judges them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::{apt, node};
use crate::progress::Progress;
use crate::verdict::Stop;
use crate::workspace::{Workspace, on_path};

/// Node looks for packages in the folders above a module; this one holds a link to what is in the cache.
const TESTS: &str = "tests/browser";
const FOLDER: &str = "browser-node";
const PACKAGE: &str = "chromium";
/// Latin and Arabic, and Japanese.
const FONTS: [&str; 2] = ["fonts-noto-core", "fonts-ipafont-gothic"];

pub fn install(workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
    apt::programs(workspace, progress, &[("node", "nodejs"), ("npm", "npm"), (PACKAGE, PACKAGE)])?;
    if on_path("dpkg-query").is_some() {
        let missing: Vec<&str> = FONTS.into_iter().filter(|font| !apt::is_installed(workspace, font)).collect();
        apt::packages_for(workspace, progress, &missing)?;
    }
    node::packages(workspace, progress, FOLDER, TESTS)?;
    link(&workspace.root.join(TESTS).join("node_modules"), &modules(workspace))
}

/// The browser that [`install`] made sure of.
pub fn program() -> Result<PathBuf, Stop> {
    on_path(PACKAGE).ok_or_else(|| Stop::Missing(format!("{PACKAGE} (`cargo xtask setup browser` installs it)")))
}

/// The folder `node_modules` of the browser's tests.
pub fn modules(workspace: &Workspace) -> PathBuf {
    workspace.cache.join(FOLDER).join("node_modules")
}

/// Whether [`install`] was here before.
fn is_linked(link: &Path, target: &Path) -> bool {
    fs::read_link(link).is_ok_and(|present| present == target)
}

fn link(link: &Path, target: &Path) -> Result<(), Stop> {
    if is_linked(link, target) {
        return Ok(());
    }
    if link.is_symlink() {
        fs::remove_file(link)?;
    }
    match symlink(target, link) {
        // Another run was faster.
        Err(_) if is_linked(link, target) => Ok(()),
        linked => Ok(linked?),
    }
}
