//! Places in a text: lines and columns of cargo-mutants and of syn, as byte offsets.

use std::ops::Range;

use proc_macro2::LineColumn;
use syn::spanned::Spanned;

use crate::list::{Place, Span};

pub struct Source<'a> {
    pub text: &'a str,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl<'a> Source<'a> {
    pub fn new(text: &'a str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, lines }
    }

    pub fn range(&self, span: Span) -> Range<usize> {
        self.offset(span.start)..self.offset(span.end)
    }

    pub fn of(&self, part: &impl Spanned) -> Range<usize> {
        let span = part.span();
        self.offset(place(span.start()))..self.offset(place(span.end()))
    }

    pub fn at(&self, range: &Range<usize>) -> &'a str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn offset(&self, place: Place) -> usize {
        let line = self.lines.get(place.line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let rest = self.text.get(line..).unwrap_or_default();
        line + rest.char_indices().nth(place.column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at)
    }
}

/// syn counts columns from zero.
fn place(place: LineColumn) -> Place {
    Place { line: place.line, column: place.column + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let source = Source::new("é\nlet ü = a;\n");
        let span = Span { start: Place { line: 2, column: 5 }, end: Place { line: 2, column: 6 } };
        assert_eq!(source.at(&source.range(span)), "ü");
    }

    #[test]
    fn both_ways_to_name_a_place_agree() -> Result<(), syn::Error> {
        let text = "fn é() -> bool {\n    'ü' == 'b'\n}\n";
        let source = Source::new(text);
        let file = syn::parse_file(text)?;
        let syn::Item::Fn(function) = &file.items[0] else { return Ok(()) };
        assert_eq!(source.at(&source.of(&function.block.stmts[0])), "'ü' == 'b'");
        Ok(())
    }
}
