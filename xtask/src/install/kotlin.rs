//! What the Kotlin build needs from the system; Maven fetches the compiler, the libraries and the Androids to test with.

use super::apt;
use crate::progress::Progress;
use crate::verdict::Stop;
use crate::workspace::Workspace;

/// The oldest JDK that the Kotlin build supports.
const OLDEST_JDK: u32 = 17;

pub fn install(workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
    apt::programs(workspace, progress, &[("javac", "default-jdk-headless"), ("mvn", "maven")])?;
    let output = workspace.command("javac").arg("-version").output()?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    match major_version(&said) {
        Some(version) if version >= OLDEST_JDK => Ok(()),
        _ => Err(Stop::Missing(format!("a JDK of at least version {OLDEST_JDK} (found {:?})", said.trim()))),
    }
}

/// Out of `javac 17.0.15` or `javac 1.8.0_402`.
fn major_version(said: &str) -> Option<u32> {
    let (_, version) = said.trim().rsplit_once("javac ")?;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major_version("javac 17.0.15\n"), Some(17));
        assert_eq!(major_version("javac 1.8.0_402"), Some(1));
        assert_eq!(major_version("no such thing"), None);
    }
}
