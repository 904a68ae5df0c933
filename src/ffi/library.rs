//! This library as the JVM sees it: which one it is, and who has it. Both are asked before anything else.

use std::sync::atomic::{AtomicBool, Ordering};

static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// Takes this library for the caller; false: somebody in the process has it already.
///
/// The foreign traits have one table of functions each, and whoever registers last gets every call: two class loaders of a
/// JVM that shared a library would get each other's sessions. A copy of the file is another library.
#[uniffi::export]
#[must_use]
pub fn take_core_library() -> bool {
    !IS_TAKEN.swap(true, Ordering::AcqRel)
}

/// The release of this library; a mismatch names it.
#[uniffi::export]
#[must_use]
pub fn core_library_version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_taken_once() {
        assert_eq!((take_core_library(), take_core_library()), (true, false));
    }
}
