//! Changes to a text that nest: what is put around an expression goes inside of what is put around a larger one.

use std::cmp::Reverse;
use std::ops::Range;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Close,
    Replace,
    Open,
}

struct Piece {
    kind: Kind,
    at: usize,
    until: usize,
    /// What it is put around.
    around: Range<usize>,
    text: String,
}

/// Of two changes around the same range, the one that was made first is outside.
#[derive(Default)]
pub struct Edits(Vec<Piece>);

impl Edits {
    pub fn around(&mut self, range: &Range<usize>, before: impl Into<String>, after: impl Into<String>) {
        self.before(range, before);
        self.push(Kind::Close, range.end..range.end, range, after.into());
    }

    /// At the beginning of the range, inside of what is put around larger ones.
    pub fn before(&mut self, range: &Range<usize>, text: impl Into<String>) {
        self.push(Kind::Open, range.start..range.start, range, text.into());
    }

    /// What would change the inside of the range is dropped.
    pub fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.push(Kind::Replace, range.clone(), &range, text.into());
    }

    fn push(&mut self, kind: Kind, at: Range<usize>, around: &Range<usize>, text: String) {
        self.0.push(Piece { kind, at: at.start, until: at.end, around: around.clone(), text });
    }

    pub fn apply(self, source: &str) -> String {
        let replaced: Vec<_> =
            self.0.iter().filter(|piece| piece.kind == Kind::Replace).map(|piece| piece.around.clone()).collect();
        let is_inside = |inner: &Range<usize>, outer: &Range<usize>| {
            inner != outer && outer.start <= inner.start && inner.end <= outer.end
        };
        let stays = |piece: &Piece| !replaced.iter().any(|range| is_inside(&piece.around, range));
        let mut pieces: Vec<_> = self.0.into_iter().filter(stays).enumerate().collect();
        // At one place, the end of something comes before the beginning of something else.
        pieces.sort_by_key(|(made, piece)| {
            let (order, outside, made) = match piece.kind {
                Kind::Close => (0, Reverse(piece.around.start), usize::MAX - made),
                Kind::Replace | Kind::Open => (1, Reverse(piece.around.end), *made),
            };
            (piece.at, order, outside, made)
        });
        let mut text = String::with_capacity(source.len() * 2);
        let mut done = 0;
        for (_, piece) in pieces {
            text.push_str(source.get(done..piece.at).unwrap_or_default());
            text.push_str(&piece.text);
            done = done.max(piece.at).max(piece.until);
        }
        text.push_str(source.get(done..).unwrap_or_default());
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_larger_is_outside_whatever_came_first() {
        let mut edits = Edits::default();
        edits.around(&(0..1), "(", ")");
        edits.around(&(0..5), "<", ">");
        edits.around(&(4..5), "{", "}");
        edits.replace(1..4, " - ");
        assert_eq!(edits.apply("a + b;"), "<(a) - {b}>;");
    }

    #[test]
    fn of_equals_the_first_is_outside() {
        let mut edits = Edits::default();
        edits.before(&(0..1), "if on { return; } ");
        edits.around(&(0..1), "<", ">");
        edits.around(&(0..1), "(", ")");
        assert_eq!(edits.apply("a"), "if on { return; } <(a)>");
    }

    #[test]
    fn what_is_put_before_a_replaced_part_stays() {
        let mut edits = Edits::default();
        edits.before(&(0..9), "x; ");
        edits.around(&(0..6), "f(", ")");
        edits.replace(0..5, "");
        assert_eq!(edits.apply("a += b; c"), "x; f(b); c");
    }

    #[test]
    fn what_is_inside_of_a_replaced_part_goes_with_it() {
        let mut edits = Edits::default();
        edits.around(&(2..3), "(", ")");
        edits.replace(0..3, "x");
        edits.around(&(0..5), "<", ">");
        assert_eq!(edits.apply("a.b+c"), "<x+c>");
    }
}
