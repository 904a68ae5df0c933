//! The Montgomery square: products of two different words are computed once and doubled.

use crypto_bigint::{U3072, Word};

use crate::kernel::{Scratch, WORDS, full_columns, last_columns, multiply_add};
use crate::reduction::reduce;

/// x := x²/R modulo N, for any x below R; the result is below R as well, not always below N.
pub(crate) fn square(x: &mut U3072, scratch: &mut Scratch) {
    scratch.0.fill(0);
    let words = x.as_words();
    for row in (0..WORDS - 4).step_by(4) {
        four_rows(&words[row..], &mut scratch.0[2 * row..]);
    }
    last_four_rows(&words[WORDS - 4..], &mut scratch.0[2 * WORDS - 8..]);
    double_and_add_squares(words, &mut scratch.0);
    reduce(x, scratch);
}

/// Products of each of the first four words with all words above it. The columns begin at the square of the first.
#[inline(always)]
fn four_rows(words: &[Word], columns: &mut [Word]) {
    let (four, y) = words.split_at(4);
    let x = [four[0], four[1], four[2], four[3]];
    let columns = &mut columns[..y.len() + 8];
    let (mut c0, mut c1, mut c2);
    let mut sum;
    (columns[1], c0) = multiply_add(columns[1], x[0], x[1], 0);

    (columns[2], c0) = multiply_add(columns[2], x[0], x[2], c0);

    (sum, c0) = multiply_add(columns[3], x[0], x[3], c0);
    (columns[3], c1) = multiply_add(sum, x[1], x[2], 0);

    (sum, c0) = multiply_add(columns[4], x[0], y[0], c0);
    (columns[4], c1) = multiply_add(sum, x[1], x[3], c1);

    (sum, c0) = multiply_add(columns[5], x[0], y[1], c0);
    (sum, c1) = multiply_add(sum, x[1], y[0], c1);
    (columns[5], c2) = multiply_add(sum, x[2], x[3], 0);

    (sum, c0) = multiply_add(columns[6], x[0], y[2], c0);
    (sum, c1) = multiply_add(sum, x[1], y[1], c1);
    (columns[6], c2) = multiply_add(sum, x[2], y[0], c2);

    let (middle, end) = columns[7..].split_at_mut(y.len() - 3);
    let carries = full_columns(middle, x, y, [c0, c1, c2, 0]);
    // As in the product, nothing is carried out of the last columns.
    last_columns(end, x, &y[y.len() - 3..], carries, 0);
}

/// The six products among the top four words.
#[inline(always)]
fn last_four_rows(x: &[Word], columns: &mut [Word]) {
    let (mut c0, mut c1);
    let sum;
    (columns[1], c0) = multiply_add(columns[1], x[0], x[1], 0);
    (columns[2], c0) = multiply_add(columns[2], x[0], x[2], c0);
    (sum, c0) = multiply_add(columns[3], x[0], x[3], c0);
    (columns[3], c1) = multiply_add(sum, x[1], x[2], 0);
    // From here on the columns are untouched, so their place is taken by the carry of the row that has ended.
    (columns[4], c1) = multiply_add(c0, x[1], x[3], c1);
    (columns[5], columns[6]) = multiply_add(c1, x[2], x[3], 0);
}

fn double_and_add_squares(words: &[Word], columns: &mut [Word]) {
    let (mut carry, mut top_bit) = (0, 0);
    for (pair, &word) in columns.chunks_exact_mut(2).zip(words) {
        let low = pair[0] << 1 | top_bit;
        let high = pair[1] << 1 | pair[0] >> (Word::BITS - 1);
        top_bit = pair[1] >> (Word::BITS - 1);
        let above;
        (pair[0], above) = multiply_add(low, word, word, carry);
        let overflow;
        (pair[1], overflow) = high.overflowing_add(above);
        carry = Word::from(overflow);
    }
}
