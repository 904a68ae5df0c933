//! The parts of a written file that come from the table, between two marks.

/// The file with the lines of one region replaced. The marks stay, and their place is the author's.
pub fn replaced(file: &str, region: &str, lines: &[String]) -> String {
    let begin = format!("// {region}, written by `cargo xtask errors`\n");
    let (before, rest) = file.split_once(&begin).unwrap_or_else(|| panic!("the mark {begin:?} is not there"));
    let indent = &before[before.rfind('\n').map_or(0, |newline| newline + 1)..];
    let end = format!("{indent}// end of {region}\n");
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("the mark {end:?} is not there"));
    let body: String =
        lines.iter().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{indent}{line}\n") }).collect();
    format!("{before}{begin}{body}{end}{after}")
}
