use super::*;
use crate::list::{Place, Span};

/// A mutant that puts `replacement` in the place of the first `part`.
fn mutant(genre: Genre, text: &str, part: &str, replacement: &str) -> Listed {
    let at = text.find(part).unwrap_or_default();
    let place = |at: usize| {
        let before = &text[..at];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Place { line, column }
    };
    let span = Span { start: place(at), end: place(at + part.len()) };
    Listed { file: "a.rs".into(), name: String::new(), genre, replacement: replacement.into(), span, function: None }
}

/// The text without the comments and spaces, `s1` for the switch of the first.
fn instrumented(text: &str, mutants: &[Listed]) -> String {
    let numbered: Vec<_> = mutants.iter().enumerate().map(|(index, mutant)| (index + 1, mutant)).collect();
    let mut result = file(text, &numbered).map_or_else(|error| error, |instrumented| instrumented.text);
    assert!(syn::parse_file(&result).is_ok(), "{result}");
    while let Some((before, rest)) = result.split_once("/*") {
        let after = rest.split_once("*/").map_or("", |(_, after)| after);
        result = format!("{before}{after}");
    }
    result = result.replace("crate::mutant_switch::on(", "s").split_whitespace().collect::<Vec<_>>().join(" ");
    for number in 1..=mutants.len() {
        result = result.replace(&format!("s{number})"), &format!("s{number}"));
    }
    result
}

#[test]
fn a_functions_value_is_returned_before_anything_happens() {
    let text = "fn f() -> bool { g() }";
    let mutants = [mutant(Genre::FnValue, text, "g()", "true"), mutant(Genre::FnValue, text, "g()", "false")];
    assert_eq!(instrumented(text, &mutants), "fn f() -> bool { if s1 { return true; } if s2 { return false; } g() }");
}

#[test]
fn equality_is_turned_around() {
    let text = "fn f() -> bool { a == b }";
    let mutants = [mutant(Genre::FnValue, text, "a == b", "true"), mutant(Genre::BinaryOperator, text, "==", "!=")];
    assert_eq!(instrumented(text, &mutants), "fn f() -> bool { if s1 { return true; } ((a == b) ^ s2) }");
}

#[test]
fn the_second_operand_of_and_waits_for_the_first() {
    let text = "fn f() -> bool { a && b != c }";
    let mutants = [mutant(Genre::BinaryOperator, text, "&&", "||"), mutant(Genre::BinaryOperator, text, "!=", "==")];
    assert_eq!(instrumented(text, &mutants), "fn f() -> bool { ((((a) ^ s1) && ((((b != c) ^ s2)) ^ s1)) ^ s1) }");
}

#[test]
fn comparisons_borrow_and_arithmetic_takes() {
    let text = "fn f() -> bool { a + 1 < b }";
    let mutants = [
        mutant(Genre::BinaryOperator, text, "<", "=="),
        mutant(Genre::BinaryOperator, text, "<", ">"),
        mutant(Genre::BinaryOperator, text, "+", "-"),
    ];
    assert_eq!(
        instrumented(text, &mutants),
        "fn f() -> bool { (match (&((match ((a), (1)) { (l, r) => if s3 { l - r } else { l + r } })), &(b)) \
         { (l, r) => if s1 { l == r } else if s2 { l > r } else { l < r } }) }"
    );
}

#[test]
fn an_assignment_evaluates_its_value_once() {
    let text = "fn f() { a.b += c(); }";
    let mutants = [mutant(Genre::BinaryOperator, text, "+=", "-=")];
    assert_eq!(
        instrumented(text, &mutants),
        "fn f() { (match (c()) { r => if s1 { a.b -= r; } else { a.b += r; } }); }"
    );
}

#[test]
fn a_not_is_left_out() {
    let text = "fn f() { if !a.b() { c() } }";
    let mutants = [mutant(Genre::UnaryOperator, text, "!", "")];
    assert_eq!(instrumented(text, &mutants), "fn f() { if (match (a.b()) { v => if s1 { v } else { !v } }) { c() } }");
}

#[test]
fn an_arm_is_not_there_while_its_guard_says_no() {
    let text = "fn f() { match a { B { c, .. } => c, D if e => g, _ => h } }";
    let mutants = [
        mutant(Genre::MatchArm, text, "B { c, .. } => c,", ""),
        mutant(Genre::MatchArm, text, "D if e => g,", ""),
        mutant(Genre::MatchArmGuard, text, "e =>", "true"),
        mutant(Genre::MatchArmGuard, text, "e =>", "false"),
    ];
    // The span of a guard is that of its expression.
    let mutants = mutants.map(|mut mutant| {
        if mutant.genre == Genre::MatchArmGuard {
            mutant.span.end.column = mutant.span.start.column + 1;
        }
        mutant
    });
    assert_eq!(
        instrumented(text, &mutants),
        "fn f() { match a { B { c, .. } if !s1 => c, D if !s2 && ((s3 || ((!s4 && (e))))) => g, _ => h } }"
    );
}

#[test]
fn a_field_that_is_left_out_comes_from_the_base() {
    let text = "fn f() -> A { A { b: 1, c, ..Default::default() } }";
    let mutants = [mutant(Genre::StructField, text, "b: 1", ""), mutant(Genre::StructField, text, "c, ", "")];
    assert_eq!(
        instrumented(text, &mutants),
        "fn f() -> A { A { b: if s1 { (<A>::default()).b } else { 1 }, \
         c: if s2 { (<A>::default()).c } else { c }, ..Default::default() } }"
    );
}

#[test]
fn what_has_no_switch_is_named() {
    let text = "fn f() { if let Some(a) = b && c { d } }";
    let mutants = [
        mutant(Genre::BinaryOperator, text, "&&", "||"),
        mutant(Genre::Other, text, "d", ""),
        mutant(Genre::StructField, text, "c", ""),
    ];
    let numbered: Vec<_> = mutants.iter().enumerate().collect();
    let result = file(text, &numbered);
    assert_eq!(result, Ok(Instrumented { text: text.into(), unswitchable: vec![2, 1], unviable: vec![0] }));
}

#[test]
fn a_function_with_a_switch_is_no_constant() {
    let text = "const fn f() -> u8 { 1 } const fn g() -> u8 { 2 }";
    let mutants = [mutant(Genre::FnValue, text, "2", "0")];
    assert_eq!(instrumented(text, &mutants), "const fn f() -> u8 { 1 } fn g() -> u8 { if s1 { return 0; } 2 }");
}

#[test]
fn a_field_is_outside_of_its_value() {
    let text = "fn f() -> A { A { b: c + 1, ..d } }";
    let mutants = [mutant(Genre::BinaryOperator, text, "+", "-"), mutant(Genre::StructField, text, "b: c + 1", "")];
    assert_eq!(
        instrumented(text, &mutants),
        "fn f() -> A { A { b: if s2 { (d).b } else { (match ((c), (1)) { (l, r) => if s1 { l - r } else { l + r } }) }, \
         ..d } }"
    );
}

#[test]
fn a_base_that_takes_something_is_made_once() {
    let text = "fn f() -> A { A { b, ..g(c) } }";
    let mutants = [mutant(Genre::StructField, text, "b, ", "")];
    assert_eq!(
        instrumented(text, &mutants),
        "fn f() -> A { { let mutant_base = g(c); A { b: if s1 { (mutant_base).b } else { b }, ..mutant_base } } }"
    );
}
