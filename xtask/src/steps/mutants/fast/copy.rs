//! The copy of the repository that the mutants are put into. What is the same already is left alone, so that Cargo does
//! not build it again.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::count::Counts;
use crate::verdict::Stop;
use crate::workspace::Workspace;

/// Brings the copy up to date, `written_later` apart.
pub fn update(workspace: &Workspace, copy: &Path, written_later: &BTreeSet<String>) -> Result<(), Stop> {
    let mut git = workspace.command("git");
    let output = git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).output()?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Stop::failed("git ls-files", Counts::default(), &why));
    }
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    let names: BTreeSet<&str> = names.split('\0').filter(|name| workspace.root.join(name).is_file()).collect();
    fs::create_dir_all(copy)?;
    remove_others(copy, "", &names)?;
    for name in names {
        let to = copy.join(name);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        if !(written_later.contains(name) && to.exists()) {
            refresh(&workspace.root.join(name), &to)?;
        }
    }
    Ok(())
}

fn refresh(from: &Path, to: &Path) -> std::io::Result<()> {
    if !fs::read(to).is_ok_and(|old| fs::read(from).is_ok_and(|new| old == new)) {
        // A copy is as old as it is, where fs::copy might keep the older time of what it copies.
        fs::copy(from, to)?;
        fs::File::options().append(true).open(to)?.set_modified(std::time::SystemTime::now())?;
    }
    Ok(())
}

/// Removes what is in the copy alone.
fn remove_others(copy: &Path, under: &str, names: &BTreeSet<&str>) -> std::io::Result<()> {
    for entry in fs::read_dir(copy.join(under))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let name = if under.is_empty() { name } else { format!("{under}/{name}") };
        if entry.file_type()?.is_dir() {
            remove_others(copy, &name, names)?;
        } else if !names.contains(name.as_str()) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_goes_from_the_copy_and_what_is_the_same_stays() -> std::io::Result<()> {
        let folder = std::env::temp_dir().join(format!("portcullis-copy-{}", std::process::id()));
        fs::create_dir_all(folder.join("a"))?;
        for name in ["a/kept.rs", "a/gone.rs", "from.rs"] {
            fs::write(folder.join(name), "text")?;
        }
        remove_others(&folder, "", &BTreeSet::from(["a/kept.rs", "from.rs"]))?;
        assert!(folder.join("a/kept.rs").exists() && !folder.join("a/gone.rs").exists());

        let kept = folder.join("a/kept.rs");
        let written = fs::metadata(&kept)?.modified()?;
        refresh(&folder.join("from.rs"), &kept)?;
        assert_eq!(fs::metadata(&kept)?.modified()?, written);
        fs::write(folder.join("from.rs"), "other")?;
        refresh(&folder.join("from.rs"), &kept)?;
        assert_eq!(fs::read_to_string(&kept)?, "other");
        fs::remove_dir_all(folder)
    }
}
