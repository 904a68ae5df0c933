//! The mutants that the compiler refuses, from its messages.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

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

/// Reads what cargo wrote with `--message-format=json`. `text` is that of a file that the messages name, and
/// `returns_some_trait` says of a mutant that it is the value of a function whose type only its body tells.
#[must_use]
pub fn refusals(
    output: &str,
    text: &dyn Fn(&Path) -> Option<String>,
    returns_some_trait: &dyn Fn(usize) -> bool,
) -> Refusals {
    let mut refusals = Refusals::default();
    for message in output.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok()?.message) {
        // The one that says how many there were has no place.
        if message.level != "error" || (message.spans.is_empty() && message.code.is_none()) {
            continue;
        }
        let has_no_switch = message.code.as_ref().is_some_and(|code| NO_SWITCH.contains(&code.code.as_str()));
        let blamed = blamed(&message, text);
        if blamed.is_empty() {
            refusals.others.push(message.rendered.unwrap_or(message.message));
        }
        for mutant in blamed {
            let refused =
                if has_no_switch || returns_some_trait(mutant) { Refused::Unswitchable } else { Refused::Unviable };
            refusals.mutants.insert(mutant, refused);
        }
    }
    refusals
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
        refusals(&output, &|_| Some(TEXT.to_owned()), &|_| false)
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
}
