//! Comments around what was put in, so that the compiler's complaints can be laid at a mutant's door.

use std::ops::Range;

/// Where a change of these mutants begins, and where it ends.
pub fn around(mutants: &[usize]) -> (String, String) {
    let numbers = mutants.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
    (format!("/*<{numbers}*/"), format!("/*{numbers}>*/"))
}

pub fn marked(mutant: usize, text: &str) -> String {
    let (begin, end) = around(&[mutant]);
    format!("{begin}{text}{end}")
}

/// The mutants of the smallest change that the range lies in.
pub fn innermost(text: &str, range: &Range<usize>) -> Vec<usize> {
    let before = text.get(..range.start).unwrap_or_default();
    let mut open: Vec<&str> = Vec::new();
    for comment in before.split("/*").skip(1).filter_map(|rest| rest.split_once("*/")).map(|(inside, _)| inside) {
        if let Some(numbers) = comment.strip_prefix('<') {
            open.push(numbers);
        } else if let Some(numbers) = comment.strip_suffix('>')
            && open.last() == Some(&numbers)
        {
            open.pop();
        }
    }
    let after = text.get(range.end..).unwrap_or_default();
    let around = open.into_iter().rev().find(|numbers| after.contains(&format!("/*{numbers}>*/")));
    around.into_iter().flat_map(|numbers| numbers.split(',')).filter_map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a /*<1,2*/ b /*<3*/ c /*3>*/ d /*1,2>*/ e /* 4 */";

    fn of(part: &str) -> Vec<usize> {
        let at = TEXT.find(part).unwrap_or_default();
        innermost(TEXT, &(at..at + part.len()))
    }

    #[test]
    fn the_smallest_change_around_a_place_is_found() {
        assert_eq!(of("c"), [3]);
        assert_eq!(of("b"), [1, 2]);
        assert_eq!(of("d"), [1, 2]);
        assert!(of("a").is_empty() && of("e").is_empty());
    }

    #[test]
    fn a_range_that_leaves_a_change_belongs_to_the_one_around() {
        assert_eq!(of("c /*3>*/ d"), [1, 2]);
    }
}
