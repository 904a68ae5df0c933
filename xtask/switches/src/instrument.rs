//! Puts the mutants of a file into its text.

use std::collections::{BTreeMap, BTreeSet};

use crate::edits::Edits;
use crate::list::{Genre, Listed};
use crate::marks::{around, marked};
use crate::sites::{BASE, Binary, Field, MatchArm, Sites, Unary};
use crate::source::Source;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instrumented {
    pub text: String,
    /// Those that no switch was found for.
    pub unswitchable: Vec<usize>,
    /// Those that cannot be compiled however they are put.
    pub unviable: Vec<usize>,
}

/// The text of a file with those of its mutants, each with its number.
///
/// # Errors
///
/// When the text is no Rust file.
pub fn file(text: &str, mutants: &[(usize, &Listed)]) -> Result<Instrumented, String> {
    let source = Source::new(text);
    let sites = Sites::of(&source).map_err(|error| error.to_string())?;
    let mut work = Work { source: &source, edits: Edits::default(), unswitchable: Vec::new(), unviable: Vec::new() };
    // What is made first is outside of what is around the same range.
    work.function_values(mutants);
    work.arms(&sites, mutants);
    work.guards(mutants);
    work.fields(&sites, mutants);
    work.operators(&sites, mutants);
    for (number, mutant) in of(mutants, Genre::UnaryOperator) {
        work.unary(number, sites.unary.get(&source.range(mutant.span).start));
    }
    work.unswitchable.extend(of(mutants, Genre::Other).map(|(number, _)| number));
    // A switch is no constant; where the function has to be one, the compiler says so.
    for function in sites.constant_functions {
        if mutants.iter().any(|(_, mutant)| function.whole.contains(&source.range(mutant.span).start)) {
            work.edits.replace(function.keyword, "");
        }
    }
    let Work { edits, unswitchable, unviable, .. } = work;
    let text = edits.apply(text);
    syn::parse_file(&text).map_err(|error| format!("with its mutants it is no Rust file any more: {error}"))?;
    Ok(Instrumented { text, unswitchable, unviable })
}

struct Work<'a> {
    source: &'a Source<'a>,
    edits: Edits,
    unswitchable: Vec<usize>,
    unviable: Vec<usize>,
}

impl Work<'_> {
    fn function_values(&mut self, mutants: &[(usize, &Listed)]) {
        for (number, mutant) in of(mutants, Genre::FnValue) {
            let value = format!("if {} {{ return {}; }} ", on(number), mutant.replacement);
            self.edits.before(&self.source.range(mutant.span), marked(number, &value));
        }
    }

    fn arms(&mut self, sites: &Sites, mutants: &[(usize, &Listed)]) {
        let mut matches: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for (number, mutant) in of(mutants, Genre::MatchArm) {
            let Some(arm) = sites.arms.get(&self.source.range(mutant.span).start) else {
                self.unswitchable.push(number);
                continue;
            };
            matches.entry((arm.of.start, arm.of.end)).or_default().push(number);
            self.arm(number, arm);
        }
        // What the compiler says of a match with an arm less is said of the whole.
        for ((start, end), numbers) in matches {
            let (before, after) = around(&numbers);
            self.edits.around(&(start..end), before, after);
        }
    }

    /// An arm whose guard says no is not there.
    fn arm(&mut self, number: usize, arm: &MatchArm) {
        match &arm.guard {
            Some(guard) => self.edits.around(guard, marked(number, &format!("!{} && (", on(number))), ")"),
            None => {
                let after = arm.pattern.end..arm.whole.end;
                self.edits.before(&after, marked(number, &format!(" if !{} ", on(number))));
            }
        }
    }

    fn guards(&mut self, mutants: &[(usize, &Listed)]) {
        for (number, mutant) in of(mutants, Genre::MatchArmGuard) {
            let switched = match mutant.replacement.trim() {
                "true" => format!("{} ||", on(number)),
                _ => format!("!{} &&", on(number)),
            };
            let (begin, end) = around(&[number]);
            let range = self.source.range(mutant.span);
            self.edits.around(&range, format!("{begin}({switched} ("), format!(")){end}"));
        }
    }

    fn operators(&mut self, sites: &Sites, mutants: &[(usize, &Listed)]) {
        let mut places: BTreeMap<usize, Vec<(usize, &str)>> = BTreeMap::new();
        for (number, mutant) in of(mutants, Genre::BinaryOperator) {
            let place = places.entry(self.source.range(mutant.span).start).or_default();
            place.push((number, mutant.replacement.trim()));
        }
        for (place, changes) in places {
            let numbers: Vec<usize> = changes.iter().map(|(number, _)| *number).collect();
            match sites.binary.get(&place) {
                None => self.unswitchable.extend(numbers),
                Some(site) if site.joins_let => self.unviable.extend(numbers),
                Some(site) => self.binary(site, &changes, &numbers),
            }
        }
    }

    fn binary(&mut self, site: &Binary, changes: &[(usize, &str)], numbers: &[usize]) {
        let (begin, end) = around(numbers);
        let operator = self.source.at(&site.operator);
        let between = site.left.end..site.right.start;
        match (operator, changes) {
            ("==", [(number, "!=")]) | ("!=", [(number, "==")]) => {
                self.edits.around(&site.whole, format!("{begin}(("), format!(") ^ {}){end}", on(*number)));
            }
            // Neither side is written twice, or evaluated when it is not due: a || b is !(!a && !b).
            ("&&", [(number, "||")]) | ("||", [(number, "&&")]) => {
                let switch = on(*number);
                let after = format!(") ^ {switch})) ^ {switch}){end}");
                self.edits.around(&site.whole, format!("{begin}(((("), after);
                self.edits.replace(between, format!(") ^ {switch}) {operator} (("));
            }
            _ if site.assigns => {
                let target = self.source.at(&site.left);
                let chosen = choice(changes, operator, |operator| format!("{target} {operator} r;"));
                self.edits.around(&site.whole, format!("{begin}(match ("), format!(") {{ r => {chosen} }}){end}"));
                self.edits.replace(site.left.start..site.right.start, "");
            }
            _ => {
                let by = if matches!(operator, "<" | "<=" | ">" | ">=" | "==" | "!=") { "&" } else { "" };
                let chosen = choice(changes, operator, |operator| format!("l {operator} r"));
                let after = format!(")) {{ (l, r) => {chosen} }}){end}");
                self.edits.around(&site.whole, format!("{begin}(match ({by}("), after);
                self.edits.replace(between, format!("), {by}("));
            }
        }
    }

    fn unary(&mut self, number: usize, site: Option<&Unary>) {
        let Some(site) = site else { return self.unswitchable.push(number) };
        let operator = self.source.at(&(site.whole.start..site.operand.start)).trim();
        let after = format!(") {{ v => if {} {{ v }} else {{ {operator}v }} }}){}", on(number), around(&[number]).1);
        self.edits.around(&site.whole, format!("{}(match (", around(&[number]).0), after);
        self.edits.replace(site.whole.start..site.operand.start, "");
    }

    fn fields(&mut self, sites: &Sites, mutants: &[(usize, &Listed)]) {
        let mut bound = BTreeSet::new();
        for (number, mutant) in of(mutants, Genre::StructField) {
            let Some(field) = sites.fields.get(&self.source.range(mutant.span).start) else {
                self.unswitchable.push(number);
                continue;
            };
            self.field(number, field);
            if let Some((whole, base)) = &field.bound
                && bound.insert(whole.start)
            {
                self.edits.around(whole, format!("{{ let {BASE} = {}; ", self.source.at(base)), " }");
                self.edits.replace(base.clone(), BASE);
            }
        }
    }

    fn field(&mut self, number: usize, site: &Field) {
        let Field { value, whole, name, base, .. } = site;
        let (begin, end) = around(&[number]);
        let chosen = format!("{begin}if {} {{ ({base}).{name} }} else {{ ", on(number));
        match value {
            Some(value) => self.edits.around(value, chosen, format!(" }}{end}")),
            None => self.edits.around(whole, format!("{name}: {chosen}"), format!(" }}{end}")),
        }
    }
}

fn of<'a>(mutants: &[(usize, &'a Listed)], genre: Genre) -> impl Iterator<Item = (usize, &'a Listed)> {
    mutants.iter().copied().filter(move |(_, mutant)| mutant.genre == genre)
}

fn on(number: usize) -> String {
    format!("crate::mutant_switch::on({number})")
}

/// The one that is on, or the operator that was there.
fn choice(changes: &[(usize, &str)], operator: &str, with: impl Fn(&str) -> String) -> String {
    let changed =
        changes.iter().map(|(number, to)| format!("if {} {{ {} }} else ", on(*number), marked(*number, &with(to))));
    format!("{}{{ {} }}", changed.collect::<String>(), with(operator))
}

#[cfg(test)]
#[path = "instrument_tests.rs"]
mod tests;
