//! Where things are.

use std::path::PathBuf;

/// The folders of one run, in the target folder.
pub struct Folders {
    /// The copy of the repository.
    pub copy: PathBuf,
    /// Cargo's target folder, the same that the thorough way uses.
    pub build: PathBuf,
    /// The lists, what was reached, and the results.
    pub work: PathBuf,
}
