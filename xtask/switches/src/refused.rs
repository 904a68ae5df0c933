//! The mutants that the compiler refuses, from its messages.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::list::{Genre, Listed};
use crate::marks::innermost;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refused {
    /// No compiler takes it.
    Unviable,
    /// A switch is what it does not take, the mutant perhaps.
    Unswitchable,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Refusals {
    pub mutants: BTreeMap<usize, Refused>,
    /// Errors in no mutant.
    pub others: Vec<String>,
}

/// A constant is computed when the program is compiled, and a program apart from the library has no switch in it.
const NO_SWITCH: [&str; 3] = ["E0015", "E0658", "E0433"];

#[derive(Deserialize)]
struct Line {
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    message: String,
    rendered: Option<String>,
    code: Option<Code>,
    spans: Vec<Span>,
    children: Vec<Message>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    byte_start: usize,
    byte_end: usize,
    is_primary: bool,
    expansion: Option<Box<Expansion>>,
}

#[derive(Deserialize)]
struct Expansion {
    span: Span,
}

/// Reads what cargo wrote with `--message-format=json`. `text` is that of a file that the messages name.
#[must_use]
pub fn refusals(output: &str, text: &dyn Fn(&Path) -> Option<String>, mutants: &[Listed]) -> Refusals {
    let mut refusals = Refusals::default();
    for message in output.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok()?.message) {
        // The one that says how many there were has no place.
        if message.level != "error" || (message.spans.is_empty() && message.code.is_none()) {
            continue;
        }
        let has_no_switch = message.code.as_ref().is_some_and(|code| NO_SWITCH.contains(&code.code.as_str()));
        let mut blamed = blamed(&message, text);
        if blamed.is_empty() && has_no_switch {
            blamed = no_constant_any_more(&message.message, mutants);
        }
        if blamed.is_empty() {
            refusals.others.push(message.rendered.unwrap_or(message.message));
        }
        for mutant in blamed {
            let may_be_viable = has_no_switch || number_of(mutants, mutant).is_some_and(may_be_viable);
            let refused = if may_be_viable { Refused::Unswitchable } else { Refused::Unviable };
            refusals.mutants.insert(mutant, refused);
        }
    }
    refusals
}

fn number_of(mutants: &[Listed], number: usize) -> Option<&Listed> {
    mutants.get(number.checked_sub(1)?)
}

/// Whether it is only here that the compiler may not take it: a value of a type that only the body of the function tells,
/// or a field from a base that is made twice.
fn may_be_viable(mutant: &Listed) -> bool {
    let returned = mutant.function.as_ref().map_or("", |function| &function.return_type);
    mutant.genre == Genre::StructField || (mutant.genre == Genre::FnValue && returned.contains("impl "))
}

/// The mutants of the function that a constant needs and that is none with a switch in it: ``cannot call non-const
/// method `a::B::c` in constants``.
fn no_constant_any_more(message: &str, mutants: &[Listed]) -> Vec<usize> {
    let last = |path: &str| path.rsplit("::").next().unwrap_or_default().to_owned();
    let Some(called) = message.split('`').nth(1).map(last) else { return Vec::new() };
    let calls =
        |mutant: &Listed| mutant.function.as_ref().is_some_and(|function| last(&function.function_name) == called);
    let numbered = mutants.iter().enumerate().filter(|(_, mutant)| calls(mutant));
    numbered.map(|(index, _)| index + 1).collect()
}

/// The place of the error comes first, then those that it is explained with.
fn blamed(message: &Message, text: &dyn Fn(&Path) -> Option<String>) -> Vec<usize> {
    let (first, then): (Vec<&Span>, Vec<&Span>) = message.spans.iter().partition(|span| span.is_primary);
    let children = message.children.iter().flat_map(|child| &child.spans);
    let spans = first.into_iter().chain(then).chain(children);
    let mutants = spans.map(|span| of_span(span, text));
    mutants.into_iter().find(|mutants| !mutants.is_empty()).unwrap_or_default()
}

fn of_span(span: &Span, text: &dyn Fn(&Path) -> Option<String>) -> Vec<usize> {
    let here = text(Path::new(&span.file_name))
        .map(|text| innermost(&text, &(span.byte_start..span.byte_end)))
        .unwrap_or_default();
    match &span.expansion {
        Some(expansion) if here.is_empty() => of_span(&expansion.span, text),
        _ => here,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "fn a() { /*<7*/if on(7) { return x; } /*7>*/ y }";

    fn read(code: &str, start: usize, also: usize) -> Refusals {
        let span = |at: usize, primary: bool| {
            format!(
                r#"{{"file_name": "a.rs", "byte_start": {at}, "byte_end": {}, "is_primary": {primary}, "expansion": null}}"#,
                at + 1
            )
        };
        let output = format!(
            "{{\"reason\": \"build-finished\", \"success\": false}}\nno json\n{{\"reason\": \"compiler-message\", \
             \"message\": {{\"level\": \"error\", \"message\": \"m\", \"rendered\": \"r\", \"children\": [], \
             \"code\": {{\"code\": \"{code}\"}}, \"spans\": [{}, {}]}}}}",
            span(also, false),
            span(start, true)
        );
        refusals(&output, &|_| Some(TEXT.to_owned()), &[])
    }

    #[test]
    fn an_error_belongs_to_the_mutant_that_it_is_in() {
        assert_eq!(read("E0308", 34, 0).mutants, BTreeMap::from([(7, Refused::Unviable)]));
        assert_eq!(read("E0382", 46, 34).mutants, BTreeMap::from([(7, Refused::Unviable)]));
        assert_eq!(read("E0015", 18, 0).mutants, BTreeMap::from([(7, Refused::Unswitchable)]));
    }

    #[test]
    fn an_error_in_no_mutant_is_told() {
        let read = read("E0308", 46, 1);
        assert_eq!((read.mutants.len(), read.others), (0, vec!["r".to_owned()]));
    }

    #[test]
    fn the_mutants_of_a_function_that_has_to_be_a_constant_are_left_out() -> Result<(), String> {
        let entry = |name: &str| {
            format!(
                r#"{{"file": "a.rs", "name": "n", "genre": "FnValue", "replacement": "0", "span": {{"start": {{"line": 1,
                "column": 1}}, "end": {{"line": 1, "column": 2}}}}, "function": {{"function_name": "{name}",
                "return_type": "-> u8"}}}}"#
            )
        };
        let mutants = crate::list(&format!("[{}, {}]", entry("B::d"), entry("B::c")))?;
        let message = "cannot call non-const method `a::B::c` in constants";
        assert_eq!(no_constant_any_more(message, &mutants), [2]);
        Ok(())
    }
}
